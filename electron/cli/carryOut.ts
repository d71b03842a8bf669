import type {AppError} from '../../shared/errors';
import {appError} from '../../shared/errors';
import type {PreparedRun} from '../../shared/preview';
import {err, ok, type Result} from '../../shared/result';
import type {RunEvent} from '../../shared/run';
import type {QueuedRun, RunStart} from '../../shared/runQueue';
import type {Study} from '../core/study';
import type {CommandContext} from './command';
import type {Console} from './console';
import {EXIT, exitCodeOf, type ExitCode} from './exitCodes';
import {onInterruption} from './interruption';
import {NOTHING_RAN, noticeLine, runEventLine} from './jsonLines';
import {createRunReport, type ReportOptions} from './runReport';

/** How a run is carried out and told. */
export interface CarryOutOptions extends ReportOptions {
  /** A plan that changed since it was made is carried out as it is now, and said to be so. */
  readonly wait: boolean;
}

type Finished = Extract<RunEvent, {event: 'finished'}>;

/** How the run that was asked for came to its end. */
type Ending =
  | {readonly kind: 'finished'; readonly event: Finished}
  | {readonly kind: 'refused'; readonly error: AppError}
  /** Stopped before it began. */
  | {readonly kind: 'stopped'};

/**
 * Starts a prepared run and follows it to its end; the first signal stops the jobs, the second leaves at once, a third
 * without a word. What is left of a run that was cut off comes to its end first.
 */
export async function carryOut(
  context: CommandContext,
  study: Study,
  prepared: PreparedRun,
  options: CarryOutOptions,
): Promise<Result<ExitCode, AppError>> {
  const {console} = context;
  const report = createRunReport(console, options, expectedSeconds(prepared));
  const {id} = prepared;
  let starting = true;
  let interrupted = false;
  let leaving = false;
  let endAs: (ending: Ending) => void = () => undefined;
  const ended = new Promise<Ending>((resolve) => {
    endAs = resolve;
  });

  /** Starts it; with `wait` until it is no more another run than the one that would be carried out. */
  const start = async (): Promise<Result<RunStart, AppError>> => {
    for (;;) {
      const started = await study.runs.start(id);
      if (!started.ok || started.value.kind !== 'changed') return started;
      if (!options.wait) return err(changed(started.value.changes));
      tellChanges(started.value.changes);
    }
  };
  const tellChanges = (changes: readonly string[]): void => {
    const message = `The plan has changed, and is carried out as it is now. ${changes.join(' ')}`;
    console.json(noticeLine(message));
    console.print(message);
  };
  /** What waited for a run that was cut off, and does not start after all. */
  const onQueue = (queue: readonly QueuedRun[]): void => {
    const held = queue.find((queued) => queued.id === id)?.held ?? null;
    if (held?.kind === 'refused') endAs({kind: 'refused', error: held.error});
    if (held?.kind !== 'changed') return;
    if (!options.wait) return endAs({kind: 'refused', error: changed(held.changes)});
    tellChanges(held.changes);
    void start().then((started) => {
      if (!started.ok) endAs({kind: 'refused', error: started.error});
    });
  };
  /** Once all is stopped nothing of ours can follow any more. */
  const endStopped = (): void => {
    if (interrupted && !starting && study.runs.active().length === 0) endAs({kind: 'stopped'});
  };
  const unsubscribe = study.subscribe((event) => {
    if (event.kind === 'queue-changed') onQueue(event.queue);
    if (event.kind !== 'run-event') return;
    console.json(runEventLine(event.event));
    report.take(event.event);
    if (event.event.event !== 'finished') return;
    if (event.event.runId === id) endAs({kind: 'finished', event: event.event});
    // the run counts as under way until its end has been told
    else setImmediate(endStopped);
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
    void stopAll(study).then(endStopped);
  };
  const hearNoMore = onInterruption(stop);
  try {
    const started = await start();
    starting = false;
    if (!started.ok) return interrupted ? err(interruption()) : started;
    // the signal can have come before there was anything to cancel
    if (interrupted) void stopAll(study).then(endStopped);
    const ending = await ended;
    if (ending.kind === 'refused') return interrupted ? err(interruption()) : err(ending.error);
    if (ending.kind === 'stopped') {
      console.json({...NOTHING_RAN, cancelled: true});
      return ok(EXIT.interrupted);
    }
    const {outcome, cancelled, error} = ending.event;
    if (interrupted || cancelled) return ok(EXIT.interrupted);
    if (error !== null) return ok(exitCodeOf(error.kind));
    return ok(outcome === 'succeeded' ? EXIT.done : EXIT.failed);
  } finally {
    report.close();
    unsubscribe();
    hearNoMore();
  }
}

function expectedSeconds({jobs}: PreparedRun): (action: string) => number | null {
  const seconds = new Map(jobs.map((job) => [job.action, job.expectedSeconds]));
  return (action) => seconds.get(action) ?? null;
}

/** Stops the run under way and lets go of what waits. */
async function stopAll(study: Study): Promise<void> {
  for (const {id} of study.runs.queue()) await study.runs.drop(id);
  for (const id of study.runs.active()) await study.runs.cancel(id, null);
}

/** Leaves the jobs to end by themselves; what is under way counts as stopped, and is not taken up again. */
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
