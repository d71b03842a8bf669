import {join} from 'node:path';
import {isOver, REFUSED, type ServedJob, type ServedRequest} from '../records';
import {recordedJobs} from '../storage/jobRecord';
import {
  beginJournal,
  readJournal,
  type Journal,
  type JournalContent,
  type Undelivered,
} from './journal';

/** Folder of what a runner of one backend keeps for itself, below its working folder. */
export function stateFolder(workdir: string, backend: string): string {
  return join(workdir, backend);
}

/** File of a runner's journal. */
export function journalFile(stateDir: string): string {
  return join(stateDir, 'journal.jsonl');
}

/** Seconds for which requests are kept whose jobs are over and overtaken; what became of them stays in the HIGH tree. */
const KEPT_SECONDS = 90 * 24 * 3600;

/** All requests and jobs of a runner, in memory and on disk. */
export class ServeState {
  private readonly requests: Map<string, ServedRequest>;
  private readonly jobs = new Map<string, ServedJob>();
  private readonly byRequest = new Map<string, string[]>();
  private readonly byAction = new Map<string, string[]>();
  private readonly open = new Set<string>();
  private undelivered: readonly Undelivered[];

  private constructor(
    content: JournalContent,
    private readonly journal: Journal,
    /** How much of an earlier journal could not be read. */
    readonly unreadable: number,
    /** The state was lost and is taken from the HIGH tree. */
    readonly rebuilt: boolean,
  ) {
    this.requests = new Map(content.requests);
    this.undelivered = content.outbox;
    for (const job of content.jobs.values()) this.put(job);
  }

  /** Opens the state of a runner; where there is none, it is made of what is on record in the HIGH tree. */
  static async load(stateDir: string, high: string, nowSeconds: number): Promise<ServeState> {
    const file = journalFile(stateDir);
    const read = await readJournal(file);
    const content =
      read === null
        ? {
            requests: new Map<string, ServedRequest>(),
            jobs: sortedByCreation(await recordedJobs(high)),
            outbox: [],
            unreadable: 0,
          }
        : withoutOvertaken(read, nowSeconds - KEPT_SECONDS);
    const journal = await beginJournal(file, content);
    return new ServeState(content, journal, content.unreadable, read === null);
  }

  /** A request by its id. */
  request(id: string): ServedRequest | null {
    return this.requests.get(id) ?? null;
  }

  /** All requests that are known, oldest first. */
  allRequests(): readonly ServedRequest[] {
    return [...this.requests.values()];
  }

  /** A job by its id. */
  job(id: string): ServedJob | null {
    return this.jobs.get(id) ?? null;
  }

  /** All jobs of a request, in order of creation. */
  jobsOf(requestId: string): readonly ServedJob[] {
    return (this.byRequest.get(requestId) ?? []).flatMap((id) => this.jobs.get(id) ?? []);
  }

  /** Jobs that are not over, in order of creation. */
  openJobs(): readonly ServedJob[] {
    return [...this.open].flatMap((id) => this.jobs.get(id) ?? []);
  }

  /** Every job, in order of creation. */
  allJobs(): readonly ServedJob[] {
    return [...this.jobs.values()];
  }

  /**
   * The jobs that decide the state of an action of a workspace, latest first: neither cancelled nor a refusal, nor one that never ran
   * since something it needs failed.
   */
  jobsOfAction(workspace: string, action: string): readonly ServedJob[] {
    return (this.byAction.get(keyOf(workspace, action)) ?? [])
      .flatMap((id) => this.jobs.get(id) ?? [])
      .filter(({runs, cancelled, code}) => runs && !cancelled && code !== 'dependency_failed')
      .reverse();
  }

  /** Messages of protocol v1 that are still to be delivered. */
  outbox(): readonly Undelivered[] {
    return this.undelivered;
  }

  /** Takes changes in at once; resolves when all of them are on disk, together. Steps of a job under way need not last. */
  commit(changes: {
    readonly request?: ServedRequest;
    readonly jobs?: readonly ServedJob[];
    readonly outbox?: readonly Undelivered[];
  }): Promise<void> {
    const {request, jobs = [], outbox} = changes;
    if (request !== undefined) this.requests.set(request.id, request);
    for (const job of jobs) this.put(job);
    if (outbox !== undefined) this.undelivered = outbox;
    const isStep =
      request === undefined && outbox === undefined && jobs.every((job) => !isOver(job));
    return this.journal.append(
      {
        ...(request === undefined ? {} : {request}),
        jobs: [...jobs],
        ...(outbox === undefined ? {} : {outbox: [...outbox]}),
      },
      !isStep,
    );
  }

  /** Forgets old requests that have been overtaken, and writes the journal anew, which else would only grow. */
  async tidy(nowSeconds: number): Promise<void> {
    const content: JournalContent = {
      requests: new Map(this.requests),
      jobs: new Map(this.jobs),
      outbox: this.undelivered,
      unreadable: 0,
    };
    const kept = withoutOvertaken(content, nowSeconds - KEPT_SECONDS);
    if (kept.jobs.size < this.jobs.size) {
      for (const id of content.requests.keys())
        if (!kept.requests.has(id)) this.requests.delete(id);
      for (const map of [this.jobs, this.byRequest, this.byAction, this.open]) map.clear();
      for (const job of kept.jobs.values()) this.put(job);
    }
    await this.journal.rewrite(kept);
  }

  /** Waits for the disk and lets go of the file. */
  async close(): Promise<void> {
    await this.journal.close();
  }

  private put(job: ServedJob): void {
    if (!this.jobs.has(job.id)) {
      append(this.byRequest, job.requestId, job.id);
      if (job.action !== REFUSED) append(this.byAction, keyOf(job.workspace, job.action), job.id);
    }
    this.jobs.set(job.id, job);
    if (isOver(job)) this.open.delete(job.id);
    else this.open.add(job.id);
  }
}

function keyOf(workspace: string, action: string): string {
  return `${workspace}\n${action}`;
}

function append(lists: Map<string, string[]>, key: string, id: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [id]);
  else list.push(id);
}

function sortedByCreation(jobs: ReadonlyMap<string, ServedJob>): ReadonlyMap<string, ServedJob> {
  return new Map([...jobs].sort(([, one], [, other]) => one.createdAt - other.createdAt));
}

/** Without old requests of which no job is open and none is the latest of its action. */
function withoutOvertaken(content: JournalContent, before: number): JournalContent {
  const latest = new Map<string, string>();
  for (const job of content.jobs.values()) {
    if (job.runs && !job.cancelled && job.code !== 'dependency_failed')
      latest.set(keyOf(job.workspace, job.action), job.id);
  }
  const needed = new Set<string>();
  const isLatest = new Set(latest.values());
  for (const job of content.jobs.values())
    if (!isOver(job) || isLatest.has(job.id) || job.updatedAt >= before) needed.add(job.requestId);
  return {
    ...content,
    requests: new Map([...content.requests].filter(([id]) => needed.has(id))),
    jobs: new Map([...content.jobs].filter(([, {requestId}]) => needed.has(requestId))),
  };
}
