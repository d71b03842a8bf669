import {appError, type AppError} from '../../../shared/errors';
import type {Job} from '../../../shared/job';
import {err, ok, type Result} from '../../../shared/result';
import type {RunEvent} from '../../../shared/run';
import type {Study} from '../study';

/** Starts a prepared run of a checkout and waits for its end; a signal stops it, and what ended by then is an error. */
export async function carriedOut(
  copy: Study,
  preparedId: string,
  onJob: (job: Job) => void,
  signal: AbortSignal,
): Promise<Result<readonly Job[], AppError>> {
  let end: (event: Extract<RunEvent, {event: 'finished'}>) => void = () => undefined;
  const ended = new Promise<Extract<RunEvent, {event: 'finished'}>>((resolve) => {
    end = resolve;
  });
  const unsubscribe = copy.subscribe((event) => {
    if (event.kind !== 'run-event') return;
    if (event.event.event === 'job') onJob(event.event.job);
    if (event.event.event === 'finished' && event.event.runId === preparedId) end(event.event);
  });
  const stop = (): void => void copy.runs.cancel({runId: preparedId, action: null});
  signal.addEventListener('abort', stop);
  try {
    const started = await copy.runs.start({preparedId});
    if (!started.ok) return started;
    if (signal.aborted) stop();
    const finished = await ended;
    if (signal.aborted) return err(appError('cancelled', 'The run from the commit was stopped.'));
    return finished.error === null ? ok(finished.jobs) : err(finished.error);
  } finally {
    unsubscribe();
    signal.removeEventListener('abort', stop);
  }
}
