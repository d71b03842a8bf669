import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Job} from '../../../shared/job';
import type {ActionLogFile, KeptLog} from '../../../shared/log';
import type {LogScope} from '../../../shared/logSearch';
import {actionLogFile} from '../../logs/actionLog';
import {
  openReferenceLog,
  readTrailer,
  trailerFacts,
  type ReferenceLog,
} from '../../logs/referenceLog';
import type {SearchedLog} from '../../logs/searchLogs';
import {compressedPath, openStoredLog, type StoredLog} from '../../logs/storedLog';
import {openLogElsewhere} from '../runs/logsElsewhere';
import {attemptLogPath, commitFolders, readRuns, runFolders} from '../../runs/runStore';
import type {StudyFolder} from '../../runs/studyFolder';
import type {StudyState} from '../studyState';

/** Whose log it is. */
export interface LogOwner {
  readonly jobId: string;
  readonly action: string;
  /** Null for a job of `opensafely run`. */
  readonly runId: string | null;
}

/** Files read at a time. */
const AT_ONCE = 32;

type TrailerFacts = ReturnType<typeof trailerFacts>;

/** Whether Study Desk keeps the log of a job itself. */
type IsOurs = (jobId: string) => Promise<boolean>;

/** Files of `metadata/` whose log is not one of ours. */
class MetadataLogs {
  /** Actions whose file was told under this id. */
  private readonly actions = new Map<string, string>();
  private readonly facts = new Map<
    string,
    {readonly key: string; readonly facts: TrailerFacts | null}
  >();
  private last: {readonly key: string; readonly log: ReferenceLog} | null = null;

  constructor(
    private readonly folder: StudyFolder,
    private readonly history: StudyState['history'],
  ) {}

  pathOf(action: string): string {
    return join(this.folder.study, ...actionLogFile(action).split('/'));
  }

  /** Opened once for as long as the file is the same, since its lines are read page by page. */
  async open(action: string): Promise<ReferenceLog | null> {
    const path = this.pathOf(action);
    const found = await stat(path).catch(() => null);
    if (found === null) return null;
    const key = `${path} ${found.mtimeMs} ${found.size}`;
    if (this.last?.key === key) return this.last.log;
    const log = await openReferenceLog(path);
    this.last = log === null ? null : {key, log};
    return log;
  }

  async of(action: string, isOurs: IsOurs): Promise<ActionLogFile | null> {
    const found = await this.factsOf(action);
    if (found === null) return null;
    const {jobId: written, ...rest} = found;
    const jobId = idOf(action, written);
    if (jobId === written && (await isOurs(jobId))) return null;
    this.actions.set(jobId, action);
    return {jobId, action, path: actionLogFile(action), ...rest};
  }

  /** An action whose file may be the log of this job. */
  actionOf(jobId: string): string | undefined {
    const {actions, history} = this;
    return (
      actions.get(jobId) ??
      history.actions().find((name) => {
        const job = history.past(name)?.last;
        return job?.jobId === jobId && job.ranBy !== 'study-desk';
      })
    );
  }

  async all(isOurs: IsOurs): Promise<readonly ActionLogFile[]> {
    const names = await readdir(join(this.folder.study, 'metadata')).catch((): string[] => []);
    const listed = names.filter((name) => name.endsWith('.log')).map((name) => name.slice(0, -4));
    // an action's name may be spelt otherwise there, or name a folder
    const all = [...new Set([...listed, ...this.history.actions()])];
    const found: ActionLogFile[] = [];
    for (let from = 0; from < all.length; from += AT_ONCE) {
      const some = all.slice(from, from + AT_ONCE).map((action) => this.of(action, isOurs));
      for (const each of await Promise.all(some)) if (each !== null) found.push(each);
    }
    return found;
  }

  /** What stands below the lines of an action's file, read again only once the file is another one. */
  private async factsOf(action: string): Promise<TrailerFacts | null> {
    const path = this.pathOf(action);
    const found = await stat(path).catch(() => null);
    const key = `${found?.mtimeMs} ${found?.size}`;
    const known = this.facts.get(action);
    if (known?.key === key) return known.facts;
    const trailer = found === null ? null : await readTrailer(path);
    const facts = trailer === null ? null : trailerFacts(trailer);
    this.facts.set(action, {key, facts});
    return facts;
  }
}

/** Where the logs of a study are: those kept of each attempt, and `metadata/<action>.log` of other jobs. */
export class StudyLogs {
  readonly folder: StudyFolder;
  private readonly metadata: MetadataLogs;

  constructor({folder, history}: Pick<StudyState, 'folder' | 'history'>) {
    this.folder = folder;
    this.metadata = new MetadataLogs(folder, history);
  }

  /** The log of a job; null where there is none. */
  async open(jobId: string): Promise<StoredLog | null> {
    const {metadata} = this;
    const path = await keptPath(this.folder, jobId);
    if (path !== null) return openStoredLog(path);
    const action = metadata.actionOf(jobId);
    if (action === undefined) return openLogElsewhere(this, jobId);
    const log = await metadata.open(action);
    // another job may have written the file since
    if (log === null) return null;
    return idOf(action, trailerFacts(log.trailer).jobId) === jobId ? log : null;
  }

  /** `metadata/<action>.log` of a job whose log is not kept; null where there is none. */
  file(action: string): Promise<ActionLogFile | null> {
    return this.metadata.of(action, async (id) => (await keptPath(this.folder, id)) !== null);
  }

  /** The attempts at an action whose logs are kept, the oldest first. */
  async kept(action: string): Promise<readonly KeptLog[]> {
    const kept: KeptLog[] = [];
    for (const {path, job} of await begunJobs(this.folder))
      if (job.action === action && (await isKept(path)))
        kept.push({jobId: job.id, runId: job.runId, startedAt: job.startedAt});
    return kept;
  }

  /** What a search goes through, the oldest first, with whose log each is. */
  async searched(scope: LogScope): Promise<ReadonlyMap<SearchedLog, LogOwner>> {
    const begun = await begunJobs(this.folder);
    const ours = begun.filter(
      ({job}) =>
        scope.kind === 'all' ||
        (scope.kind === 'run' && job.runId === scope.runId) ||
        (scope.kind === 'job' && job.id === scope.jobId),
    );
    const others = await this.othersIn(scope, begun);
    const all: {log: SearchedLog; owner: LogOwner; at: string}[] = [
      ...ours.map(({path, job}) => ({
        log: {path, form: 'kept'} as const,
        owner: {jobId: job.id, action: job.action, runId: job.runId},
        at: job.startedAt ?? '',
      })),
      ...others.map(({jobId, action, createdAt}) => ({
        log: {path: this.metadata.pathOf(action), form: 'reference'} as const,
        owner: {jobId, action, runId: null},
        at: createdAt ?? '',
      })),
    ];
    all.sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
    return new Map(all.map(({log, owner}) => [log, owner]));
  }

  /** The files of `metadata/` to be searched beside our own logs. */
  private async othersIn(
    scope: LogScope,
    begun: readonly BegunJob[],
  ): Promise<readonly ActionLogFile[]> {
    const {metadata} = this;
    if (scope.kind === 'run') return [];
    const paths = new Map(begun.map(({path, job}) => [job.id, path]));
    const isOurs = async (jobId: string): Promise<boolean> => {
      const path = paths.get(jobId);
      return path !== undefined && (await isKept(path));
    };
    if (scope.kind === 'all') return metadata.all(isOurs);
    const action = (await isOurs(scope.jobId)) ? undefined : metadata.actionOf(scope.jobId);
    const only = action === undefined ? null : await metadata.of(action, isOurs);
    return only?.jobId === scope.jobId ? [only] : [];
  }
}

/** The id of the job whose log a file is: the one written in it, where it is one. */
function idOf(action: string, written: string | null): string {
  return written !== null && /^[A-Za-z0-9_-]+$/u.test(written)
    ? written
    : `file-${Buffer.from(action).toString('base64url')}`;
}

/** A job of Study Desk's own that ever began, and where its log is kept. */
interface BegunJob {
  readonly path: string;
  readonly job: Job;
}

/** The oldest first. */
async function begunJobs(folder: StudyFolder): Promise<readonly BegunJob[]> {
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
  for (const {runs} of [folder, ...(await commitFolders(folder))])
    for (const run of [...(await runFolders({...folder, runs}))].reverse()) {
      const path = attemptLogPath(join(runs, run), jobId);
      if (await isKept(path)) return path;
    }
  return null;
}
