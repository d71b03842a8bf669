import {DEFAULT_LIMITS} from '../../../shared/engine';
import type {RunRequest} from '../../../shared/plan';
import type {RunEvent, RunOptions} from '../../../shared/run';
import type {Study} from '../../../electron/core/study';

/** A run's last event. */
export type Finished = Extract<RunEvent, {event: 'finished'}>;

/** Options as a person starts with them. */
export const USUAL: RunOptions = {
  executor: 'docker',
  concurrency: 2,
  limits: DEFAULT_LIMITS,
  continueOnError: false,
  letRunningFinish: false,
  debug: false,
  pull: false,
};

/** The whole of a request. */
export function requestFor(part: Partial<RunRequest>): RunRequest {
  return {
    actions: [],
    forceDependencies: false,
    includeStale: false,
    force: [],
    takeOut: [],
    ...part,
  };
}

/** Starts a run and waits for its end; every event is given to `onEvent` too. */
export async function runToEnd(
  study: Study,
  request: Partial<RunRequest>,
  options: Partial<RunOptions> = {},
  onEvent: (event: RunEvent) => void = () => undefined,
): Promise<Finished> {
  let finish: (event: Finished) => void = () => undefined;
  const finished = new Promise<Finished>((resolve) => {
    finish = resolve;
  });
  const unsubscribe = study.subscribe((event) => {
    if (event.kind !== 'run-event') return;
    onEvent(event.event);
    if (event.event.event === 'finished') finish(event.event);
  });
  try {
    const started = await study.startRun(requestFor(request), {...USUAL, ...options});
    if (!started.ok) throw new Error(`${started.error.message} ${started.error.why ?? ''}`);
    return await finished;
  } finally {
    unsubscribe();
  }
}
