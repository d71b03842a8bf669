import {readdir, realpath, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import * as z from 'zod';
import {type AppError, failWith} from '../../shared/errors';
import type {FolderListing} from '../../shared/contract/webMessages';
import {ok, type Result} from '../../shared/result';
import {isThere} from '../files/openFile';
import {isInside} from '../files/studyPath';

/** Entries listed of a folder. */
const MOST_ENTRIES = 500;

const folderArg = z.strictObject({dir: z.string().max(4096), files: z.boolean()});

/** What lies in a folder at or below the root, links followed as far as they stay there; hidden ones are left out. */
export async function listFolder(
  root: string,
  arg: unknown,
): Promise<Result<FolderListing, AppError>> {
  const decoded = folderArg.safeParse(arg);
  if (!decoded.success) return failWith('invalid-request', 'No folder was named.');
  try {
    const dir = await realpath(decoded.data.dir);
    if (!isInside(root, dir)) return notListed('It is not among those served here.');
    const names = (await readdir(dir)).filter((name) => !name.startsWith('.')).sort();
    const found = await Promise.all(
      names.slice(0, MOST_ENTRIES).map((name) => entryOf(root, join(dir, name), name)),
    );
    return ok({
      dir,
      parent: dir === root ? null : dirname(dir),
      entries: found.filter(
        (entry) => entry !== null && (entry.kind !== 'file' || decoded.data.files),
      ) as FolderListing['entries'], // null was left out
      more: Math.max(0, names.length - MOST_ENTRIES),
    });
  } catch (error) {
    return notListed(error instanceof Error ? error.message : String(error));
  }
}

async function entryOf(root: string, path: string, name: string) {
  try {
    if (!isInside(root, await realpath(path))) return null;
    if ((await stat(path)).isDirectory())
      return {name, kind: (await isThere(join(path, 'project.yaml'))) ? 'study' : 'folder'};
    return {name, kind: 'file'};
  } catch {
    // a link that leads nowhere, or what may not be looked at
    return null;
  }
}

function notListed(why: string): Result<never, AppError> {
  return failWith('file-system', 'This folder can’t be shown.', {why});
}
