import {mkdir, rm} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {failWith} from '../../../shared/errors';
import type {Job} from '../../../shared/job';
import type {JobFiles} from '../../../shared/output';
import {err, ok} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import type {Tier} from '../../../shared/sensitivity';
import type {RunningJob} from '../../executor/executor';
import {filesBelow} from '../../files/filesBelow';
import {fileSystemError} from '../../files/fileSystemError';
import {openMakingFolder, writeHashed} from '../../files/writeAtomically';
import {temporaryFolder} from '../../files/temporaryFolder';
import {KEPT_FOLDER, keptFolder} from '../../runs/studyFolder';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {expectedTier} from './sensitiveFiles';

/** Where files of jobs at work are read, as a path of the study; nothing of them is written there. */
const AT_WORK = 'metadata/study-desk/at-work';

/**
 * Files that a job at work has made so far, each read as a copy of its own in a temporary folder, and those kept of an
 * action's latest failed attempt, read where they are kept.
 */
export function createJobFiles(
  {context, dir, history, snapshot}: StudyState,
  active: () => readonly RunRecord[],
) {
  let folder: Promise<string> | null = null;
  /** By the path they are read by. */
  const copies = new Map<string, string>();

  const underWay = (action: string): {readonly run: RunRecord; readonly job: Job} | null => {
    for (const run of active()) {
      const job = run.jobs.find((each) => each.action === action && each.state === 'running');
      if (job !== undefined) return {run, job};
    }
    return null;
  };
  const atWork = async (action: string): Promise<RunningJob | null> => {
    const found = underWay(action);
    return found === null ? null : context.executors.ofRun(found.run).running(found.job.id);
  };
  /** What no pattern knows may be anything. */
  const tierOf = (path: string): Tier =>
    expectedTier(snapshot().project, path) ?? 'highly_sensitive';

  return {
    /** Where the content of such a file lies, and its tier; null for any other path. */
    find(path: string): {readonly copy: string | null; readonly tier: Tier} | null {
      const copy = copies.get(path);
      if (copy !== undefined)
        return {copy, tier: tierOf(path.slice(AT_WORK.length).replace(/^\/\d+\//u, ''))};
      if (!path.startsWith(`${KEPT_FOLDER}/`)) return null;
      const ofAction = path.slice(KEPT_FOLDER.length + 1);
      return {copy: null, tier: tierOf(ofAction.slice(ofAction.indexOf('/') + 1))};
    },
    async jobFiles({action}: {readonly action: string}): Answer<JobFiles | null> {
      const job = await atWork(action);
      if (job !== null) {
        const changes = await job.changes();
        if (!changes.ok) return changes;
        return ok({of: 'running', files: inOrder(changes.value.files)});
      }
      if (history.past(action)?.last.state !== 'failed') return ok(null);
      const kept = keptFolder(action);
      try {
        const files = await filesBelow(join(dir, ...kept.split('/')));
        return ok(files.length === 0 ? null : {of: 'failed', files: inOrder(files), in: kept});
      } catch (error) {
        return err(fileSystemError(`The files kept of ${action} could not be listed.`, error));
      }
    },
    /** Copies a file of the job at work as it is now; answers the path by which it is read. */
    async copyJobFile(wanted: {readonly action: string; readonly path: string}): Answer<string> {
      const {action, path} = wanted;
      const job = await atWork(action);
      if (job === null)
        return failWith('not-found', `The job of ${action} has ended.`, {
          hint: 'Its outputs are listed with the others; of one that failed, its files are listed beside it.',
        });
      // what may be asked for is what is there
      const changes = await job.changes();
      if (!changes.ok) return changes;
      // other users of this computer must not read what may be patients' data
      folder ??= temporaryFolder('tables');
      const place = String(copies.size);
      const copy = join(await folder, `at-work-${place}`, basename(path));
      await mkdir(dirname(copy), {recursive: true, mode: 0o700});
      const taken = await job.collect(
        [path],
        async (_path, _size, content) => {
          const handle = await openMakingFolder(copy, 'w', 0o600, 0o700);
          try {
            await writeHashed(handle, content);
          } finally {
            await handle.close();
          }
        },
        new AbortController().signal,
      );
      if (!taken.ok) return taken;
      const readBy = `${AT_WORK}/${place}/${path}`;
      copies.set(readBy, copy);
      return ok(readBy);
    },
    async close(): Promise<void> {
      if (folder !== null) await rm(await folder, {recursive: true, force: true});
    },
  };
}

type Listed = JobFiles['files'][number];

function inOrder(files: readonly Listed[]): readonly Listed[] {
  return files
    .map(({path, size}) => ({path, size}))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}
