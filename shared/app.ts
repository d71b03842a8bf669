import type {AppError} from './errors';
import type {SomeSettings} from './settings';
import type {RecentStudy} from './study';

/** What the user is asked for a folder for. */
export const FOLDER_PURPOSES = ['study', 'sample', 'begin', 'supply', 'export'] as const;
/** One of them. */
export type FolderPurpose = (typeof FOLDER_PURPOSES)[number];

/** What was chosen for all studies. */
export interface AppSettings {
  readonly user: SomeSettings;
  /** Said by variables of the environment; stands over what user and study chose. */
  readonly environment: SomeSettings;
  /** What of either could not be understood. */
  readonly faults: readonly string[];
}

/** What the start page and the frame show before any study is open. */
export interface AppInfo {
  readonly electronVersion: string;
  /** Running on the Electron copy for development and trying out (README "Electron runtime"). */
  readonly developmentElectron: boolean;
  /** Program of the editor that files are opened in where the user has set none; null where the system chooses. */
  readonly editorFound: string | null;
  readonly recents: readonly RecentStudy[];
  readonly settings: AppSettings;
  /** Folder of the study that the page is to open: the one that the window shows or was opened on; null for the start page. */
  readonly initialDir: string | null;
  /** The version that was started before this one, since which there was an update; null where there was none. */
  readonly updatedFrom: string | null;
  /** Why there is no such folder, though one was asked for: the sample study could not be copied. */
  readonly openingError: AppError | null;
}
