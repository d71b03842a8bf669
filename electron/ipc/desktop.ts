import {failWith, type AppError} from '../../shared/errors';
import type {AppInfo, AppSettings, FolderPurpose} from '../../shared/app';
import type {Result} from '../../shared/result';
import type {Settings, SomeSettings} from '../../shared/settings';
import type {RecentEdit, RecentStudy} from '../../shared/study';
import type {Study} from '../core/study';
import type {GitTokens} from './gitTokens';

/** What a user who is asked for a folder reads: the title, and the button that takes it. */
export const FOLDER_WORDS: Readonly<Record<FolderPurpose, readonly [title: string, take: string]>> =
  {
    study: ['Open a study', 'Open'],
    sample: ['Where to put the sample study', 'Put it here'],
    begin: ['Where to put the study’s folder', 'Put it here'],
    supply: ['The folder with the files that came back', 'Look here'],
    export: ['A new or empty folder, or an earlier export', 'Export here'],
  };

/** Folder name of a sample study put beside others. */
export const SAMPLE_FOLDER = 'asthma-reviews-sample';

type Answer<T> = Promise<Result<T, AppError>>;

/** What requests need of the desktop around the window: dialogs, other programs, the user's own files. */
export interface Desktop {
  /** Answers before anything else is known: engine, git and hashing come later. */
  appInfo(windowId: number): Promise<AppInfo>;
  openWindow(dir: string | null): Answer<null>;
  /** Puts a redacted report on the clipboard. */
  copyReport(error: AppError, studyDir: string | null): Answer<null>;
  settings(): Settings;
  /** Puts others in place of the user's own. */
  saveSettings(settings: SomeSettings): Answer<AppSettings>;

  recents(): Promise<readonly RecentStudy[]>;
  rememberStudy(dir: string): Promise<void>;
  editRecent(dir: string, to: RecentEdit): Answer<readonly RecentStudy[]>;

  /** Asks for a folder; null when the user changes their mind. */
  chooseFolder(windowId: number, purpose: FolderPurpose): Promise<string | null>;
  /** Asks for the file with a job runner's settings; null when the user changes their mind. */
  chooseSettingsFile(windowId: number): Promise<string | null>;
  /** Asks for a file with images; null when the user changes their mind. */
  chooseImageFile(windowId: number): Promise<string | null>;
  /** Asks where to write a file and writes it; null when the user changes their mind. */
  exportFile(
    windowId: number,
    suggestedName: string,
    content: string | Uint8Array | AsyncIterable<Uint8Array>,
  ): Answer<string | null>;
  /** Opens a file at a line (from 1) in the user's editor. */
  openInEditor(file: string, line: number | null): Answer<null>;
  /** Opens a file with the program that this computer has for it; what would run instead of opening is refused. */
  openWithProgram(file: string): Answer<null>;
  /** Opens a tool that runs on this computer in the user's browser. */
  openTool(tools: Study['tools'], id: string): Answer<null>;
  /** Lets the system drag a file out of the window. */
  dragFile(windowId: number, file: string, picture: string): Answer<null>;
  showInFolder(path: string): Answer<null>;
  /** Address of a study's HTML output on an output origin; its scripts run only where asked, and never reach a network. */
  outputAddress(studyDir: string, path: string, withScripts: boolean): string;

  /** Tokens for private repositories. */
  readonly gitTokens: GitTokens;

  /** Notes a fault of ours in the log file. */
  logBug(id: string, error: unknown): void;
}

/** What a desktop answers where a file of its user's could not be written. */
export function notWritten(message: string, error: unknown): Result<never, AppError> {
  return failWith('file-system', message, {
    why: 'The disk may be full, or the folder may not be written to.',
    hint: 'Check the folder and try again.',
    detail: error instanceof Error ? error.message : String(error),
  });
}
