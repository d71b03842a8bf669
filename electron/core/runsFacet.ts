import type {runRequests} from '../../shared/contract/runRequests';
import type {FacetOf} from '../../shared/contract/request';
import type {AppError} from '../../shared/errors';
import {isFinal} from '../../shared/job';
import {err, ok, type Result} from '../../shared/result';
import type {RunEvent, RunOptions, RunRecord} from '../../shared/run';
import type {QueuedRun, RunStart} from '../../shared/runQueue';
import {readGitState} from '../git/gitState';
import {readOverrides} from '../runs/actionOverrides';
import {parseJobWeights} from '../planner/jobWeights';
import {createRunQueue} from '../runs/runQueue';
import {createRunService, type RunService} from '../runs/runService';
import {readNewestRuns} from '../runs/runStore';
import {removeAbandoned} from '../runs/studyDamage';
import {prepareStudyFolder} from '../runs/studyFolder';
import {adjustmentOf} from './adjustRun';
import {changesSince, doesTheSame, refusalOf, succeededSince} from './changedPlan';
import type {StudyPlans} from './planFacet';
import {defineAllJobs, type Preparation} from './prepareRun';
import {readOpenRuns, type OpenRun} from './openRuns';
import {pullMissing} from './pullMissing';
import {repairRecords} from './recordsFacet';
import {createRecovery, refusedWhileWaiting} from './recovery';
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
import {createSettling} from './settling';
import {readWeightsFile, type StudyPorts} from './studyPorts';
import type {Answer} from './studyContext';
import type {StudyState} from './studyState';

/** A preparation this young is carried out as it is: the grain at which code is looked at too. */
const FRESH_MS = 1000;
/** How long the engine may take to tell which images are here. */
const IMAGES_MS = 30_000;

/** Runs under way, waiting and past. */
export interface RunsFacet extends FacetOf<typeof runRequests> {
  /** Closes the record of a run as stopped, for a process that leaves before its jobs have ended; answers it. */
  closeNow(runId: string): Answer<RunRecord>;
  /** Runs without an end, oldest first: under way here or in another process, or cut off. */
  open(): Promise<readonly OpenRun[]>;
  /**
   * Brings to its end all that processes that are gone have left: runs that were cut off, and outputs half placed.
   * Answers whether there was anything, once it is over; an error where another process, the engine or the disk keeps
   * that from being done.
   */
  settle(): Answer<boolean>;
}

/** The facet, with what the other facets need of it. */
export interface StudyRuns {
  readonly facet: RunsFacet;
  readonly service: RunService;
  /** Takes up what a former process left. */
  recover(): Promise<void>;
  /** Refuses what can't be done while something runs. */
  readonly whileIdle: <T>(work: () => Answer<T>) => Answer<T>;
  close(): void;
}

/** Creates the runs of a study; `onEvent` is told of everything that happens in them. */
export function createStudyRuns(
  state: StudyState,
  ports: StudyPorts,
  plans: () => StudyPlans,
  onEvent: (event: RunEvent) => void,
): StudyRuns {
  const {context, folder} = state;
  /** What each waiting run was shown as. */
  const shown = new Map<string, Preparation>();
  const queue = createRunQueue((runs) => {
    for (const id of shown.keys()) if (!runs.some((run) => run.id === id)) shown.delete(id);
    state.tell({kind: 'queue-changed', queue: runs});
  });
  /** The id that is on its way to being a run, from the first look to its start. */
  let beginning: string | null = null;
  /** Something else has the study to itself for a while. */
  let exclusive = false;
  /** Stopped before they were under way. */
  const stopped = new Set<string>();
  /** What the run under way was begun as, and the code it found; null for one that was taken up. */
  let underWay: {readonly preparation: Preparation; readonly codeKey: string | null} | null = null;

  const service = createRunService({
    folder,
    executorOf: (run) => context.executors.ofRun(run),
    now: context.now,
    emit(event) {
      onEvent(event);
      if (event.event === 'finished') {
        underWay = null;
        recovery.ended(event.runId);
        if (event.cancelled) holdAll();
        // what else was cut off comes first
        setImmediate(() => void recovery.recover().then(nextTurn));
      }
    },
    logLimitBytes: () => context.settings().logLimitBytes,
    runLimit: () => context.settings().runLimit,
  });
  const recovery = createRecovery(state, service, ports.forRecovery, () => nextTurn());

  const settling = createSettling(state, service, recovery);

  const isBusy = (): boolean => beginning !== null || exclusive || service.active().length > 0;

  /** Everything that can be known to be wrong before a run is known here, and nothing has happened yet. */
  const begin = async (preparation: Preparation): Promise<Result<string, AppError>> => {
    const {prepared, facts} = preparation;
    const {options, plan, request, id} = prepared;
    const refusal = refusalOf(preparation);
    if (refusal !== null) return err(refusal);
    const jobs = await defineAllJobs(state, preparation);
    if (!jobs.ok) return jobs;
    const executor = context.executors.of(options.executor);
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
    const git = await readGitState(folder.study);
    const weights = await readWeightsFile(folder.study);
    const codeKey = await ports.codeKey(facts.project);
    // the last moment at which nothing has happened yet
    if (state.isClosed() || stopped.has(id)) return err(stoppedBeforeItBegan());
    underWay = {preparation, codeKey};
    const started = await service.start({
      runId: id,
      ports: ports.forRun(executor, made.value, facts.project, jobs.value.codeDirs, (message) =>
        onEvent({event: 'notice', runId: id, level: 'warning', message}),
      ),
      request,
      options,
      engine: options.executor === 'docker' ? state.engineChoice().engine : null,
      plan,
      definitions: jobs.value.definitions,
      git,
      weightOf: parseJobWeights(weights, state.snapshot().name),
      notices: [...repaired.value, ...jobs.value.notices, ...leftOverNotices(preparation)],
      beforeJobs: (runId, signal) =>
        pullMissing(imageStore, images.value, {
          runId,
          continueOnError: options.continueOnError,
          emit: onEvent,
          signal,
        }),
    });
    if (!started.ok) underWay = null;
    return started;
  };

  /** Carries out what was shown if it is still what would be done. */
  const beginAsShown = async (
    before: Preparation,
    ageMs: number,
    hasWaited: boolean,
  ): Answer<RunStart | {readonly kind: 'nothing-left'}> => {
    const {id, request, options} = before.prepared;
    const now = ageMs < FRESH_MS ? ok(before) : await plans().prepare(request, options, id);
    if (!now.ok) return now;
    const done = hasWaited ? succeededSince(before) : new Set<string>();
    const changes = changesSince(before, now.value, done);
    if (changes.length > 0) return ok({kind: 'changed', changes, prepared: now.value.prepared});
    if (now.value.prepared.plan.jobs.length === 0) return ok({kind: 'nothing-left'});
    const started = await begin(now.value);
    if (!started.ok) return started;
    plans().forget(id);
    return ok({kind: 'started', runId: started.value});
  };

  /** Nothing else begins while this does; what it leaves free goes to what waits. */
  const alone = async (
    id: string,
    work: () => ReturnType<typeof beginAsShown>,
  ): ReturnType<typeof beginAsShown> => {
    beginning = id;
    try {
      return await work();
    } finally {
      beginning = null;
      stopped.delete(id);
      setImmediate(nextTurn);
    }
  };

  /** After a run was stopped nothing starts by itself: who stopped it may have wanted all to stop. */
  const holdAll = (): void => {
    for (const {id, held} of queue.all())
      if (held === null) queue.hold(id, {kind: 'refused', error: stoppedBefore()});
  };

  const nextTurn = (): void => {
    if (isBusy() || recovery.waiting() !== null || state.isClosed()) return;
    const next = queue.next();
    const before = next === null ? undefined : shown.get(next.id);
    if (next === null || before === undefined) return;
    void alone(next.id, () => beginAsShown(before, Infinity, true)).then(
      (begun) => {
        if (!begun.ok) queue.hold(next.id, {kind: 'refused', error: begun.error});
        else if (begun.value.kind === 'changed') queue.hold(next.id, begun.value);
        else queue.drop(next.id);
      },
      (error: unknown) => {
        queue.hold(next.id, {kind: 'refused', error: bug(error)});
      },
    );
  };

  const enqueue = async (preparation: Preparation): Promise<RunStart> => {
    const {id, request, options, plan} = preparation.prepared;
    const doing = await sameRun(preparation);
    if (doing !== null) return {kind: 'joined', runId: doing};
    queue.drop(id);
    const queued: QueuedRun = {
      id,
      request,
      options,
      queuedAt: new Date(context.now()).toISOString(),
      actions: plan.jobs.map(({action}) => action),
      held: null,
    };
    shown.set(id, preparation);
    queue.add(queued);
    return {kind: 'queued', queued};
  };

  /**
   * The run under way, or a waiting one, that does all that this one would, in the same way. A job that has begun counts
   * only while the code is as it found it.
   */
  const sameRun = async (preparation: Preparation): Promise<string | null> => {
    const {prepared, facts} = preparation;
    const wanted = prepared.plan.jobs.map(({action}) => action);
    const [run] = service.active();
    if (run !== undefined && underWay !== null && sameOptions(run.options, prepared.options)) {
      const open = run.jobs.filter((job) => !isFinal(job.statusCode));
      const waiting = new Set(open.filter(({state: at}) => at === 'waiting').map(nameOf));
      const codeIsSame =
        underWay.codeKey !== null && underWay.codeKey === (await ports.codeKey(facts.project));
      const within = codeIsSame ? new Set(open.map(nameOf)) : waiting;
      if (
        wanted.every((action) => within.has(action)) &&
        doesTheSame(underWay.preparation, preparation, wanted)
      )
        return run.id;
    }
    return (
      queue.all().find(({id, actions, options, held}) => {
        const before = shown.get(id);
        return (
          held === null &&
          id !== prepared.id &&
          before !== undefined &&
          sameOptions(options, prepared.options) &&
          wanted.every((action) => actions.includes(action)) &&
          doesTheSame(before, preparation, wanted)
        );
      })?.id ?? null
    );
  };

  const facet: RunsFacet = {
    async start({preparedId}) {
      // asked for twice: by a double click, say
      if (beginning === preparedId || service.active().some(({id}) => id === preparedId))
        return ok({kind: 'joined', runId: preparedId});
      const found = plans().prepared(preparedId);
      if (found === null) return err(noLongerPrepared());
      const elsewhere = isBusy() ? null : await settling.heldElsewhere();
      if (elsewhere !== null) return err(elsewhere);
      await recovery.recover();
      const waiting = recovery.waiting();
      if (waiting !== null) return refusedWhileWaiting(waiting);
      if (isBusy()) return ok(await enqueue(found.preparation));
      const begun = await alone(preparedId, () =>
        beginAsShown(found.preparation, found.ageMs, false),
      );
      if (!begun.ok) return begun;
      if (begun.value.kind === 'nothing-left') return err(nothingToRun());
      // a held run whose new plan the user has agreed to
      if (begun.value.kind === 'started') queue.drop(preparedId);
      return ok(begun.value);
    },
    async cancel({runId, action}) {
      if (runId !== beginning) return service.cancel(runId, action);
      stopped.add(runId);
      return ok(null);
    },
    async adjust({runId, share}) {
      const run = service.active().find(({id}) => id === runId);
      if (run === undefined) return err(notUnderWay());
      const overrides = await readOverrides(folder);
      const engine = await context.executors.checkRun(run);
      const adjustment = adjustmentOf(run, share, overrides, engine);
      if (!adjustment.ok) return adjustment;
      const done = service.adjust(runId, share, adjustment.value.limitsOf);
      return done.ok ? ok(adjustment.value.concern) : done;
    },
    closeNow: (runId) => service.closeNow(runId),
    active: () => [
      ...service.active().map(({id}) => id),
      ...(beginning === null ? [] : [beginning]),
    ],
    async list({limit}) {
      const active = new Map(service.active().map((run) => [run.id, run]));
      // one that nobody carries out is not told to be running
      const left = new Map((await readOpenRuns(state)).map(({run}) => [run.id, run]));
      const stored = await readNewestRuns(folder, limit);
      return ok(stored.map((run) => active.get(run.id) ?? left.get(run.id) ?? run));
    },
    open: () => readOpenRuns(state),
    queue: () => queue.all(),
    drop: async ({queuedId}) => (queue.drop(queuedId) ? ok(queue.all()) : err(notQueued())),
    move: async ({queuedId, to}) => (queue.move(queuedId, to) ? ok(queue.all()) : err(notQueued())),
    unfinished: () => recovery.waiting(),
    async giveUp({runId}) {
      const given = await recovery.giveUp(runId);
      if (given.ok) nextTurn();
      return given;
    },
    takeOver: async () => (isBusy() ? ok(null) : recovery.takeOver()),
    settle: () => settling.settle(),
  };

  return {
    facet,
    service,
    recover: () => recovery.recover(),
    async whileIdle(work) {
      if (isBusy()) return err(busy());
      // what was cut off comes first: it would put its outputs over what is done here
      await recovery.recover();
      const waiting = recovery.waiting();
      if (waiting !== null) return refusedWhileWaiting(waiting);
      if (isBusy()) return err(busy());
      exclusive = true;
      try {
        const made = await prepareStudyFolder(folder);
        return made.ok ? await service.whileLocked(work) : made;
      } finally {
        exclusive = false;
        setImmediate(nextTurn);
      }
    },
    close: () => recovery.close(),
  };
}

function leftOverNotices({prepared}: Preparation): readonly string[] {
  return prepared.findings
    .filter(({check, level}) => check === 'other-runner' && level === 'warning')
    .map(({message}) => message);
}

function nameOf({action}: {readonly action: string}): string {
  return action;
}

function sameOptions(one: RunOptions, other: RunOptions): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
