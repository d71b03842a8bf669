import {existsSync, readdirSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {readRegularFileSync} from '../files/openFile';

/** What of this computer decides where engines are looked for; passed in so that all three systems are tested. */
export interface HostEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly uid: number | null;
  /** A file's text; null where it can't be read. */
  readonly readText: (file: string) => string | null;
  /** Whether a file, folder, socket or pipe is there. */
  readonly exists: (file: string) => boolean;
  /** Names in a folder; none where it can't be read. */
  readonly list: (folder: string) => readonly string[];
}

/** This computer as it is now. */
export function thisHost(): HostEnvironment {
  return {
    env: process.env,
    platform: process.platform,
    home: os.homedir(),
    uid: process.getuid?.() ?? null,
    readText: (file) => orElse(() => readRegularFileSync(file).toString('utf8'), null),
    exists: existsSync,
    list: (folder) => orElse(() => readdirSync(folder), []),
  };
}

/** The numbers of who runs this process and their group; null where the system has none. */
export function ownIds(): {readonly uid: number; readonly gid: number} | null {
  const uid = process.getuid?.();
  const gid = process.getgid?.();
  return uid === undefined || gid === undefined ? null : {uid, gid};
}

/** Joins the parts of a path by the rules of the computer that is looked at. */
export function joinOn(here: HostEnvironment, ...parts: string[]): string {
  return (here.platform === 'win32' ? path.win32 : path.posix).join(...parts);
}

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
