import type {AppInfo, AppSettings} from '../app';
import type {RecentStudy} from '../study';
import {ofApp} from './request';
import {appErrorSchema, exportContent, fileName, folder, someSettings} from './schemas';

/** The application around a study: windows, settings, files that leave it. */
export const appRequests = {
  info: ofApp({}).answers<AppInfo>(),
  openWindow: ofApp({dir: folder.nullable()}).answers<null>(),
  copyReport: ofApp({error: appErrorSchema}).answers<null>(),
  /** Puts others in place of the user's own settings. */
  saveSettings: ofApp({settings: someSettings}).answers<AppSettings>(),
  /** Asks for a folder; null when the user changes their mind. */
  chooseStudy: ofApp({}).answers<string | null>(),
  /** Asks where to put the sample study and copies it there. */
  createSample: ofApp({}).answers<string | null>(),
  forgetRecent: ofApp({dir: folder}).answers<readonly RecentStudy[]>(),
  /** Asks where to write a file and writes it; null when the user changes their mind. */
  export: ofApp({suggestedName: fileName, content: exportContent}).answers<string | null>(),
};
