import {type AppError, appError} from '../../shared/errors';
import type {PreparedRun} from '../../shared/preview';
import {err, ok, type Result} from '../../shared/result';
import type {RunEvent} from '../../shared/run';
import type {QueuedRun, RunStart} from '../../shared/runQueue';
import type {Study} from '../core/study';
import type {CommandContext} from './command';
import type {Console} from './console';
import {EXIT, exitCodeOfRun, type ExitCode} from './exitCodes';
import {onInterruption} from './interruption';
import {NOTHING_RAN, noticeLine, runEventLine} from './jsonLines';
import {RunReport, type ReportOptions} from './runReport';

/** How a run is carried out and shown. */
export interface CarryOutOptions extends ReportOptions {
  /** A plan that changed since it was made is carried out as it is now, and said to be so. */
  readonly wait: boolean;
}

type Finished = Extract<RunEvent, {event: 'finished'}>;

/** How the run that was asked for came to its end. */
type Ending =
  /** What it waited for has left nothing to run. */
  | {readonly kind: 'nothing-left'}
  | {readonly kind: 'finished'; readonly event: Finished}
  | {readonly kind: 'refused'; readonly error: AppError}
  /** Stopped before it began. */
  | {readonly kind: 'stopped'};

/**
 * Shows everything that runs; the first signal stops the jobs, the second leaves at once, a third without a word.
 * `onStopped` is called once nothing runs any more after a signal.
 */
function follow(
  {console}: CommandContext,
  study: Study,
  report: RunReport,
  {onFinished, onStopped}: {onFinished: (event: Finished) => void; onStopped: () => void},
) {
  let interrupted = false;
  let leaving = false;
  const lookForEnd = (): void => {
    if (interrupted && study.runs.active().length === 0) onStopped();
  };
  const unsubscribe = study.subscribe((event) => {
    if (event.kind !== 'run-event') return;
    console.json(runEventLine(event.event));
    report.take(event.event);
    // the signal can have come before there was anything to stop
    if (event.event.event === 'started' && interrupted) void stopAll(study);
    if (event.event.event !== 'finished') return;
    onFinished(event.event);
    // the run counts as under way until its end has been shown
    setImmediate(lookForEnd);
  });
  const stop = (): void => {
    if (leaving) process.exit(EXIT.interrupted);
    if (interrupted) {
      leaving = true;
      unsubscribe();
      report.close();
      void leaveAtOnce(study, console).finally(() => process.exit(EXIT.interrupted));
      return;
    }
    interrupted = true;
    console.warn('Stopping the jobs. Press Ctrl-C again to leave at once.');
    void stopAll(study).then(lookForEnd);
  };
  const hearNoMore = onInterruption(stop);
  return {
    /** A signal has asked for the end. */
    isInterrupted: (): boolean => interrupted,
    close(): void {
      report.close();
      unsubscribe();
      hearNoMore();
    },
  };
}

/**
 * Brings what processes that are gone have left to its end, shown as any run is; true where there was anything, and null
 * where a signal stopped it.
 */
export async function settleAloud(
  context: CommandContext,
  study: Study,
  options: ReportOptions,
): Promise<Result<boolean | null, AppError>> {
  const report = new RunReport(context.console, options, () => null);
  const following = follow(context, study, report, {
    onFinished: () => undefined,
    onStopped: () => undefined,
  });
  try {
    const settled = await study.runs.settle();
    if (!following.isInterrupted()) return settled;
    context.console.json({...NOTHING_RAN, cancelled: true});
    return ok(null);
  } finally {
    following.close();
  }
}

/** As `settleAloud`, for commands that run nothing: only that it is done is said, and a signal ends the command. */
export async function settleFirst(
  {console}: CommandContext,
  study: Study,
): Promise<Result<null, AppError>> {
  const unsubscribe = study.subscribe((event) => {
    if (event.kind === 'run-event' && event.event.event === 'started')
      console.warn('A run was cut off; what is left of it is brought to its end first.');
  });
  try {
    const settled = await study.runs.settle();
    return settled.ok ? ok(null) : settled;
  } finally {
    unsubscribe();
  }
}

/** Starts a prepared run and follows it to its end, with the signals of `follow`. */
export async function carryOut(
  context: CommandContext,
  study: Study,
  prepared: PreparedRun,
  options: CarryOutOptions,
): Promise<Result<ExitCode, AppError>> {
  const {console} = context;
  const {id} = prepared;
  let starting = true;
  let endAs: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => {
    endAs = resolve;
  });

  /** Starts it; with `wait` until it is no more another run than the one that would be carried out. */
  const start = async (): Promise<Result<RunStart, AppError>> => {
    for (;;) {
      const started = await study.runs.start({preparedId: id});
      if (!started.ok || started.value.kind !== 'changed') return started;
      if (!options.wait) return err(changed(started.value.changes));
      showChanges(started.value.changes);
    }
  };
  const showChanges = (changes: readonly string[]): void => {
    const message = `The plan has changed, and is carried out as it is now. ${changes.join(' ')}`;
    console.json(noticeLine(message));
    console.print(message);
  };
  let wasQueued = false;
  /** What waited for a run that was cut off, and does not start after all. */
  const onQueue = (queue: readonly QueuedRun[]): void => {
    const queued = queue.find((each) => each.id === id);
    if (queued === undefined && wasQueued && !study.runs.active().includes(id))
      endAs({kind: 'nothing-left'});
    wasQueued = queued !== undefined;
    const held = queued?.held ?? null;
    if (held?.kind === 'refused') endAs({kind: 'refused', error: held.error});
    if (held?.kind !== 'changed') return;
    if (!options.wait) return endAs({kind: 'refused', error: changed(held.changes)});
    showChanges(held.changes);
    void start().then((started) => {
      if (!started.ok) endAs({kind: 'refused', error: started.error});
    });
  };
  const report = new RunReport(console, options, expectedSeconds(prepared));
  const following = follow(context, study, report, {
    onFinished: (event) => {
      if (event.runId === id) endAs({kind: 'finished', event});
    },
    onStopped: () => {
      if (!starting) endAs({kind: 'stopped'});
    },
  });
  const unsubscribe = study.subscribe((event) => {
    if (event.kind === 'queue-changed') onQueue(event.queue);
  });
  try {
    const started = await start();
    starting = false;
    const interrupted = following.isInterrupted();
    if (!started.ok) return interrupted ? err(interruption()) : started;
    if (interrupted)
      void stopAll(study).then(() => {
        if (study.runs.active().length === 0) endAs({kind: 'stopped'});
      });
    return codeOf(await ended, following.isInterrupted(), console);
  } finally {
    following.close();
    unsubscribe();
  }
}

/** How the command ends. */
function codeOf(
  ending: Ending,
  interrupted: boolean,
  console: Console,
): Result<ExitCode, AppError> {
  switch (ending.kind) {
    case 'refused':
      return err(interrupted ? interruption() : ending.error);
    case 'stopped':
      console.json({...NOTHING_RAN, cancelled: true});
      return ok(EXIT.interrupted);
    case 'nothing-left':
      console.json({...NOTHING_RAN, succeeded: !interrupted, cancelled: interrupted});
      return ok(interrupted ? EXIT.interrupted : EXIT.done);
    case 'finished':
      return ok(interrupted ? EXIT.interrupted : exitCodeOfRun(ending.event));
  }
}

function expectedSeconds({jobs}: PreparedRun): (action: string) => number | null {
  const seconds = new Map(jobs.map((job) => [job.action, job.expectedSeconds]));
  return (action) => seconds.get(action) ?? null;
}

/** Stops the run under way and lets go of what waits. */
async function stopAll(study: Study): Promise<void> {
  for (const {id} of study.runs.queue()) await study.runs.drop({queuedId: id});
  for (const id of study.runs.active()) await study.runs.cancel({runId: id, action: null});
}

/** Leaves the jobs to end by themselves; what is under way counts as stopped, and is not resumed. */
async function leaveAtOnce(study: Study, console: Console): Promise<void> {
  for (const id of study.runs.active()) {
    const closed = await study.runs.closeNow(id);
    if (!closed.ok) continue;
    const {jobs, outcome} = closed.value;
    const end = {event: 'finished', runId: id, outcome, cancelled: true} as const;
    console.json(runEventLine({...end, error: null, jobs}));
  }
  console.warn('Left at once: what was running counts as stopped.');
  await console.flush();
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
