import {accessSync, constants, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** Where the user's own files lie while the application runs. */
export interface UserFolder {
  readonly path: string;
  /** Why it is not the one that was wanted, in a sentence; null where it is. */
  readonly fault: string | null;
  /** Removes a folder that only stands in. */
  remove(): void;
}

/**
 * The folder for the user's own files; where it can't be made or written to, as with a home that is missing or read-only, an
 * empty one of this start alone: without any, Electron takes itself for a second start and ends without a word.
 */
export function userFolder(wanted: string): UserFolder {
  try {
    mkdirSync(wanted, {recursive: true});
    accessSync(wanted, constants.W_OK);
    return {path: wanted, fault: null, remove: () => undefined};
  } catch {
    const path = mkdtempSync(join(tmpdir(), 'study-desk-settings-'));
    return {
      path,
      fault: `${wanted} can’t be written to, so settings and the list of studies will be lost when Study Desk closes.`,
      remove: () => rmSync(path, {recursive: true, force: true}),
    };
  }
}
