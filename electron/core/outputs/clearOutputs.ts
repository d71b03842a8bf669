import {lstat, rm} from 'node:fs/promises';
import {type AppError, failWith} from '../../../shared/errors';
import type {ClearPreview} from '../../../shared/preview';
import {err, ok, type Result} from '../../../shared/result';
import {fileSystemError} from '../../files/fileSystemError';
import {recordedInStudy} from '../../files/studyPath';
import type {RunHistory} from '../../runs/runHistory';
import {readRuns} from '../../runs/runStore';
import type {StudyFolder} from '../../runs/studyFolder';

/**
 * Files that an action made once and its latest success no longer did, as far as they are still
 * there (RULES "Outputs"). Paths are compared without case, so that a file that was only renamed in
 * case on a case-insensitive disk is never offered.
 */
export async function previewClear(
  folder: StudyFolder,
  history: RunHistory,
): Promise<ClearPreview> {
  const current = new Set<string>();
  for (const action of history.actions())
    for (const {path} of history.past(action)?.success?.outputs ?? [])
      current.add(path.toLowerCase());
  const former = new Map<string, string>();
  for (const {record} of await readRuns(folder))
    for (const job of record.jobs)
      for (const {path} of job.outputs)
        if (job.state === 'succeeded' && !current.has(path.toLowerCase()))
          former.set(path, job.action);
  const files: {path: string; size: number; action: string}[] = [];
  for (const [path, action] of former) {
    const resolved = recordedInStudy(folder.study, path);
    const found = resolved.ok ? await lstat(resolved.value).catch(() => null) : null;
    if (found?.isFile() === true) files.push({path, size: found.size, action});
  }
  files.sort((left, right) => (left.path < right.path ? -1 : 1));
  return {files, totalBytes: files.reduce((sum, {size}) => sum + size, 0)};
}

/** Deletes files the user chose from the preview, and no others; answers what is left of it. */
export async function clearOutputs(
  folder: StudyFolder,
  history: RunHistory,
  paths: readonly string[],
): Promise<Result<ClearPreview, AppError>> {
  const offered = new Set((await previewClear(folder, history)).files.map(({path}) => path));
  const other = paths.find((path) => !offered.has(path));
  if (other !== undefined)
    return failWith('invalid-request', `${other} is not a file left over from an earlier run.`, {
      hint: 'The study has changed since the list was made. Refresh it and try again.',
    });
  for (const path of paths) {
    const resolved = recordedInStudy(folder.study, path);
    if (!resolved.ok) return resolved;
    try {
      await rm(resolved.value);
    } catch (error) {
      return err(fileSystemError(`${path} could not be deleted.`, error));
    }
  }
  return ok(await previewClear(folder, history));
}
