import type {ElectronApplication, Page} from 'playwright-core';

/** How the application is opened. */
export interface OpenDeskOptions {
  /** Folder of the study; null for the start page. */
  readonly dir?: string | null;
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark' | null;
  /** Size of text, 1 as usual; one other than that replaces the settings of `userDataDir`. */
  readonly zoom?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A packaged application in place of the checkout's. */
  readonly executable?: string | null;
  readonly args?: readonly string[];
  /** Kept at the end where given. */
  readonly userDataDir?: string | null;
}

/** The running application. */
export interface OpenDesk {
  readonly application: ElectronApplication;
  readonly page: Page;
  /** What it has printed so far. */
  printed(): string;
  /** Ends it, whatever it does. */
  close(): Promise<void>;
}

export function openDesk(options?: OpenDeskOptions): Promise<OpenDesk>;

/** A size in pixels of the screen, a size of text (1 as usual), and a theme; null leaves that as it is. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly zoom?: number;
  readonly theme?: 'light' | 'dark' | null;
}

/** Changes how an open window is looked at. */
export function changeLook(desk: Pick<OpenDesk, 'application' | 'page'>, look: Look): Promise<void>;

/** Takes a picture of the whole window, in pixels of the screen, as a PNG file. */
export function takePicture(
  desk: Pick<OpenDesk, 'application' | 'page'>,
  path: string,
): Promise<void>;
