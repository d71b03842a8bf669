import {DEFAULT_LIMITS} from '../../../shared/engine';
import type {AppError} from '../../../shared/errors';
import type {RunRequest} from '../../../shared/plan';
import {ok, type Result} from '../../../shared/result';
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

/** Prepares and starts a run; answers its id, also where it has to wait for a run that was cut off. */
export async function startRun(
  study: Study,
  request: RunRequest,
  options: RunOptions,
): Promise<Result<string, AppError>> {
  const prepared = await study.plan.prepare(request, options);
  if (!prepared.ok) return prepared;
  const started = await study.runs.start({preparedId: prepared.value.id});
  if (!started.ok) return started;
  switch (started.value.kind) {
    case 'started':
    case 'joined':
      return ok(started.value.runId);
    case 'queued':
      return ok(started.value.queued.id);
    case 'changed':
      throw new Error(started.value.changes.join(' '));
  }
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
  let id: string | null = null;
  const ended = new Map<string, Finished>();
  const unsubscribe = study.subscribe((event) => {
    if (event.kind !== 'run-event') return;
    onEvent(event.event);
    if (event.event.event !== 'finished') return;
    ended.set(event.event.runId, event.event);
    if (event.event.runId === id) finish(event.event);
  });
  try {
    const started = await startRun(study, requestFor(request), {...USUAL, ...options});
    if (!started.ok) throw new Error(`${started.error.message} ${started.error.why ?? ''}`);
    id = started.value;
    const early = ended.get(id);
    return early ?? (await finished);
  } finally {
    unsubscribe();
  }
}
