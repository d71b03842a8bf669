import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {systemErrorCode} from './fileSystemError';

/** What temporary folders of ours hold: copies of outputs that are looked at, or code on its way into containers. */
export type TemporaryContent = 'tables' | 'code';

/** Makes a folder for the user alone, whose name tells which process it belongs to. */
export function temporaryFolder(content: TemporaryContent): Promise<string> {
  return mkdtemp(join(tmpdir(), `study-desk-${content}-${process.pid}-`));
}

/** Absolute paths of those whose process is gone. */
export async function abandonedFolders(content: TemporaryContent): Promise<readonly string[]> {
  const names = await readdir(tmpdir());
  const name = new RegExp(`^study-desk-${content}-(\\d+)-`, 'u');
  return names
    .filter((each) => {
      const pid = name.exec(each)?.[1];
      return pid !== undefined && !isAlive(Number(pid));
    })
    .map((each) => join(tmpdir(), each));
}

/** Removes what a Study Desk that was killed has left; what is another user's stays. */
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
