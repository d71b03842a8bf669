import {setTimeout as delay} from 'node:timers/promises';
import {appError, type AppError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {ResolveReusable} from '../core/plan/jobDefinitions';
import type {Engine} from '../executor/executor';
import {parseJobWeights} from '../planner/jobWeights';
import {detachable} from '../runs/detachableExecutor';
import type {StudyLock} from '../runs/studyLock';
import type {ServeConfig} from './config';
import {startHealthServer} from './health';
import type {Backend} from './jobs/carryOut';
import {removeOldExports} from './jobs/checkout';
import {JobQueue} from './jobs/jobQueue';
import {createPresentImages} from './jobs/presentImages';
import {StudyCodes} from './jobs/studyCode';
import {createServeLog, errorFacts, type ServeLog} from './log';
import {createPollWatch} from './pollWatch';
import {createFront, type Front, type FrontOptions, type PollOutcome} from './requests/front';
import {pollUntilStopped} from './requests/pollLoop';
import {SpeechV1} from './requests/speakV1';
import {SpeechV2} from './requests/speakV2';
import {coverError, createSecrets, secretValues, tooShort, type Secrets} from './rules/secrets';
import {requestedBy, readFlags, type Flag} from './state/flags';
import {ServeState, stateFolder} from './state/serveState';
import {
  readSettingFiles,
  settleWorkspaces,
  studyIdOf,
  takeLocks,
  waitForEngine,
  type SettingFiles,
} from './startUp';
import {checkRoots} from './storage/places';
import {createCallServer} from './wire/jobServer';

/** What a runner needs besides its settings. */
export interface ServeOptions {
  readonly engine: Engine;
  readonly registry: string;
  readonly resolveReusable: ResolveReusable;
  /** One poll, what it brought, and the end. */
  readonly once: boolean;
  /** Port of 127.0.0.1 to answer at; 0 for any, null for none. */
  readonly listen: number | null;
  /** Takes the lines of the log. */
  readonly write: (line: string) => void;
  /** Aborted to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** How often `--once` tries to report the end. */
const REPORT_TRIES = 5;

/**
 * Serves a job queue until it is stopped, or with `once` for one poll. Gives an error where it could not start or go on; jobs
 * that fail are no error.
 */
export async function serve(
  config: ServeConfig,
  options: ServeOptions,
): Promise<Result<null, AppError>> {
  const roots = await checkRoots(config);
  if (!roots.ok) return roots;
  const files = await readSettingFiles(config);
  if (!files.ok) return files;
  const {presto, weights} = files.value;
  const values = secretValues(config, presto === null ? [] : [presto.key, presto.certificate]);
  const secrets = createSecrets(values);
  const log = createServeLog({
    level: config.logLevel,
    debugFile: config.debugLogFile,
    secrets,
    write: options.write,
    now: () => new Date(options.now()),
  });
  if (tooShort(values) > 0) log.warning('short-secrets', {count: tooShort(values)});
  const stateDir = stateFolder(config.workdir, config.backend);
  const locks = await takeLocks(config, stateDir, options.now());
  if (!locks.ok) return locks;
  try {
    return await serveLocked(config, options, {
      secrets,
      log,
      stateDir,
      presto,
      weights,
      locks: locks.value,
    });
  } catch (error) {
    log.error('fault', errorFacts(error));
    throw error;
  } finally {
    for (const lock of locks.value) await lock.release();
    await log.flush();
  }
}

interface Held extends SettingFiles {
  readonly secrets: Secrets;
  readonly log: ServeLog;
  readonly stateDir: string;
  readonly locks: readonly StudyLock[];
}

async function serveLocked(
  config: ServeConfig,
  options: ServeOptions,
  held: Held,
): Promise<Result<null, AppError>> {
  const {log, stateDir} = held;
  const {now} = options;
  const stopping = createStopping(options.signal, held);
  const {signal} = stopping;
  const detaching = detachable(options.engine.executor, (error) => coverError(error, held.secrets));
  const studyId = await studyIdOf(config);
  log.info('started', {backend: config.backend, protocol: config.protocol, once: options.once});
  if (process.getuid?.() === 0) log.warning('runs-as-root');
  const found = await waitForEngine(detaching.executor, studyId, log, signal, options.once);
  if (signal.aborted) return stopping.ended() ?? ok(null);
  if (!found.ok) return found;

  const state = await loadState(stateDir, config, log, now());
  const backend = backendOf(config, options, held, {executor: detaching.executor, studyId, signal});
  const onBroken = (): void => stopping.stop(BROKEN);
  const queue = new JobQueue(
    {backend, state, weightOf: weightsBy(held.weights), onBroken},
    found.value,
  );
  signal.addEventListener('abort', () => queue.stopStarting());
  for (const {jobId, action} of queue.unknownContainers())
    log.warning('unknown-container', {jobId, action});

  const flags = await watchFlags(stateDir, queue, log);
  const watch = createPollWatch(config, stateDir, state, log, now);
  const serving: Serving = {
    config,
    front: frontOf(config, backend, {state, queue, flags}),
    queue,
    log,
    signal,
    onPoll: (outcome) => watch.onPoll(outcome),
    refresh: () => flags.refresh(),
    async tidy() {
      await state.tidy(Math.floor(now() / 1000));
      await tidyExports(config.workdir, state, log);
    },
  };
  const health =
    options.listen === null
      ? null
      : await startHealthServer(options.listen, () => watch.facts(flags.now()));
  if (health !== null) log.info('listening', {port: health.port});
  // flags are looked at while there is something they could change
  const beat = setInterval(() => {
    if (state.openJobs().length > 0) void flags.refresh();
  }, config.loopSeconds * 1000);
  try {
    await flags.refresh();
    const done = await (options.once ? serveOnce(serving) : serveOn(serving));
    return stopping.ended() ?? done;
  } finally {
    clearInterval(beat);
    await queue.leave();
    detaching.detach();
    await health?.close();
    await state.close();
    log.info('stopped', {left: state.openJobs().length});
    stopping.release();
  }
}

/** Stops at the caller's signal, and where a lock is lost. */
function createStopping(caller: AbortSignal, {locks, log}: Held) {
  const stopping = new AbortController();
  let ended: Result<null, AppError> | null = null;
  const stop = (error: AppError | null): void => {
    if (error !== null) ended ??= err(error);
    stopping.abort();
  };
  const onSignal = (): void => stop(null);
  caller.addEventListener('abort', onSignal);
  if (caller.aborted) stop(null);
  for (const lock of locks)
    lock.onLost(({error}) => {
      log.error('lock-lost', {message: error.message});
      stop(error);
    });
  return {
    /** Aborted once it is to stop. */
    signal: stopping.signal,
    /** Stops; with an error where the runner can't go on. */
    stop,
    /** The first error that stopped it; null where none did. */
    ended: (): Result<null, AppError> | null => ended,
    /** Listens to the caller's signal no longer. */
    release: () => caller.removeEventListener('abort', onSignal),
  };
}

function backendOf(
  config: ServeConfig,
  {registry, resolveReusable, engine, now}: ServeOptions,
  {presto, secrets, log, locks}: Held,
  running: Pick<Backend, 'executor' | 'studyId'> & {readonly signal: AbortSignal},
): Backend {
  const {executor, studyId, signal} = running;
  const onFault = (error: unknown): void => log.error('git', errorFacts(error));
  return {
    ...{config, executor, studyId, secrets, log, now},
    images: createPresentImages(engine.imageStore),
    codes: new StudyCodes({config, registry, resolveReusable, presto, signal, onFault}),
    async stillHeld() {
      for (const lock of locks) {
        const mine = await lock.check();
        if (!mine.ok) return mine;
      }
      return ok(null);
    },
  };
}

/** The flags of the backend. */
type WatchedFlags = Awaited<ReturnType<typeof watchFlags>>;

async function watchFlags(stateDir: string, queue: JobQueue, log: ServeLog) {
  let flags = await readFlags(stateDir);
  return {
    /** As they were read last. */
    now: (): readonly Flag[] => flags,
    /** Reads them, and lets the queue follow them. */
    async refresh(): Promise<void> {
      flags = await readFlags(stateDir).catch((error: unknown) => {
        log.error('flags', errorFacts(error));
        return flags;
      });
      queue.ask(requestedBy(flags));
    },
  };
}

function frontOf(
  config: ServeConfig,
  {codes, now, secrets, log}: Backend,
  serving: {readonly state: ServeState; readonly queue: JobQueue; readonly flags: WatchedFlags},
): Front {
  const {state, queue, flags} = serving;
  const options: FrontOptions = {
    ...{config, state, secrets, log},
    intake: {
      ...{config, state, codes, now},
      isUnderWay: (requestId) => queue.unknownContainers().some(({runId}) => runId === requestId),
    },
    call: createCallServer(config.httpTimeoutSeconds * 1000, secrets),
    flags: flags.now,
    hold: (requestId) => queue.hold(requestId),
    // a flag that was set while the server was asked holds for what it brought
    async release() {
      await flags.refresh();
      queue.release();
    },
  };
  return createFront(options, new (config.protocol === 'v1' ? SpeechV1 : SpeechV2)(options));
}

const BROKEN = appError('bug', 'The runner met five faults of its own in a row and has stopped.', {
  hint: 'Its log lists each fault. Running jobs go on, and are resumed at the next start.',
});

async function loadState(
  stateDir: string,
  {high}: ServeConfig,
  log: ServeLog,
  now: number,
): Promise<ServeState> {
  const state = await ServeState.load(stateDir, high, Math.floor(now / 1000));
  if (state.unreadable > 0) log.warning('journal-damaged', {lines: state.unreadable});
  if (state.rebuilt && state.allJobs().length > 0)
    log.warning('state-rebuilt', {jobs: state.allJobs().length});
  await settleWorkspaces(high, state, log);
  return state;
}

/** Weights by workspace and action, by the text of the weights' file. */
function weightsBy(text: string): (workspace: string, action: string) => number {
  const known = new Map<string, (action: string) => number>();
  return (workspace, action) => {
    const weights = known.get(workspace) ?? parseJobWeights(text, workspace);
    known.set(workspace, weights);
    return weights(action);
  };
}

/** Removes code that no open job needs, but for the latest few. */
async function tidyExports(workdir: string, state: ServeState, log: ServeLog): Promise<void> {
  const needed = new Set(state.openJobs().map(({commit}) => commit));
  await removeOldExports(workdir, needed).catch((error: unknown) =>
    log.warning('exports', errorFacts(error)),
  );
}

interface Serving {
  readonly config: ServeConfig;
  readonly front: Front;
  readonly queue: JobQueue;
  readonly log: ServeLog;
  readonly signal: AbortSignal;
  readonly onPoll: (outcome: PollOutcome) => void;
  /** Looks at the flags. */
  readonly refresh: () => Promise<void>;
  /** Removes what is not needed any more. */
  readonly tidy: () => Promise<void>;
}

/** Milliseconds from one tidying to the next. */
const TIDY_MS = 3_600_000;

/** Polls until it is stopped; then reports to the server once more. */
async function serveOn(serving: Serving): Promise<Result<null, AppError>> {
  const {config, front, log, signal, onPoll, refresh, tidy} = serving;
  let tidied = performance.now();
  await pollUntilStopped({
    front,
    pollSeconds: config.pollSeconds,
    signal,
    log,
    onPoll,
    async wait(seconds) {
      await delay(seconds * 1000, undefined, {signal}).catch(() => undefined);
      await refresh();
      if (performance.now() - tidied < TIDY_MS) return;
      tidied = performance.now();
      await tidy();
    },
  });
  await front.report(AbortSignal.timeout(LAST_REPORT_MS));
  return ok(null);
}

/** Longest that a stop waits for the server to take the last report. */
const LAST_REPORT_MS = 5000;

/** One poll, all that it brought, and a report of how it ended. */
async function serveOnce(serving: Serving): Promise<Result<null, AppError>> {
  const {config, front, queue, signal, onPoll, log, tidy} = serving;
  const polled = await front.poll(signal);
  onPoll(polled);
  if (polled.kind === 'failed')
    return unreachable('The job server could not be reached.', polled.why);
  const ended = queue.idle();
  // long jobs are reported while they run
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && !signal.aborted) {
    await Promise.race([
      ended,
      delay(config.pollSeconds * 1000, undefined, {signal, ref: false}).catch(() => undefined),
    ]);
    if (!over && !signal.aborted) await front.report(signal);
  }
  await tidy();
  const limit = signal.aborted ? AbortSignal.timeout(LAST_REPORT_MS) : signal;
  for (let tries = 1; ; tries += 1) {
    const reported = await front.report(limit);
    if (reported.kind === 'ok') return ok(null);
    log.warning('report-failed', {why: reported.why, tries});
    if (tries === REPORT_TRIES || limit.aborted)
      return unreachable(
        'Study Desk couldn’t report to the job server how the jobs ended.',
        reported.why,
      );
    await delay(config.pollSeconds * 1000, undefined, {signal: limit}).catch(() => undefined);
  }
}

function unreachable(message: string, why: string): Result<never, AppError> {
  return failWith('network', message, {
    why: `It answered with: ${why}.`,
    hint: 'Look at JOB_SERVER_ENDPOINT, the credentials and the network of this computer.',
  });
}
