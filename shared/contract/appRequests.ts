import * as z from 'zod';
import {FOLDER_PURPOSES, type AppInfo, type AppSettings} from '../app';
import {DOCTOR_CHECK_NAMES, type DoctorFinding} from '../doctor';
import type {JobQueue} from '../jobQueue';
import {RECENT_EDITS, type RecentStudy} from '../study';
import type {Update} from '../update';
import {ofApp} from './request';
import {appErrorSchema, exportContent, fileName, folder, line, name, someSettings} from './schemas';

/** The application around a study: windows, settings, files that leave it. */
export const appRequests = {
  info: ofApp({}).answers<AppInfo>(),
  openWindow: ofApp({dir: folder.nullable()}).answers<null>(),
  copyReport: ofApp({error: appErrorSchema}).answers<null>(),
  /** Puts others in place of the user's own settings. */
  saveSettings: ofApp({settings: someSettings}).answers<AppSettings>(),
  /** Asks for a folder; null when the user changes their mind. */
  chooseFolder: ofApp({for: z.enum(FOLDER_PURPOSES)}).answers<string | null>(),
  /** Asks where to put the sample study and copies it there. */
  createSample: ofApp({}).answers<string | null>(),
  /**
   * Begins a study in a new or empty folder: from the template, or what `from` holds, or as a clone of it. The token is for a
   * private repository, and kept where its host accepts it; null is the one that is kept.
   */
  begin: ofApp({
    way: z.enum(['new', 'clone']),
    dir: folder,
    from: name.nullable(),
    token: name.nullable(),
  }).answers<{readonly dir: string; readonly notices: readonly string[]}>(),
  /** Finds the study of an exported folder, here or as `[user@]host:folder`, whose run is to be followed; answers its folder here. */
  follow: ofApp({from: name}).answers<string>(),
  /** Where a token for the host of an address is kept, once `forget` is done; null where none is. */
  gitToken: ofApp({from: line, forget: z.boolean()}).answers<'keychain' | 'session' | null>(),
  /** Nothing stays of what is stopped. */
  stopBegin: ofApp({}).answers<null>(),
  /** Pins a study in the list of recent ones, or takes it out; its folder stays as it is. */
  editRecent: ofApp({dir: folder, to: z.enum(RECENT_EDITS)}).answers<readonly RecentStudy[]>(),
  /** Asks where to write a file and writes it; null when the user changes their mind. */
  export: ofApp({suggestedName: fileName, content: exportContent}).answers<string | null>(),
};

const check = z.enum(DOCTOR_CHECK_NAMES);

/** What is wrong with the computer and the window's study, or with the computer alone. */
export const doctorRequests = {
  /** What one check finds; the registry is asked, and damage put aside, only on request. */
  check: ofApp({check, asksRegistry: z.boolean(), repairs: z.boolean()}).answers<
    readonly DoctorFinding[]
  >(),
  /** All checks of the window that are under way; they end as not checked. */
  stop: ofApp({}).answers<null>(),
  /** The report for support, as text, for the user to read first. */
  report: ofApp({asksRegistry: z.boolean()}).answers<string>(),
};

/** This computer as the runner of a job server's queue: off until someone sets it up. Each answers how it then stands. */
export const jobQueueRequests = {
  state: ofApp({}).answers<JobQueue>('text'),
  /** Asks for the file with the settings; what was chosen is kept. */
  setUp: ofApp({}).answers<JobQueue>('text'),
  /** Forgets which file that was; the file, and all that the runner keeps, stay. */
  turnOff: ofApp({}).answers<JobQueue>('text'),
  start: ofApp({}).answers<JobQueue>('text'),
  /** Jobs that run go on in their containers. */
  stop: ofApp({}).answers<JobQueue>('text'),
};

/** A newer Study Desk: looked for, downloaded and installed only when asked. Each answers how it then stands. */
export const updateRequests = {
  state: ofApp({}).answers<Update>(),
  look: ofApp({}).answers<Update>(),
  download: ofApp({}).answers<Update>(),
  stop: ofApp({}).answers<Update>(),
  install: ofApp({}).answers<Update>(),
};
