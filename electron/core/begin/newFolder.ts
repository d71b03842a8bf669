import {mkdir, readdir, rename, rm, rmdir} from 'node:fs/promises';
import path from 'node:path';
import {appError, type AppError} from '../../../shared/errors';
import {err, type Result} from '../../../shared/result';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {processState, thisProcess} from '../../files/processIdentity';

/** A folder that is being filled, by the process in its name, beside the place where it belongs. */
const FILLING = /^\.(.+)\.(\d+)-(\d+|x)\.study-desk-new$/;

/**
 * Fills a new folder beside the one that is wanted and moves it there once it is whole, so that nothing is ever half there. The place
 * must be new or an empty folder. What a process that was killed has left beside it is removed first.
 */
export async function fillNewFolder<T>(
  target: string,
  fill: (folder: string) => Promise<Result<T, AppError>>,
): Promise<Result<T, AppError>> {
  const parent = path.dirname(target);
  const message = `The folder "${target}" could not be made.`;
  try {
    const there = await entriesOf(target);
    if (there === null || there.length > 0) return err(notEmpty(target, there === null));
    await mkdir(parent, {recursive: true});
    await removeLeft(parent);
    const {pid, processStart} = await thisProcess();
    const folder = path.join(
      parent,
      `.${path.basename(target)}.${pid}-${processStart ?? 'x'}.study-desk-new`,
    );
    await rm(folder, {recursive: true, force: true});
    await mkdir(folder);
    try {
      const filled = await fill(folder);
      if (!filled.ok) return filled;
      await rmdir(target).catch((error: unknown) => {
        if (systemErrorCode(error) !== 'ENOENT') throw error;
      });
      await rename(folder, target);
      return filled;
    } finally {
      await rm(folder, {recursive: true, force: true});
    }
  } catch (error) {
    return err(fileSystemError(message, error));
  }
}

/** Null for what is no folder; none for what is not there. */
async function entriesOf(folder: string): Promise<readonly string[] | null> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    if (systemErrorCode(error) === 'ENOTDIR') return null;
    throw error;
  }
}

async function removeLeft(parent: string): Promise<void> {
  const here = await thisProcess();
  for (const name of await readdir(parent)) {
    const [, , pid = '', start] = FILLING.exec(name) ?? [];
    if (start === undefined) continue;
    const owner = {...here, pid: Number(pid), processStart: start === 'x' ? null : start};
    if ((await processState(owner)) === 'dead')
      await rm(path.join(parent, name), {recursive: true, force: true});
  }
}

function notEmpty(target: string, isFile: boolean): AppError {
  return appError(
    'invalid-request',
    isFile ? `"${target}" is a file.` : `The folder "${target}" is not empty.`,
    {
      why: 'A study is put only into a new or empty folder, so that nothing is overwritten.',
      hint: 'Choose another folder.',
    },
  );
}
