import {lstat, mkdir, readdir, readlink, rename, rm, symlink} from 'node:fs/promises';
import path, {join} from 'node:path';
import * as z from 'zod';
import {type AppError, failWith} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {fileSystemError} from '../../files/fileSystemError';
import {copyRegularFile, digestOf, isThere, readJson} from '../../files/openFile';
import {resolveInStudy} from '../../files/studyPath';
import {writeFileAtomically} from '../../files/writeAtomically';
import type {StudyFolder} from '../../runs/studyFolder';

/** A study, and where what its files were is kept. */
type Kept = Pick<StudyFolder, 'study' | 'discarded'>;

/** What is known of a discard: its files, each with what it holds since; null is none. */
const Discarded = z.object({
  format: z.literal(1),
  files: z.array(z.object({path: z.string(), since: z.string().nullable().optional()})),
});
type Discarded = z.infer<typeof Discarded>;

const LIST = 'discarded.json';
const FILES = 'files';

/** Copies files to where a discard keeps them, before anything is changed; answers the folder. Nothing is kept of one that is gone. */
export async function keepFiles(
  {study, discarded}: Kept,
  paths: readonly string[],
  now: number,
): Promise<Result<string, AppError>> {
  const folder = join(discarded, new Date(now).toISOString().replace(/\W/g, ''));
  try {
    for (const each of paths) {
      const source = resolveInStudy(study, each);
      if (!source.ok) return source;
      const target = join(folder, FILES, each);
      await mkdir(path.dirname(target), {recursive: true, mode: 0o700});
      const found = await lstat(source.value).catch(() => null);
      if (found?.isSymbolicLink() === true) await symlink(await readlink(source.value), target);
      else if (found?.isFile() === true) await copyRegularFile(source.value, target);
    }
    await note(
      folder,
      paths.map((each) => ({path: each})),
    );
    return ok(folder);
  } catch (error) {
    return err(fileSystemError('The files could not be kept. Nothing was changed.', error));
  }
}

/** Notes what the files hold once they are discarded: only as long as they do is a discard undone. */
export async function noteDiscarded(
  study: string,
  folder: string,
  paths: readonly string[],
): Promise<void> {
  const files: Discarded['files'] = [];
  for (const each of paths) files.push({path: each, since: await digestOf(join(study, each))});
  await note(folder, files);
}

async function note(folder: string, files: Discarded['files']): Promise<void> {
  await writeFileAtomically(join(folder, LIST), JSON.stringify({format: 1, files}), 0o600);
}

/** The latest discard that was not undone; null where there is none. */
export async function latestDiscard(
  folder: Kept,
): Promise<{readonly folder: string; readonly files: Discarded['files']} | null> {
  const names = await readdir(folder.discarded).catch(() => []);
  for (const name of names.sort().reverse()) {
    const each = join(folder.discarded, name);
    const found = Discarded.safeParse(await readJson(join(each, LIST)).catch(() => null));
    if (found.success) return {folder: each, files: found.data.files};
  }
  return null;
}

/** Puts back what the latest discard took. */
export async function putBack(folder: Kept): Promise<Result<readonly string[], AppError>> {
  const latest = await latestDiscard(folder);
  if (latest === null) return failWith('invalid-request', 'There is nothing to undo.');
  try {
    for (const {path: each, since} of latest.files) {
      const now = await digestOf(join(folder.study, each));
      const kept = join(latest.folder, FILES, each);
      // one that was cut off before that was noted
      if (since === undefined || now === since || now === (await digestOf(kept))) continue;
      return failWith('invalid-request', 'It can’t be undone.', {
        why: `${each} has changed since.`,
        hint: `What it was before is in ${kept}.`,
      });
    }
    for (const {path: each} of latest.files) {
      const target = resolveInStudy(folder.study, each);
      if (!target.ok) return target;
      const kept = join(latest.folder, FILES, each);
      if (!(await isThere(kept))) await rm(target.value, {force: true});
      else {
        await mkdir(path.dirname(target.value), {recursive: true});
        await rename(kept, target.value);
      }
    }
    await rm(latest.folder, {recursive: true, force: true});
    return ok(latest.files.map((each) => each.path));
  } catch (error) {
    return err(fileSystemError('It could not be undone.', error));
  }
}
