import {setTimeout as delay} from 'node:timers/promises';
import {createPreparedAhead, type PreparedAhead} from '../../runs/preparedAhead';
import {createJobRunner} from '../../runs/jobRunner';
import type {Job} from '../../../shared/job';
import type {RunningJob} from '../../executor/executor';
import {errorFacts} from '../log';
import {isOver, referenceOf, type ServedJob} from '../records';
import {MESSAGES} from '../rules/messages';
import {nextSteps, type Asked} from '../rules/nextSteps';
import {afterStep, type Step} from '../rules/steps';
import type {ServeState} from '../state/serveState';
import {inputsOf, jobsToRemake, latestSuccess, waitingAgain} from './jobInputs';
import {carryOut, keepRecord, makeReady, newEngineJob, type Backend} from './carryOut';

/** A job that is being carried out. */
interface UnderWay {
  readonly abort: AbortController;
  putBack: boolean;
  fetching: boolean;
}

/** What a queue needs besides its backend. */
export interface JobQueueOptions {
  readonly backend: Backend;
  readonly state: ServeState;
  /** Weight of an action in a workspace. */
  readonly weightOf: (workspace: string, action: string) => number;
  /** Called after too many faults of the runner itself in a row. */
  readonly onBroken: () => void;
}

/** Milliseconds after which a job that could not be resumed is tried again. */
const FOLLOW_AGAIN_MS = 10_000;
/** Faults of ours in a row after which a runner gives up, for its supervisor to start it anew. */
const FAULTS_AT_MOST = 5;

/** Carries out the jobs of all requests: decides what is next whenever something has changed, and does it. */
export class JobQueue {
  private readonly underWay = new Map<string, UnderWay>();
  private asked: Asked = {paused: false, maintenance: false};
  private stopping = false;
  private left = false;
  private looking: Promise<void> | null = null;
  private lookAgain = false;
  private faults = 0;
  private readonly held = new Set<string>();
  private idleListeners: (() => void)[] = [];
  private readonly found: Map<string, RunningJob>;
  private readonly ahead: PreparedAhead;

  constructor(
    private readonly options: JobQueueOptions,
    /** Containers of an earlier process of ours. */
    found: readonly RunningJob[],
  ) {
    this.found = new Map(found.map((running) => [running.jobId, running]));
    this.ahead = createPreparedAhead(
      () => options.backend.config.maxWorkers,
      (job, signal) => this.prepareAhead(job, signal),
    );
  }

  /** Containers of which no job is known: their request is yet to be listed again. */
  unknownContainers(): readonly RunningJob[] {
    return [...this.found.values()].filter(({jobId: id}) => this.options.state.job(id) === null);
  }

  /** What the operators ask for from now on. */
  ask(asked: Asked): void {
    this.asked = asked;
    this.look();
  }

  /** Starts no job of a request until they are released. */
  hold(requestId: string): void {
    this.held.add(requestId);
  }

  /** Lets the jobs go that were held. */
  release(): void {
    this.held.clear();
    this.look();
  }

  /** Looks at all jobs soon, and does what is to be done. */
  look(): void {
    if (this.left) return;
    if (this.looking !== null) {
      this.lookAgain = true;
      return;
    }
    this.looking = this.lookNow()
      .catch((error: unknown) => this.fault('queue', error))
      .finally(() => {
        this.looking = null;
        if (this.lookAgain) {
          this.lookAgain = false;
          this.look();
        } else this.reportIdle();
      });
  }

  /** Resolves when no job is open, or none can go on by itself since an operator asked for that. */
  async idle(): Promise<void> {
    this.look();
    await new Promise<void>((resolve) => this.idleListeners.push(resolve));
  }

  /** Starts nothing any more; what runs goes on. */
  stopStarting(): void {
    this.stopping = true;
  }

  /** Lets go: starts nothing any more and writes nothing; containers go on and are found again by the next process. */
  async leave(): Promise<void> {
    this.left = true;
    await this.looking;
    await this.ahead.close();
    for (const listener of this.idleListeners.splice(0)) listener();
  }

  private reportIdle(): void {
    if (this.underWay.size > 0) return;
    const open = this.options.state.openJobs();
    const held = open.every(
      ({code}) =>
        code === 'paused' ||
        code === 'waiting_db_maintenance' ||
        code === 'waiting_on_dependencies',
    );
    if (open.length === 0 || ((this.asked.paused || this.asked.maintenance) && held))
      for (const listener of this.idleListeners.splice(0)) listener();
  }

  private async lookNow(): Promise<void> {
    const {state, backend, weightOf} = this.options;
    this.adopt();
    const steps = nextSteps({
      jobs: state.openJobs().filter(({requestId}) => !this.held.has(requestId)),
      jobById: (id) => state.job(id),
      weightOf: ({workspace, action}) => weightOf(workspace, action),
      maxWorkers: backend.config.maxWorkers,
      asked: this.asked,
      fetching: new Set([...this.underWay].filter(([, {fetching}]) => fetching).map(([id]) => id)),
    });
    for (const id of steps.cancel) {
      const running = this.underWay.get(id);
      if (running !== undefined) running.abort.abort();
      else await this.endUnrun(id, CANCELLED);
    }
    for (const id of steps.putBack) {
      const running = this.underWay.get(id);
      if (running === undefined || running.putBack) continue;
      running.putBack = true;
      running.abort.abort();
    }
    for (const id of steps.dependencyFailed)
      await this.endUnrun(id, {
        state: 'failed',
        code: 'dependency_failed',
        message: MESSAGES.dependencyFailed,
      });
    if (steps.dependencyFailed.length > 0) this.lookAgain = true;
    for (const {id, code, message} of steps.wait)
      if (!this.underWay.has(id)) void this.step(id, {state: 'pending', code, message});
    for (const id of steps.start) if (!this.stopping) await this.start(id);
    if (this.stopping) return;
    this.ahead.begin(this.soon(steps.wait.map(({id}) => id)));
  }

  /** Resumes what an earlier process had running, whatever the limits. */
  private adopt(): void {
    const {state} = this.options;
    for (const job of state.openJobs()) {
      if (this.underWay.has(job.id)) continue;
      // without a container it had not begun, or it is lost: either way it is for the engine to say
      if (job.state === 'running' || this.found.has(job.id)) this.launch(job);
    }
    for (const [id, container] of this.found) {
      const job = state.job(id);
      if (job === null || !isOver(job)) continue;
      this.found.delete(id);
      container.remove().catch(() => undefined);
    }
  }

  private async start(id: string): Promise<void> {
    const {state, backend} = this.options;
    const job = state.job(id);
    if (job === null || this.underWay.has(id) || isOver(job)) return;
    const remade = await jobsToRemake(backend, state, job);
    if (remade !== null) {
      await state.commit({jobs: remade});
      for (const each of remade) this.jobChanged(each);
      this.lookAgain = true;
      return;
    }
    await this.step(id, {state: 'running', code: 'preparing', message: MESSAGES.preparing});
    const begun = state.job(id);
    if (begun !== null) this.launch(begun);
  }

  private launch(job: ServedJob): void {
    const entry: UnderWay = {abort: new AbortController(), putBack: false, fetching: false};
    this.underWay.set(job.id, entry);
    void this.carryOut(job, entry)
      .catch((error: unknown) => this.failByFault(job.id, error))
      .then(() => {
        this.underWay.delete(job.id);
        this.look();
      });
  }

  private async carryOut(served: ServedJob, entry: UnderWay): Promise<void> {
    const {state, backend} = this.options;
    const request = state.request(served.requestId);
    if (request === null) throw new Error(`No request of ${served.id}`);
    const found = this.found.get(served.id) ?? null;
    this.found.delete(served.id);
    const current = (): ServedJob => state.job(served.id) ?? served;
    const inputs = await inputsOf(backend, state, served);
    const ready = await makeReady(backend, {served, request, inputs}, entry.abort.signal);
    if (!ready.ok) {
      const {step, error} = ready.error;
      if (found !== null && !current().cancelled) {
        // its command runs, and what can't be had now, such as its code, may be had later
        backend.log.warning('job-not-followed', {jobId: served.id});
        this.found.set(served.id, found);
        await delay(FOLLOW_AGAIN_MS, undefined, {signal: entry.abort.signal}).catch(
          () => undefined,
        );
        return;
      }
      if (error !== null) backend.log.warning('job-not-started', {jobId: served.id, ...error});
      if (!this.left) await this.endUnrun(served.id, current().cancelled ? CANCELLED : step);
      return;
    }
    const before = latestSuccess(state, served.workspace, served.action)?.job?.outputs ?? [];
    await carryOut(backend, ready.value, {
      served,
      current,
      request,
      inputs,
      before: before.map(({path}) => path),
      found,
      signal: entry.abort.signal,
      left: () => this.left,
      onFetching: () => {
        entry.fetching = true;
        this.look();
      },
      takeAhead: () => this.ahead.take(served.id),
      onStep: (step, job) => this.step(served.id, step, job),
      onTimeLimit: () => {
        void state.commit({jobs: [{...current(), timedOut: true}]});
      },
      isPutBack: () => entry.putBack,
      onEnd: async (ended, fault) => {
        if (fault !== null) this.fault('job', fault, served.id);
        else this.faults = 0;
        await state.commit({jobs: [ended]});
        this.jobChanged(ended);
        this.look();
      },
    });
    if (entry.putBack && !isOver(current()) && !this.left)
      await state.commit({
        jobs: [{...waitingAgain(current(), this.seconds()), message: MESSAGES.maintenance}],
      });
  }

  /** Jobs that only wait for capacity, by whose code a container can be made already. */
  private soon(waiting: readonly string[]): readonly Job[] {
    const {state, backend} = this.options;
    if (this.left) return [];
    return waiting
      .flatMap((id) => state.job(id) ?? [])
      .filter(({code, id}) => code === 'waiting_on_workers' && !this.underWay.has(id))
      .slice(0, backend.config.maxWorkers)
      .map((job) => newEngineJob(job, '', backend.now()));
  }

  private async prepareAhead(job: Job, signal: AbortSignal) {
    const {state, backend} = this.options;
    const served = state.job(job.id);
    const request = served === null ? null : state.request(served.requestId);
    if (served === null || request === null) return null;
    const ready = await makeReady(backend, {served, request, inputs: []}, signal);
    if (!ready.ok) return null;
    const {definition} = ready.value.defined;
    const engineJob = newEngineJob(served, definition.image, backend.now());
    return createJobRunner(ready.value.ports).prepareAhead(engineJob, definition, false, signal);
  }

  /** Ends a job of which the engine knows nothing. */
  private async endUnrun(id: string, step: Step): Promise<void> {
    const {state, backend} = this.options;
    const job = state.job(id);
    const ended = job === null ? null : afterStep(job, step, this.seconds());
    if (ended === null) return;
    await this.ahead.drop(id);
    const request = state.request(ended.requestId);
    await keepRecord(backend.config, ended, request, null, backend.secrets, backend.log);
    await state.commit({jobs: [ended]});
    this.jobChanged(ended);
  }

  private async step(id: string, step: Step, job?: Job): Promise<void> {
    const {state} = this.options;
    const before = state.job(id);
    if (before === null || this.left) return;
    const with_ = job === undefined ? before : {...before, job};
    const after = afterStep(with_, step, this.seconds());
    if (after === null) {
      if (job !== undefined && !isOver(before)) await state.commit({jobs: [with_]});
      return;
    }
    const changed = after.code !== before.code || after.state !== before.state;
    const written = state.commit({jobs: [after]});
    if (changed) this.jobChanged(after);
    await written;
  }

  private jobChanged(job: ServedJob): void {
    const {id, requestId, workspace, action, state, code, message} = job;
    this.options.backend.log.info('job', {
      jobId: id,
      requestId,
      workspace,
      action,
      state,
      code,
      message,
      reference: referenceOf(id),
    });
  }

  private async failByFault(id: string, error: unknown): Promise<void> {
    if (this.left) return;
    this.fault('job', error, id);
    await this.endUnrun(id, {state: 'failed', code: 'internal_error', message: MESSAGES.internal});
  }

  private fault(where: string, error: unknown, id?: string): void {
    this.options.backend.log.error(`${where}-fault`, {
      ...(id === undefined ? {} : {jobId: id}),
      ...errorFacts(error),
    });
    this.faults += 1;
    if (this.faults === FAULTS_AT_MOST) this.options.onBroken();
  }

  private seconds(): number {
    return Math.floor(this.options.backend.now() / 1000);
  }
}

const CANCELLED: Step = {state: 'failed', code: 'cancelled_by_user', message: MESSAGES.cancelled};
