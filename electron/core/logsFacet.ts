import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {appError} from '../../shared/errors';
import {isFinal} from '../../shared/job';
import type {LogPage} from '../../shared/log';
import {err, ok} from '../../shared/result';
import type {RunRecord} from '../../shared/run';
import {readReferenceLog} from '../logs/referenceLog';
import {compressedPath, readAttemptLog} from '../logs/storedLog';
import {attemptLogPath, runFolders} from '../runs/runStore';
import type {StudyFolder} from '../runs/studyFolder';
import type {Answer} from './studyContext';
import type {StudyState} from './studyState';

/** The logs of all attempts. */
export interface LogsFacet {
  /** A stretch of a log, lines counted from 0; at most `limit` of them, and fewer where they are very long. */
  read(jobId: string, fromSeq: number, limit: number): Answer<LogPage>;
}

/** Logs of one study: of its own attempts, and of the latest ones of `opensafely run`. */
export function createLogsFacet(
  {folder, history}: StudyState,
  active: () => readonly RunRecord[],
): LogsFacet {
  return {
    async read(jobId, fromSeq, limit) {
      if (!/^[A-Za-z0-9_-]+$/u.test(jobId))
        return err(appError('invalid-request', `${jobId} is not the id of a job.`));
      const live = active()
        .flatMap((run) => run.jobs)
        .find((job) => job.id === jobId);
      const complete = live === undefined || isFinal(live.statusCode);
      const path = await logPathOf(folder, jobId);
      const page =
        path === null ? null : await readAttemptLog(path, jobId, fromSeq, limit, complete);
      if (page !== null) return ok(page);
      if (live !== undefined) return ok({jobId, firstSeq: 0, lines: [], totalLines: 0, complete});
      const action = history.actions().find((name) => history.past(name)?.last.jobId === jobId);
      const ranBy = action === undefined ? null : history.past(action)?.last.ranBy;
      if (action !== undefined && ranBy === 'opensafely')
        return ok(await readReferenceLog(folder.study, action, jobId, fromSeq, limit));
      return err(
        appError('not-found', 'The log of this job is no longer kept.', {
          hint: `Old logs make room for new ones; metadata/ still has the log of each action's latest attempt.`,
        }),
      );
    },
  };
}

/** Where the log of a job of ours is kept, without the ending of a compressed one; null where it is not kept. */
async function logPathOf(folder: StudyFolder, jobId: string): Promise<string | null> {
  for (const run of [...(await runFolders(folder))].reverse()) {
    const path = attemptLogPath(join(folder.runs, run), jobId);
    const here =
      (await stat(path).catch(() => null)) ?? (await stat(compressedPath(path)).catch(() => null));
    if (here !== null) return path;
  }
  return null;
}
