import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import type {LogLine, LogPage} from '../../shared/log';
import {err, ok, type Result} from '../../shared/result';
import type {RunRecord} from '../../shared/run';
import {readRegularFile} from '../files/readRegularFile';
import {actionLogFile} from '../runs/actionLog';
import {compressedPath, readAttemptLog} from '../runs/attemptLog';
import {isFinal} from '../../shared/job';
import type {RunHistory} from '../runs/runHistory';
import {attemptLogPath, runFolders} from '../runs/runStore';
import type {StudyFolder} from '../runs/studyFolder';

/** Where the log of a job that `opensafely run` ran has its time stamps end. */
const STAMP_LENGTH = 31;

/** A stretch of the log of any attempt: one of ours, or the latest one of `opensafely run`. */
export async function readJobLog(
  folder: StudyFolder,
  history: RunHistory,
  active: readonly RunRecord[],
  jobId: string,
  fromSeq: number,
  limit: number,
): Promise<Result<LogPage, AppError>> {
  if (!/^[A-Za-z0-9_-]+$/u.test(jobId))
    return err(appError('invalid-request', `${jobId} is not the id of a job.`));
  const live = active.flatMap((run) => run.jobs).find((job) => job.id === jobId);
  const complete = live === undefined || isFinal(live.statusCode);
  for (const run of [...(await runFolders(folder))].reverse()) {
    const path = attemptLogPath(join(folder.runs, run), jobId);
    const here =
      (await stat(path).catch(() => null)) ?? (await stat(compressedPath(path)).catch(() => null));
    if (here === null) continue;
    const page = await readAttemptLog(path, jobId, fromSeq, limit, complete);
    if (page !== null) return ok(page);
  }
  if (live !== undefined) return ok({jobId, firstSeq: 0, lines: [], totalLines: 0, complete});
  const action = history.actions().find((name) => history.past(name)?.last.jobId === jobId);
  const ranBy = action === undefined ? null : history.past(action)?.last.ranBy;
  if (action !== undefined && ranBy === 'opensafely')
    return readReferenceLog(folder, action, jobId, fromSeq, limit);
  return err(
    appError('not-found', 'The log of this job is no longer kept.', {
      hint: `Old logs make room for new ones; metadata/ still has the log of each action's latest attempt.`,
    }),
  );
}

/** The lines of `metadata/<action>.log` up to the first empty one (RULES "Log"). */
async function readReferenceLog(
  folder: StudyFolder,
  action: string,
  jobId: string,
  fromSeq: number,
  limit: number,
): Promise<Result<LogPage, AppError>> {
  const path = join(folder.study, ...actionLogFile(action).split('/'));
  const text = (await readRegularFile(path).catch(() => '')).toString();
  const [lines = ''] = text.split(/^\r?\n/mu, 1);
  const all = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line): LogLine => ({
      time: line.slice(0, STAMP_LENGTH - 1),
      stream: 'stdout',
      text: line.slice(STAMP_LENGTH).replace(/\r$/u, ''),
    }));
  return ok({
    jobId,
    firstSeq: Math.min(fromSeq, all.length),
    lines: all.slice(fromSeq, fromSeq + limit),
    totalLines: all.length,
    complete: true,
  });
}
