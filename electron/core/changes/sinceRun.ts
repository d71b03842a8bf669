import {chmod, mkdir, rename, rm} from 'node:fs/promises';
import path, {join} from 'node:path';
import type {FileThen, SinceRun} from '../../../shared/change';
import {failWith} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';
import {filesBelow} from '../../files/filesBelow';
import {fileSystemError} from '../../files/fileSystemError';
import {ensureMetadataDir} from '../../files/metadataDir';
import {isThere, readText} from '../../files/openFile';
import {resolveInStudy} from '../../files/studyPath';
import {writeFileAtomically} from '../../files/writeAtomically';
import {findJob} from '../../runs/runStore';
import {checkOutFound} from '../commits/checkOutBeside';
import type {StudyChecks} from '../provenance/provenanceFacet';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** A file as a commit has it; null where it has none. */
type Committed = (path: string, commit: string) => Answer<Uint8Array | null>;

/** The commit and patch that an action's outputs were made from, and what of the files it uses has changed since. */
export async function sinceRun(
  {dir, folder, history}: StudyState,
  {provenance}: StudyChecks,
  action: string,
  committed: Committed,
): Answer<SinceRun> {
  const success = history.past(action)?.success ?? null;
  if (success === null) return failWith('not-found', `${action} has not succeeded yet.`);
  if (success.reused === 'supplied')
    return failWith('invalid-request', `The outputs of ${action} were supplied.`, {
      why: 'No run here made them, so it is not known from what.',
    });
  const study = await provenance.now();
  if (!study.ok) return study;
  const used = await provenance.store.usedThen(study.value, action);
  if (!used.ok) return used;
  const found = await findJob(folder, success.jobId);
  const commit = found?.record.git?.commit ?? found?.record.fromCommit?.commit ?? null;
  const patch: FileThen[] = [];
  const since: FileThen[] = [];
  const notKept: string[] = [];
  for (const {path: file, text, isKept} of used.value) {
    const now = await readText(join(dir, file)).catch(() => null);
    if (!isKept) {
      notKept.push(file);
      continue;
    }
    if (text !== now) since.push({path: file, before: text, after: now});
    const bytes = commit === null ? ok(null) : await committed(file, commit);
    if (!bytes.ok) return bytes;
    const before = bytes.value === null ? null : Buffer.from(bytes.value).toString('utf8');
    // a file that the action did not use then is no part of what made it
    if (commit !== null && text !== null && before !== text)
      patch.push({path: file, before, after: text});
  }
  return ok({
    ...{jobId: success.jobId, at: success.completedAt, commit, notKept},
    ...{branch: found?.record.git?.branch ?? null, patch, since},
  });
}

/**
 * Writes the study as an action's outputs were made from it, beside it: its commit, with the patch of the files that the action
 * used. Its files can't be written, so that nobody works on there. Answers the folder.
 */
export async function openVersion(
  {dir, folder}: StudyState,
  {jobId, commit, patch}: SinceRun,
): Answer<string> {
  if (commit === null)
    return failWith('not-found', 'It is not known from which commit that was made.', {
      why: 'The study was in no repository then, or it ran under `opensafely run`.',
    });
  const name = `${path.basename(dir)} at ${commit.slice(0, 7)}`;
  const target = join(folder.versions, jobId, name);
  if (await isThere(target)) return ok(target);
  const made = await ensureMetadataDir(dir);
  if (!made.ok) return made;
  const {findCommit} = await import('../../git/readCommitted');
  const found = await findCommit(dir, commit);
  if (!found.ok) return found;
  try {
    // what is there under its name is whole
    const beside = join(folder.versions, `${jobId}.part`);
    await rm(beside, {recursive: true, force: true});
    await mkdir(beside, {recursive: true, mode: 0o700});
    const whole = join(beside, name);
    const out = await checkOutFound(found.value, commit, whole);
    if (!out.ok) return out;
    for (const {path: file, after} of patch) {
      const place = resolveInStudy(whole, file);
      if (!place.ok) return place;
      await mkdir(path.dirname(place.value), {recursive: true});
      await writeFileAtomically(place.value, after ?? '');
    }
    for (const file of await filesBelow(whole)) await chmod(join(whole, file.path), 0o444);
    await rename(beside, join(folder.versions, jobId));
    return ok(target);
  } catch (error) {
    return err(fileSystemError('The version could not be written.', error));
  }
}
