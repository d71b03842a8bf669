import {LEAST_MEMORY_BYTES, type ExecutorKind} from '../../../shared/engine';
import {appError, type AppError} from '../../../shared/errors';
import {formatMemory} from '../../../shared/format';
import type {PlanPreview} from '../../../shared/preview';
import {err, ok, type Result} from '../../../shared/result';
import type {RunEvent, RunOptions} from '../../../shared/run';
import type {QueuedRun} from '../../../shared/runQueue';
import type {Core} from '../../core/core';
import type {Study} from '../../core/study';
import type {CommandContext} from '../command';
import {withStudy} from '../command';
import {EXIT, exitCodeOf, type ExitCode} from '../exitCodes';
import {NOTHING_RAN, runEventLine} from '../jsonLines';
import {createRunReport} from '../runReport';
import type {PlanOptions} from './plan';
import {prepare, warnOfReuse} from './plan';

/** What `run` can be told. */
export interface RunCommandOptions extends PlanOptions {
  readonly continueOnError: boolean;
  readonly concurrency: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly executor: ExecutorKind;
  readonly timestamps: boolean;
  readonly debug: boolean;
  readonly formatOutputForGithub: boolean;
  readonly pull: boolean;
}

/** `run ACTION…`: carries the plan out and reports it. */
export function runCommand(
  context: CommandContext,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<ExitCode> {
  return withStudy(
    context,
    async (study) => {
      const prepared = await prepare(study, args, options, runOptions(options));
      if (!prepared.ok) return prepared;
      const preview = prepared.value;
      if (preview === null) return nothingToDo(context, 'No action matches. Nothing to do.');
      warnOfReuse(context.console, preview);
      if (preview.plan.jobs.length === 0) return nothingToDo(context, nothingPlanned(preview));
      const refusal = limitsRefused(await context.core(options.executor), options);
      if (refusal !== null) return err(refusal);
      const expected = new Map(
        preview.jobs.flatMap(({action, expectedSeconds}) =>
          expectedSeconds === null ? [] : [[action, expectedSeconds] as const],
        ),
      );
      return carryOut(context, study, preview.id, options, expected);
    },
    options.executor,
  );
}

function runOptions(options: RunCommandOptions): RunOptions {
  return {
    executor: options.executor,
    concurrency: options.concurrency,
    limits: {memoryBytes: options.memoryBytes, cpus: options.cpus},
    continueOnError: options.continueOnError,
    letRunningFinish: false,
    debug: options.debug,
    pull: options.pull,
  };
}

/** Limits with which the engine would make no container; programs of this computer have none. */
function limitsRefused(core: Core, options: RunCommandOptions): AppError | null {
  const engine = core.engine(options.executor);
  if (options.executor === 'process' || engine.state !== 'ready') return null;
  if (options.cpus > engine.cpus)
    return appError(
      'invalid-request',
      `--cpus asks for ${options.cpus} processors, and the engine has ${engine.cpus}.`,
      {hint: `Ask for ${engine.cpus} at most.`},
    );
  return options.memoryBytes < LEAST_MEMORY_BYTES
    ? appError('invalid-request', '--memory asks for less than a container can be made with.', {
        hint: `Ask for ${formatMemory(LEAST_MEMORY_BYTES)} at least.`,
      })
    : null;
}

/** What to say of a plan without jobs: that all has been run only where all of it is known to be up to date. */
function nothingPlanned({reusedOutOfDate}: PlanPreview): string {
  return reusedOutOfDate.length === 0
    ? 'Everything has been run already, and is up to date. Use -f to run it again.'
    : 'Nothing is left to run, though not all of it is known to be up to date. Use --stale to make that again, or -f to make all again.';
}

function nothingToDo(context: CommandContext, message: string): Result<ExitCode, AppError> {
  context.console.json({...NOTHING_RAN, succeeded: true});
  context.console.print(message);
  return ok(EXIT.done);
}

type Finished = Extract<RunEvent, {event: 'finished'}>;

/**
 * Starts the run and follows it to its end; the first signal stops the jobs, the second leaves at once.
 * What is left of a run that was cut off comes to its end first.
 */
async function carryOut(
  context: CommandContext,
  study: Study,
  preparedId: string,
  options: RunCommandOptions,
  expected: ReadonlyMap<string, number>,
): Promise<Result<ExitCode, AppError>> {
  const report = createRunReport(context.console, options, expected);
  let interrupted = false;
  const ends = new Map<string, Finished>();
  let onEnd: () => void = () => undefined;
  const endOf = (id: string): Promise<Finished> =>
    new Promise((resolve) => {
      onEnd = () => {
        const end = ends.get(id);
        if (end !== undefined) resolve(end);
      };
      onEnd();
    });
  const unsubscribe = study.subscribe((event) => {
    if (event.kind === 'queue-changed') onQueue(event.queue);
    if (event.kind !== 'run-event') return;
    context.console.json(runEventLine(event.event));
    report.take(event.event);
    if (event.event.event !== 'finished') return;
    ends.set(event.event.runId, event.event);
    onEnd();
    // the run counts as under way until its end has been told
    if (event.event.runId !== preparedId) setImmediate(endStopped);
  });
  /** What waited for a run that was cut off, and does not start after all. */
  const onQueue = (queue: readonly QueuedRun[]): void => {
    const held = queue.find(({id}) => id === preparedId)?.held ?? null;
    if (held === null) return;
    const error = held.kind === 'refused' ? held.error : changed(held.changes);
    ends.set(preparedId, {
      event: 'finished',
      runId: preparedId,
      succeeded: false,
      cancelled: false,
      error,
      jobs: [],
    });
    onEnd();
  };
  /** Once all is stopped nothing of ours can follow any more. */
  const endStopped = (): void => {
    if (!interrupted || ends.has(preparedId) || study.runs.active().length > 0) return;
    ends.set(preparedId, {...NOTHING_RAN, runId: preparedId, cancelled: true, jobs: []});
    onEnd();
  };
  const stop = (): void => {
    if (interrupted) process.exit(EXIT.interrupted);
    interrupted = true;
    context.console.warn('Stopping the jobs. Press Ctrl-C again to leave at once.');
    void stopAll(study).then(endStopped);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    const started = await study.runs.start(preparedId);
    if (!started.ok) return interrupted ? err(interruption()) : started;
    if (started.value.kind === 'changed') return err(changed(started.value.changes));
    // what waits for a run that was cut off keeps its id when its turn comes
    const runId = started.value.kind === 'queued' ? started.value.queued.id : started.value.runId;
    // the signal can have come before there was anything to cancel
    if (interrupted) await stopAll(study);
    const end = await endOf(runId);
    report.close();
    if (interrupted || end.cancelled) return ok(EXIT.interrupted);
    if (end.error !== null) return ok(exitCodeOf(end.error.kind));
    return ok(end.succeeded ? EXIT.done : EXIT.failed);
  } finally {
    report.close();
    unsubscribe();
    for (const signal of signals) process.removeListener(signal, stop);
  }
}

/** Stops the run under way and lets go of what waits. */
async function stopAll(study: Study): Promise<void> {
  for (const {id} of study.runs.queue()) await study.runs.drop(id);
  for (const id of study.runs.active()) await study.runs.cancel(id, null);
}

/** Since the plan was made the study has become another. */
function changed(changes: readonly string[]): AppError {
  return appError('invalid-request', 'The study changed while the run was being started.', {
    why: changes.join(' '),
    hint: 'Nothing was started. Run the command again.',
  });
}

function interruption(): AppError {
  return appError('cancelled', 'Stopped before any job began.');
}
