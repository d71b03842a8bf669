import {chmod, mkdir} from 'node:fs/promises';
import path, {join} from 'node:path';
import type {AppError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {fileSystemError} from './fileSystemError';
import {readRegularFile} from './openFile';
import {writeFileAtomically} from './writeAtomically';

/** Where everything of ours lives in a study. */
export function metadataDir(studyDir: string): string {
  return path.join(studyDir, 'metadata', 'study-desk');
}

/**
 * Makes our folder in a study: for its owner only, and ignored by git through its own `.gitignore`. `metadata` itself, where
 * `opensafely run` writes too, is for whoever the study is for.
 */
export async function ensureMetadataDir(studyDir: string): Promise<Result<string, AppError>> {
  const folder = metadataDir(studyDir);
  try {
    await mkdir(path.dirname(folder), {recursive: true});
    await mkdir(folder, {recursive: true, mode: 0o700});
    await chmod(folder, 0o700);
    const ignoreFile = path.join(folder, '.gitignore');
    const present = await readRegularFile(ignoreFile, 64).catch(() => null);
    if (present?.toString('utf8') !== '*\n') await writeFileAtomically(ignoreFile, '*\n');
    return ok(folder);
  } catch (error) {
    return err(fileSystemError(`The folder "${folder}" could not be made.`, error));
  }
}

/** Where copies of a study's earlier outputs are kept, each named by the SHA-256 of its content. */
export function cacheFolder(studyDir: string): string {
  return join(metadataDir(studyDir), 'cache');
}
