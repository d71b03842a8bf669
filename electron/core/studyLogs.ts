import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Job} from '../../shared/job';
import type {ActionLogFile, KeptLog} from '../../shared/log';
import type {LogScope} from '../../shared/logSearch';
import {actionLogFile} from '../logs/actionLog';
import {openReferenceLog, readTrailer, type ReferenceLog} from '../logs/referenceLog';
import type {SearchedLog} from '../logs/searchLogs';
import {compressedPath, openStoredLog, type StoredLog} from '../logs/storedLog';
import {attemptLogPath, readRuns, runFolders} from '../runs/runStore';
import type {StudyFolder} from '../runs/studyFolder';
import type {StudyState} from './studyState';

/** Whose log it is. */
export interface LogOwner {
  readonly jobId: string;
  readonly action: string;
  /** Null for a job of `opensafely run`. */
  readonly runId: string | null;
}

/** Where the logs of a study are: those kept of each attempt, and `metadata/<action>.log` of other jobs. */
export interface StudyLogs {
  /** The log of a job; null where there is none. */
  open(jobId: string): Promise<StoredLog | null>;
  /** `metadata/<action>.log` of a job whose log is not kept; null where there is none. */
  file(action: string): Promise<ActionLogFile | null>;
  /** The attempts at an action whose logs are kept, the oldest first. */
  kept(action: string): Promise<readonly KeptLog[]>;
  /** What a search goes through, the oldest first, with whose log each is. */
  searched(scope: LogScope): Promise<ReadonlyMap<SearchedLog, LogOwner>>;
}

/** The logs of one study. */
export function createStudyLogs({
  folder,
  history,
}: Pick<StudyState, 'folder' | 'history'>): StudyLogs {
  /** Actions whose file was told under this id. */
  const actions = new Map<string, string>();
  let last: {readonly key: string; readonly log: ReferenceLog} | null = null;

  const pathOfFile = (action: string): string =>
    join(folder.study, ...actionLogFile(action).split('/'));

  /** Opened once for as long as the file is the same, since its lines are read page by page. */
  async function openFile(action: string): Promise<ReferenceLog | null> {
    const path = pathOfFile(action);
    const found = await stat(path).catch(() => null);
    if (found === null) return null;
    const key = `${path} ${found.mtimeMs} ${found.size}`;
    if (last?.key === key) return last.log;
    const log = await openReferenceLog(path);
    last = log === null ? null : {key, log};
    return log;
  }

  async function file(action: string): Promise<ActionLogFile | null> {
    const log = await openFile(action);
    if (log === null) return null;
    const {jobId: written, ...facts} = readTrailer(log.trailer);
    const jobId = idOf(action, written);
    if (jobId === written && (await keptPath(folder, jobId)) !== null) return null;
    actions.set(jobId, action);
    return {jobId, action, path: actionLogFile(action), ...facts};
  }

  /** An action whose file may be the log of this job. */
  function actionOf(jobId: string): string | undefined {
    return (
      actions.get(jobId) ??
      history.actions().find((name) => {
        const job = history.past(name)?.last;
        return job?.jobId === jobId && job.ranBy === 'opensafely';
      })
    );
  }

  /** The files of `metadata/` that are no log of ours, each under its action. */
  async function files(): Promise<readonly ActionLogFile[]> {
    const names = await readdir(join(folder.study, 'metadata')).catch((): string[] => []);
    const listed = names.filter((name) => name.endsWith('.log')).map((name) => name.slice(0, -4));
    // an action's name may be spelt otherwise there, or name a folder
    const told = await Promise.all([...new Set([...listed, ...history.actions()])].map(file));
    return told.filter((each) => each !== null);
  }

  return {
    async open(jobId) {
      const path = await keptPath(folder, jobId);
      if (path !== null) return openStoredLog(path);
      const action = actionOf(jobId);
      const log = action === undefined ? null : await openFile(action);
      // another job may have written the file since
      if (action === undefined || log === null) return null;
      return idOf(action, readTrailer(log.trailer).jobId) === jobId ? log : null;
    },
    file,
    async kept(action) {
      const kept: KeptLog[] = [];
      for (const {path, job} of await begunJobs(folder))
        if (job.action === action && (await isKept(path)))
          kept.push({jobId: job.id, runId: job.runId, startedAt: job.startedAt});
      return kept;
    },
    async searched(scope) {
      const ours = (await begunJobs(folder)).filter(
        ({job}) =>
          scope.kind === 'all' ||
          (scope.kind === 'run' && job.runId === scope.runId) ||
          (scope.kind === 'job' && job.id === scope.jobId),
      );
      const others = scope.kind === 'run' ? [] : await files();
      const all: {log: SearchedLog; owner: LogOwner; at: string}[] = [
        ...ours.map(({path, job}) => ({
          log: {path, form: 'kept'} as const,
          owner: {jobId: job.id, action: job.action, runId: job.runId},
          at: job.startedAt ?? '',
        })),
        ...others
          .filter(({jobId}) => scope.kind !== 'job' || jobId === scope.jobId)
          .map(({jobId, action, createdAt}) => ({
            log: {path: pathOfFile(action), form: 'reference'} as const,
            owner: {jobId, action, runId: null},
            at: createdAt ?? '',
          })),
      ];
      all.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
      return new Map(all.map(({log, owner}) => [log, owner]));
    },
  };
}

/** The id of the job whose log a file is: the one written in it, where it is one. */
function idOf(action: string, written: string | null): string {
  return written !== null && /^[A-Za-z0-9_-]+$/u.test(written)
    ? written
    : `file-${Buffer.from(action).toString('base64url')}`;
}

/** Study Desk's own jobs that ever began, and where their logs are kept, the oldest first. */
async function begunJobs(
  folder: StudyFolder,
): Promise<readonly {readonly path: string; readonly job: Job}[]> {
  const runs = await readRuns(folder);
  return runs.flatMap(({dir, record}) =>
    record.jobs
      .filter((job) => job.startedAt !== null)
      .map((job) => ({path: attemptLogPath(dir, job.id), job})),
  );
}

async function isKept(path: string): Promise<boolean> {
  const found = await Promise.all(
    [path, compressedPath(path)].map((each) => stat(each).catch(() => null)),
  );
  return found.some((each) => each !== null);
}

/** Where the log of a job of ours is kept, without the ending of a compressed one; null where it is not kept. */
async function keptPath(folder: StudyFolder, jobId: string): Promise<string | null> {
  for (const run of [...(await runFolders(folder))].reverse()) {
    const path = attemptLogPath(join(folder.runs, run), jobId);
    if (await isKept(path)) return path;
  }
  return null;
}
