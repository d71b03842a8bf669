import type {RequestArg} from '../../../shared/contract/contract';
import type {runRequests} from '../../../shared/contract/runRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {err, ok} from '../../../shared/result';
import type {PlannedJob} from '../../../shared/plan';
import type {PreparedRun} from '../../../shared/preview';
import type {RunEvent, RunRecord} from '../../../shared/run';
import type {QueuedRun, RunStart, UnfinishedRun} from '../../../shared/runQueue';
import {followedFrom} from '../../export/followed';
import {readGitState} from '../../git/gitState';
import {readOverrides} from '../../runs/actionOverrides';
import {parseJobWeights} from '../../planner/jobWeights';
import {createRunQueue, type RunQueue} from '../../runs/runQueue';
import {RunService} from '../../runs/runService';
import {readCommitRuns, readNewestRuns} from '../../runs/runStore';
import {removeAbandoned} from '../../runs/studyDamage';
import {prepareStudyFolder} from '../../runs/studyFolder';
import {adjustmentOf} from './adjustRun';
import {
  changesSince,
  queuedDoingAll,
  refusalOf,
  runDoesAll,
  succeededSince,
} from '../plan/changedPlan';
import type {StudyPlans} from '../plan/planFacet';
import type {DefinedJobs} from '../plan/jobDefinitions';
import {engineNameOf} from '../engines/executors';
import {defineAllJobs, type Preparation} from '../plan/prepareRun';
import {readUnendedRuns, type UnendedRun} from './unendedRuns';
import {pullMissing} from './pullMissing';
import {finishRename, isHalfRenamed} from '../project/renameAction';
import {readPast} from './readPast';
import {repairRecords} from '../doctor/recordsFacet';
import {createRecovery, refusedWhileWaiting, type Recovery} from './recovery';
import {restoreIds} from '../provenance/studyCache';
import {
  bug,
  busy,
  missingImages,
  noLongerPrepared,
  nothingToRun,
  notUnderWay,
  notQueued,
  stoppedBefore,
  stoppedBeforeItBegan,
} from './runRefusals';
import {createSettling, type Settling} from './settling';
import {stopElsewhere} from './stopElsewhere';
import {readWeightsFile, type StudyPorts} from './studyPorts';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';

/** A preparation this young is carried out as it is: the grain at which code is looked at too. */
const FRESH_MS = 1000;
/** How long the engine may take to say which images are here. */
const IMAGES_MS = 30_000;

/** Runs under way, waiting and past. */
export interface RunsFacet extends FacetOf<typeof runRequests> {
  /** Closes the record of a run as stopped, for a process that leaves before its jobs have ended; answers it. */
  closeNow(runId: string): Answer<RunRecord>;
  /** Runs without an end, oldest first: under way here or in another process, or cut off. */
  open(): Promise<readonly UnendedRun[]>;
  /**
   * Brings to its end all that processes that are gone have left: runs that were cut off, and outputs half placed.
   * Answers whether there was anything, once it is over; an error where another process, the engine or the disk keeps
   * that from being done.
   */
  settle(): Answer<boolean>;
}

type Begun = Answer<RunStart | {readonly kind: 'nothing-left'}>;

/** The facet, with what the other facets need of it. */
export class StudyRuns implements RunsFacet {
  readonly service: RunService;
  private readonly recovery: Recovery;
  private readonly settling: Settling;
  private readonly waitingRuns: RunQueue;
  /** What each waiting run was shown as. */
  private readonly shown = new Map<string, Preparation>();
  /** The id that is on its way to being a run, from the first look to its start. */
  private beginning: string | null = null;
  /** Something else has the study to itself for a while. */
  private exclusive = false;
  /** Stopped before they were under way. */
  private readonly stopped = new Set<string>();
  /** What the run under way was begun as, and the code it found; null for one that was recovered. */
  private underWay: {readonly preparation: Preparation; readonly codeKey: string | null} | null =
    null;

  constructor(
    private readonly state: StudyState,
    private readonly ports: StudyPorts,
    private readonly plans: StudyPlans,
    private readonly onEvent: (event: RunEvent) => void,
  ) {
    const {context, folder} = state;
    this.waitingRuns = createRunQueue((runs) => {
      for (const id of this.shown.keys())
        if (!runs.some((run) => run.id === id)) this.shown.delete(id);
      state.emit({kind: 'queue-changed', queue: runs});
    });
    this.service = new RunService({
      folder,
      executorOf: (run) => context.executors.ofRun(run),
      roomOf({options, engine}) {
        if (options.executor === 'process') return null;
        const status = () => context.executors.status(options.executor);
        return context.rooms(engineNameOf(status()) ?? engine ?? '', () => {
          const now = status();
          return now.state === 'ready' ? now.memoryBytes : null;
        });
      },
      now: context.now,
      emit: (event) => {
        onEvent(event);
        if (event.event === 'finished') this.afterRun(event.runId, event.cancelled);
      },
      logLimitBytes: () => context.settings().logLimitBytes,
      runLimit: () => context.settings().runLimit,
      restores: () => restoreIds(folder.study),
      halfDone: {
        isThere: () => isHalfRenamed(folder),
        finish: async () => {
          if (!(await isHalfRenamed(folder))) return ok(null);
          const finished = await finishRename(folder);
          await readPast(state);
          return finished;
        },
      },
    });
    this.recovery = createRecovery(state, this.service, ports.forRecovery, () => this.nextTurn());
    this.settling = createSettling(state, this.service, this.recovery);
  }

  async start({preparedId}: RequestArg<'runs:start'>): Answer<RunStart> {
    const {recovery, service} = this;
    // asked for twice: by a double click, say
    if (this.beginning === preparedId || service.active().some(({id}) => id === preparedId))
      return ok({kind: 'joined', runId: preparedId});
    const found = this.plans.prepared(preparedId);
    if (found === null) return err(noLongerPrepared());
    const elsewhere = this.isBusy() ? null : await this.settling.heldElsewhere();
    if (elsewhere !== null) return err(elsewhere);
    await recovery.recover();
    const waiting = recovery.waiting();
    if (waiting !== null) return refusedWhileWaiting(waiting);
    if (this.isBusy()) return ok(await this.enqueue(found.preparation));
    const begun = await this.alone(preparedId, () =>
      this.beginAsShown(found.preparation, found.ageMs, false),
    );
    if (!begun.ok) return begun;
    if (begun.value.kind === 'nothing-left') return err(nothingToRun());
    // a held run whose new plan the user has agreed to
    if (begun.value.kind === 'started') this.waitingRuns.drop(preparedId);
    return ok(begun.value);
  }

  async cancel({runId, action}: RequestArg<'runs:cancel'>): Answer<null> {
    if (runId === this.beginning) {
      this.stopped.add(runId);
      return ok(null);
    }
    // a run of this process is stopped at once: nothing is read for it
    if (this.service.active().some(({id}) => id === runId))
      return this.service.cancel(runId, action);
    const found = (await readUnendedRuns(this.state)).find(({run}) => run.id === runId);
    return found?.process?.ranBy === undefined
      ? this.service.cancel(runId, action)
      : stopElsewhere(found.process, action, await followedFrom(this.state.folder.study));
  }

  async adjust({runId, share}: RequestArg<'runs:adjust'>): Answer<string | null> {
    const run = this.service.active().find(({id}) => id === runId);
    if (run === undefined) return err(notUnderWay());
    const overrides = await readOverrides(this.state.folder);
    const engine = await this.state.context.executors.checkRun(run);
    const adjustment = adjustmentOf(run, share, overrides, engine);
    if (!adjustment.ok) return adjustment;
    const done = this.service.adjust(runId, share, adjustment.value.limitsOf);
    return done.ok ? ok(adjustment.value.concern) : done;
  }

  closeNow(runId: string): Answer<RunRecord> {
    return this.service.closeNow(runId);
  }

  active(): readonly string[] {
    const ids = this.service.active().map(({id}) => id);
    return this.beginning === null ? ids : [...ids, this.beginning];
  }

  async list({limit}: RequestArg<'runs:list'>): Answer<readonly RunRecord[]> {
    const active = new Map(this.service.active().map((run) => [run.id, run]));
    // one that nobody carries out is not shown as running
    const left = new Map((await readUnendedRuns(this.state)).map(({run}) => [run.id, run]));
    const stored = await readNewestRuns(this.state.folder, limit);
    const begun = [...left.values()].filter(
      ({id, ranBy}) => ranBy !== undefined && !stored.some((run) => run.id === id),
    );
    return ok([...begun, ...stored.map((run) => active.get(run.id) ?? left.get(run.id) ?? run)]);
  }

  async ofCommits(): Answer<readonly RunRecord[]> {
    return ok(await readCommitRuns(this.state.folder));
  }

  open(): Promise<readonly UnendedRun[]> {
    return readUnendedRuns(this.state);
  }

  queue(): readonly QueuedRun[] {
    return this.waitingRuns.all();
  }

  async drop({queuedId}: RequestArg<'runs:drop'>): Answer<readonly QueuedRun[]> {
    return this.waitingRuns.drop(queuedId) ? ok(this.queue()) : err(notQueued());
  }

  async move({queuedId, to}: RequestArg<'runs:move'>): Answer<readonly QueuedRun[]> {
    return this.waitingRuns.move(queuedId, to) ? ok(this.queue()) : err(notQueued());
  }

  unfinished(): UnfinishedRun | null {
    return this.recovery.waiting();
  }

  async giveUp({runId}: RequestArg<'runs:giveUp'>): Answer<null> {
    const given = await this.recovery.giveUp(runId);
    if (given.ok) this.nextTurn();
    return given;
  }

  async takeOver(): Answer<null> {
    return this.isBusy() ? ok(null) : this.recovery.takeOver();
  }

  settle(): Answer<boolean> {
    return this.settling.settle();
  }

  /** Brings to its end what a former process left. */
  recover(): Promise<void> {
    return this.recovery.recover();
  }

  /** Refuses what can't be done while something runs. */
  async whileIdle<T>(work: () => Answer<T>): Answer<T> {
    if (this.isBusy()) return err(busy());
    // what was cut off comes first: it would put its outputs over what is done here
    await this.recovery.recover();
    const waiting = this.recovery.waiting();
    if (waiting !== null) return refusedWhileWaiting(waiting);
    if (this.isBusy()) return err(busy());
    this.exclusive = true;
    try {
      const made = await prepareStudyFolder(this.state.folder);
      return made.ok ? await this.service.whileLocked(work) : made;
    } finally {
      this.exclusive = false;
      setImmediate(() => this.nextTurn());
    }
  }

  close(): void {
    this.recovery.close();
  }

  private isBusy(): boolean {
    return this.beginning !== null || this.exclusive || this.service.active().length > 0;
  }

  private afterRun(runId: string, cancelled: boolean): void {
    this.underWay = null;
    this.recovery.ended(runId);
    if (cancelled) this.holdAll();
    // what else was cut off comes first
    setImmediate(() => void this.recovery.recover().then(() => this.nextTurn()));
  }

  /** Carries out what was shown if it is still what would be done. */
  private async beginAsShown(before: Preparation, ageMs: number, hasWaited: boolean): Begun {
    const {id, request, options} = before.prepared;
    const now = ageMs < FRESH_MS ? ok(before) : await this.plans.prepare(request, options, id);
    if (!now.ok) return now;
    const done = hasWaited ? succeededSince(before) : new Set<string>();
    const changes = changesSince(before, now.value, done);
    if (changes.length > 0) return ok({kind: 'changed', changes, prepared: now.value.prepared});
    if (now.value.prepared.plan.jobs.length === 0) return ok({kind: 'nothing-left'});
    const started = await this.begin(now.value);
    if (!started.ok) return started;
    this.plans.forget(id);
    return ok({kind: 'started', runId: started.value});
  }

  /** Everything that can be known to be wrong before a run is known here, and nothing has happened yet. */
  private async begin(preparation: Preparation): Answer<string> {
    const {state, ports} = this;
    const {context, folder} = state;
    const {options, id} = preparation.prepared;
    const refusal = refusalOf(preparation);
    if (refusal !== null) return err(refusal);
    const jobs = await defineAllJobs(state, preparation);
    if (!jobs.ok) return jobs;
    const names = new Set([...jobs.value.definitions.values()].map(({image}) => image));
    const imageStore = context.executors.imagesOf(options.executor);
    const images = await imageStore.images([...names], AbortSignal.timeout(IMAGES_MS));
    if (!images.ok) return images;
    const missing = images.value.filter(({present}) => !present);
    if (missing.length > 0 && !options.pull) return err(missingImages(missing));
    const repaired = state.damage().length === 0 ? ok([]) : await repairRecords(state);
    if (!repaired.ok) return repaired;
    const made = await prepareStudyFolder(folder);
    if (!made.ok) return made;
    await removeAbandoned(folder);
    const {checkout} = state;
    const git =
      checkout === null
        ? await readGitState(folder.study)
        : {branch: null, commit: checkout.commit, dirtyFiles: []};
    const weights = await readWeightsFile(folder.study);
    const codeKey = await ports.codeKey(preparation.facts.project);
    // the last moment at which nothing has happened yet
    if (state.isClosed() || this.stopped.has(id)) return err(stoppedBeforeItBegan());
    this.underWay = {preparation, codeKey};
    const started = await this.service.start({
      ...this.orderOf(preparation, jobs.value, made.value),
      git,
      fromCommit: checkout === null ? null : {ref: checkout.ref, commit: checkout.commit},
      weightOf: parseJobWeights(weights, state.snapshot().name),
      notices: [...repaired.value, ...jobs.value.notices, ...leftOverNotices(preparation)],
      beforeJobs: (runId, signal) =>
        pullMissing(imageStore, images.value, {
          runId,
          continueOnError: options.continueOnError,
          emit: this.onEvent,
          signal,
        }),
    });
    if (!started.ok) this.underWay = null;
    return started;
  }

  /** What the run is to do, and with what. */
  private orderOf({prepared, facts}: Preparation, jobs: DefinedJobs, studyId: string) {
    const {state} = this;
    const {options, plan, request, id} = prepared;
    const executor = state.context.executors.of(options.executor);
    return {
      runId: id,
      ports: this.ports.forRun(executor, studyId, facts.project, jobs.codeDirs, (message) =>
        this.onEvent({event: 'notice', runId: id, level: 'warning', message}),
      ),
      request,
      options,
      engine: options.executor === 'docker' ? state.engineChoice().engine : null,
      plan,
      changed: changedFiles(prepared),
      definitions: jobs.definitions,
    };
  }

  /** Nothing else begins while this does; what it leaves free goes to what waits. */
  private async alone(id: string, work: () => Begun): Begun {
    this.beginning = id;
    try {
      return await work();
    } finally {
      this.beginning = null;
      this.stopped.delete(id);
      setImmediate(() => this.nextTurn());
    }
  }

  /** After a run was stopped nothing starts by itself: who stopped it may have wanted all to stop. */
  private holdAll(): void {
    for (const {id, held} of this.waitingRuns.all())
      if (held === null) this.waitingRuns.hold(id, {kind: 'refused', error: stoppedBefore()});
  }

  private nextTurn(): void {
    const {waitingRuns} = this;
    if (this.isBusy() || this.recovery.waiting() !== null || this.state.isClosed()) return;
    const next = waitingRuns.next();
    const before = next === null ? undefined : this.shown.get(next.id);
    if (next === null || before === undefined) return;
    void this.alone(next.id, () => this.beginAsShown(before, Infinity, true)).then(
      (begun) => {
        if (!begun.ok) waitingRuns.hold(next.id, {kind: 'refused', error: begun.error});
        else if (begun.value.kind === 'changed') waitingRuns.hold(next.id, begun.value);
        else waitingRuns.drop(next.id);
      },
      (error: unknown) => {
        waitingRuns.hold(next.id, {kind: 'refused', error: bug(error)});
      },
    );
  }

  private async enqueue(preparation: Preparation): Promise<RunStart> {
    const {id, request, options, plan} = preparation.prepared;
    const same =
      (await this.doneUnderWay(preparation)) ??
      queuedDoingAll(this.waitingRuns.all(), this.shown, preparation);
    if (same !== null) return {kind: 'joined', runId: same};
    this.waitingRuns.drop(id);
    const queued: QueuedRun = {
      id,
      request,
      options,
      queuedAt: new Date(this.state.context.now()).toISOString(),
      actions: plan.jobs.map(({action}) => action),
      held: null,
    };
    this.shown.set(id, preparation);
    this.waitingRuns.add(queued);
    return {kind: 'queued', queued};
  }

  /** The run under way where it does all that this one would, in the same way. */
  private async doneUnderWay(preparation: Preparation): Promise<string | null> {
    const {underWay} = this;
    const [run] = this.service.active();
    if (run === undefined || underWay === null) return null;
    const codeKey = await this.ports.codeKey(preparation.facts.project);
    const codeIsSame = underWay.codeKey !== null && underWay.codeKey === codeKey;
    return runDoesAll(run, underWay.preparation, preparation, codeIsSame) ? run.id : null;
  }
}

/** Files whose change is why each job of a plan runs, in the order of its jobs; none where one runs for something else. */
function changedFiles({plan, jobs}: PreparedRun): readonly string[] {
  const previews = new Map(jobs.map((job) => [job.action, job]));
  const isChange = ({action, reason}: PlannedJob): boolean => {
    if (reason !== 'requested')
      return reason === 'out-of-date' || reason === 'upstream-out-of-date';
    // chosen by its user, and out of date as well
    const {endedAs, missing = [], outOfDateReasons = []} = previews.get(action) ?? {};
    return endedAs === 'succeeded' && missing.length === 0 && outOfDateReasons.length > 0;
  };
  if (!plan.jobs.every(isChange)) return [];
  const reasons = plan.jobs.flatMap(({action}) => previews.get(action)?.outOfDateReasons ?? []);
  return [...new Set(reasons.flatMap(({kind, path}) => (kind === 'upstream' ? [] : (path ?? []))))];
}

function leftOverNotices({prepared}: Preparation): readonly string[] {
  return prepared.findings
    .filter(({check, level}) => check === 'other-runner' && level === 'warning')
    .map(({message}) => message);
}
