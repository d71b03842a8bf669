import {lstat, mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {systemErrorCode} from './fileSystemError';

/** What temporary folders of ours hold: copies of outputs that are looked at, or code on its way into containers. */
export type TemporaryContent = 'tables' | 'code';

/** Makes a folder for the user alone, whose name tells which process it belongs to. */
export function temporaryFolder(content: TemporaryContent): Promise<string> {
  return mkdtemp(join(tmpdir(), `study-desk-${content}-${process.pid}-`));
}

/** Absolute paths of this user's own whose process is gone. */
export async function abandonedFolders(content: TemporaryContent): Promise<readonly string[]> {
  const pattern = new RegExp(`^study-desk-${content}-(\\d+)-`, 'u');
  const found: string[] = [];
  for (const name of await readdir(tmpdir())) {
    const pid = pattern.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const path = join(tmpdir(), name);
    const stats = await lstat(path).catch(() => null);
    if (stats?.isDirectory() === true && stats.uid === (process.getuid?.() ?? stats.uid))
      found.push(path);
  }
  return found;
}

/** Removes what a Study Desk that was killed has left. */
export async function removeAbandonedFolders(content: TemporaryContent): Promise<void> {
  for (const folder of await abandonedFolders(content))
    await rm(folder, {recursive: true, force: true}).catch(() => undefined);
}

/** Whether a process of this computer lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // it is another user's
    return systemErrorCode(error) === 'EPERM';
  }
}
