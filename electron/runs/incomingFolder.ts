import {lstat, mkdir, readdir, rename, rm, rmdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {systemErrorCode} from '../files/fileSystemError';
import {namesIn, SWAP_ENDING} from './collectedFiles';

/**
 * Makes what earlier holders of the study's lock have left of outputs on their way the business of the one that has it
 * now, and answers its folder: `incoming/<token>`, made when it is first written to. A holder that was taken for dead and
 * wakes amid placing outputs finds its own folder gone, so that whatever it had still to move stays unmoved; nothing is
 * ever written at the paths that it knows. `before` is the token of the holder that it was taken from.
 */
export async function takeIncoming(
  incoming: string,
  token: string,
  before: string | null,
): Promise<string> {
  const mine = join(incoming, token);
  const names = [...(await namesIn(incoming))];
  // what it had collected goes before what one that was lost earlier may have put there since
  names.sort((one, other) => Number(other === before) - Number(one === before));
  let isTaken = names.includes(token);
  for (const name of names.filter((each) => each !== token)) {
    const path = join(incoming, name);
    const isFolder = (await lstat(path)).isDirectory();
    if (isFolder && !isKept(name) && !isTaken) await rename(path, mine);
    else if (isFolder && !isKept(name)) await addTo(mine, path);
    else {
      await mkdir(mine, {recursive: true, mode: 0o700});
      await rename(path, join(mine, name));
    }
    isTaken = true;
  }
  return mine;
}

/** The files of a failed job on their way to where they are kept. */
function isKept(name: string): boolean {
  return name.endsWith('-kept');
}

/** Moves what a folder holds into another that may hold things of the same names, which stay as they are. */
async function addTo(folder: string, from: string): Promise<void> {
  const there = new Set(await namesIn(folder));
  for (const name of await namesIn(from))
    if (!there.has(name)) await rename(join(from, name), join(folder, name));
  await rm(from, {recursive: true, force: true});
}

/** Whether a swap among the incoming files of any holder is still to be settled: old outputs may be among them. */
export async function isSwapping(incoming: string): Promise<boolean> {
  const isNote = (name: string): boolean => name.endsWith(SWAP_ENDING);
  const entries = await readdir(incoming, {withFileTypes: true}).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  for (const entry of entries) {
    if (isNote(entry.name)) return true;
    if (entry.isDirectory() && (await namesIn(join(incoming, entry.name))).some(isNote))
      return true;
  }
  return false;
}

/** Removes a holder's folder of incoming files, unless it has old outputs that could not be put back. */
export async function clearIncoming(mine: string): Promise<void> {
  if (await isSwapping(mine)) return;
  await rm(mine, {recursive: true, force: true});
  await removeEmpty(mine);
}

/** Removes a holder's folder of incoming files, and the one around it, where nothing is in them. */
export async function removeEmpty(mine: string): Promise<void> {
  for (const folder of basename(mine) === 'incoming' ? [mine] : [mine, dirname(mine)])
    try {
      await rmdir(folder);
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemErrorCode(error) ?? ''))
        throw error;
    }
}
