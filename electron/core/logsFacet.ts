import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError} from '../../shared/errors';
import {isFinal, type Job} from '../../shared/job';
import {WHOLE_LINE_LENGTH, type KeptLog, type LogPage, type WholeLine} from '../../shared/log';
import type {LogPattern, LogScope, LogSearchEnd} from '../../shared/logSearch';
import {plainText} from '../../shared/logText';
import {err, ok, type Result} from '../../shared/result';
import type {RunRecord} from '../../shared/run';
import {wholeLogText} from '../logs/actionLog';
import type {LineTest} from '../logs/logPattern';
import {createLogSearch} from '../logs/logSearch';
import {readReferenceLog} from '../logs/referenceLog';
import {
  compressedPath,
  openStoredLog,
  readAttemptLog,
  readWholeLine,
  type StoredLog,
} from '../logs/storedLog';
import {attemptLogPath, readRuns, runFolders} from '../runs/runStore';
import type {StudyFolder} from '../runs/studyFolder';
import type {Answer} from './studyContext';
import type {StudyState} from './studyState';

/** The logs of all attempts. */
export interface LogsFacet {
  /** A stretch of a log, lines counted from 0; at most `limit` of them, and fewer where they are very long. */
  read(jobId: string, fromSeq: number, limit: number): Answer<LogPage>;
  /** A line of one of Study Desk's own logs, whole unless it is longer than WHOLE_LINE_LENGTH. */
  line(jobId: string, seq: number): Answer<WholeLine>;
  /** All of a log of Study Desk's own as text, to be gone through once. */
  text(jobId: string): Answer<AsyncIterable<Buffer>>;
  /** The attempts at an action of which Study Desk keeps the log, the oldest first. */
  kept(action: string): Promise<readonly KeptLog[]>;
  /** Works out what one line after the other can be asked with; time grows with the lines alone. */
  test(pattern: LogPattern): Answer<(text: string) => boolean>;
  /**
   * Looks through the kept logs of Study Desk's own jobs, the oldest first, and tells what it finds as `log-found`.
   * The search before it is stopped.
   */
  search(searchId: string, scope: LogScope, pattern: LogPattern): Answer<LogSearchEnd>;
  /** Stops the search under way; it ends with what it has found. */
  stopSearch(): void;
  close(): Promise<void>;
}

/** Logs of one study: of its own attempts, and of the latest ones of `opensafely run`. */
export function createLogsFacet(
  state: Pick<StudyState, 'folder' | 'history' | 'tell'>,
  active: () => readonly RunRecord[],
): LogsFacet {
  const {folder, history} = state;
  const search = createLogSearch();
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
      return err(notKept());
    },
    async line(jobId, seq) {
      const log = await openLogOf(folder, jobId);
      if (log === null) return err(notKept());
      try {
        const line = await readWholeLine(log, seq, WHOLE_LINE_LENGTH);
        return line === null ? err(notKept()) : ok(line);
      } finally {
        await log.close();
      }
    },
    async text(jobId) {
      const log = await openLogOf(folder, jobId);
      return log === null ? err(notKept()) : ok(closingAfter(log));
    },
    async kept(action) {
      const searched = await searchedLogs(folder, {kind: 'all'});
      const kept: KeptLog[] = [];
      for (const [path, job] of searched) {
        if (job.action === action && (await isKept(path)))
          kept.push({jobId: job.id, runId: job.runId, startedAt: job.startedAt});
      }
      return kept;
    },
    async test(pattern) {
      const test = await testOf(pattern);
      return test.ok ? ok((text) => test.value.matches(plainText(text))) : test;
    },
    async search(searchId, scope, pattern) {
      const test = await testOf(pattern);
      if (!test.ok) return test;
      const searched = await searchedLogs(folder, scope);
      const end = await search.search(pattern, [...searched.keys()], ({path, ...news}) => {
        const job = searched.get(path);
        if (job === undefined) throw new Error(`${path} was searched unasked.`);
        state.tell({
          kind: 'log-found',
          found: {searchId, jobId: job.id, action: job.action, runId: job.runId, ...news},
        });
      });
      return ok(end);
    },
    stopSearch: () => search.stop(),
    close: () => search.close(),
  };
}

/** The jobs whose logs a search goes through, by where these are kept, the oldest first. */
async function searchedLogs(
  folder: StudyFolder,
  scope: LogScope,
): Promise<ReadonlyMap<string, Job>> {
  const runs = await readRuns(folder);
  return new Map(
    runs
      .filter(({record}) => scope.kind !== 'run' || record.id === scope.runId)
      .flatMap(({dir, record}) =>
        record.jobs
          .filter(
            (job) => job.startedAt !== null && (scope.kind !== 'job' || job.id === scope.jobId),
          )
          .map((job) => [attemptLogPath(dir, job.id), job] as const),
      ),
  );
}

function notKept(): AppError {
  return appError('not-found', 'The log of this job is no longer kept.', {
    hint: `Old logs make room for new ones; metadata/ still has the log of each action's latest attempt.`,
  });
}

async function* closingAfter(log: StoredLog): AsyncGenerator<Buffer> {
  try {
    yield* wholeLogText(log);
  } finally {
    await log.close();
  }
}

async function openLogOf(folder: StudyFolder, jobId: string): Promise<StoredLog | null> {
  const path = await logPathOf(folder, jobId);
  return path === null ? null : openStoredLog(path);
}

/** Regular expressions are a lot to load for whoever never looks for anything. */
async function testOf(pattern: LogPattern): Promise<Result<LineTest, AppError>> {
  const {lineTest} = await import('../logs/logPattern');
  return lineTest(pattern);
}

async function isKept(path: string): Promise<boolean> {
  const found = await Promise.all(
    [path, compressedPath(path)].map((each) => stat(each).catch(() => null)),
  );
  return found.some((each) => each !== null);
}

/** Where the log of a job of ours is kept, without the ending of a compressed one; null where it is not kept. */
async function logPathOf(folder: StudyFolder, jobId: string): Promise<string | null> {
  for (const run of [...(await runFolders(folder))].reverse()) {
    const path = attemptLogPath(join(folder.runs, run), jobId);
    if (await isKept(path)) return path;
  }
  return null;
}
