import {setTimeout as delay} from 'node:timers/promises';
import {appError, type AppError} from '../../shared/errors';
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
import {speakV1} from './requests/speakV1';
import {speakV2} from './requests/speakV2';
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

/** What a runner is given besides its settings. */
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
  /** Given to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Tries of `--once` to tell the end. */
const REPORT_TRIES = 5;

/**
 * Serves a job queue until it is told to stop, or with `once` for one poll. Answers an error where it could not begin, or not do
 * what it is for; whatever becomes of the jobs is no error of its own.
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
  const {log, stateDir, locks} = held;
  const {now} = options;
  const stopping = new AbortController();
  const {signal} = stopping;
  let ended: Result<null, AppError> | null = null;
  /** Stops; with an error where the runner can't go on. */
  const stop = (error: AppError | null): void => {
    if (error !== null) ended ??= err(error);
    stopping.abort();
  };
  const onSignal = (): void => stop(null);
  options.signal.addEventListener('abort', onSignal);
  if (options.signal.aborted) stop(null);
  for (const lock of locks)
    lock.onLost(({error}) => {
      log.error('lock-lost', {message: error.message});
      stop(error);
    });
  const letGo = detachable(options.engine.executor, (error) => coverError(error, held.secrets));
  const {executor} = letGo;
  const studyId = await studyIdOf(config);
  log.info('started', {backend: config.backend, protocol: config.protocol, once: options.once});
  if (process.getuid?.() === 0) log.warning('runs-as-root');
  const found = await waitForEngine(executor, studyId, log, signal, options.once);
  if (signal.aborted) return ended ?? ok(null);
  if (!found.ok) return found;

  const state = await loadState(stateDir, config, log, now());
  const codes = new StudyCodes({
    config,
    registry: options.registry,
    resolveReusable: options.resolveReusable,
    presto: held.presto,
    signal,
    onFault: (error) => log.error('git', errorFacts(error)),
  });
  const backend: Backend = {
    config,
    executor,
    images: createPresentImages(options.engine.imageStore),
    studyId,
    codes,
    secrets: held.secrets,
    log,
    now,
    async stillHeld() {
      for (const lock of locks) {
        const mine = await lock.check();
        if (!mine.ok) return mine;
      }
      return ok(null);
    },
  };
  const weightOf = weightsBy(held.weights);
  const queue = new JobQueue({backend, state, weightOf, onBroken: () => stop(BROKEN)}, found.value);
  signal.addEventListener('abort', () => queue.stopStarting());
  for (const {jobId, action} of queue.unknownContainers())
    log.warning('unknown-container', {jobId, action});

  let flags: readonly Flag[] = await readFlags(stateDir);
  const refresh = async (): Promise<void> => {
    flags = await readFlags(stateDir).catch((error: unknown) => {
      log.error('flags', errorFacts(error));
      return flags;
    });
    queue.ask(requestedBy(flags));
  };
  const watch = createPollWatch(config, stateDir, state, log, now);
  const asking: FrontOptions = {
    config,
    state,
    intake: {
      config,
      state,
      codes,
      now,
      isUnderWay: (requestId) => queue.unknownContainers().some(({runId}) => runId === requestId),
    },
    call: createCallServer(config.httpTimeoutSeconds * 1000, held.secrets),
    secrets: held.secrets,
    log,
    flags: () => flags,
    hold: (requestId) => queue.hold(requestId),
    // a flag that was set while the server was asked holds for what it brought
    async release() {
      await refresh();
      queue.release();
    },
  };
  const front = createFront(asking, (config.protocol === 'v1' ? speakV1 : speakV2)(asking));
  const tidy = async (): Promise<void> => {
    await state.tidy(Math.floor(now() / 1000));
    await tidyExports(config.workdir, state, log);
  };
  const onPoll = (outcome: PollOutcome): void => watch.onPoll(outcome);
  const serving: Serving = {config, front, queue, log, signal, onPoll, refresh, tidy};
  const health =
    options.listen === null
      ? null
      : await startHealthServer(options.listen, () => watch.facts(flags));
  if (health !== null) log.info('listening', {port: health.port});
  // flags are looked at while there is something they could change
  const beat = setInterval(() => {
    if (state.openJobs().length > 0) void refresh();
  }, config.loopSeconds * 1000);
  try {
    await refresh();
    const done = await (options.once ? serveOnce(serving) : serveOn(serving));
    return ended ?? done;
  } finally {
    clearInterval(beat);
    await queue.leave();
    letGo.detach();
    await health?.close();
    await state.close();
    log.info('stopped', {left: state.openJobs().length});
    options.signal.removeEventListener('abort', onSignal);
  }
}

const BROKEN = appError('bug', 'The runner met five faults of its own in a row and has stopped.', {
  hint: 'Its log tells of each; jobs that run go on, and are taken up at the next start.',
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

/** Polls until told to stop; then tells the server once more how things stand. */
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
    return err(unreachable('The job server could not be asked.', polled.why));
  const ended = queue.idle();
  // long jobs are told of on their way
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
    const told = await front.report(limit);
    if (told.kind === 'ok') return ok(null);
    log.warning('report-failed', {why: told.why, tries});
    if (tries === REPORT_TRIES || limit.aborted)
      return err(unreachable('The job server could not be told how the jobs ended.', told.why));
    await delay(config.pollSeconds * 1000, undefined, {signal: limit}).catch(() => undefined);
  }
}

function unreachable(message: string, why: string): AppError {
  return appError('network', message, {
    why: `It answered with: ${why}.`,
    hint: 'Look at JOB_SERVER_ENDPOINT, the credentials and the network of this computer.',
  });
}
