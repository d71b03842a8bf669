import type {ImageState} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {RunEvent} from '../../shared/run';
import type {Executor} from '../engine/executor';

/** Progress is told at most this often for each image, in milliseconds. */
const TELL_MS = 200;

/** Pulls the images that are not here, one after the other; the first error ends it. */
export async function pullMissing(
  executor: Executor,
  images: readonly ImageState[],
  runId: string,
  emit: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<AppError | null> {
  for (const {image, present} of images) {
    if (present) continue;
    let last = 0;
    const pulled = await executor.pull(
      image,
      (progress) => {
        const now = performance.now();
        if (progress.phase !== 'done' && now - last < TELL_MS) return;
        last = now;
        emit({event: 'pull', runId, progress});
      },
      signal,
    );
    if (!pulled.ok) return pulled.error;
  }
  return null;
}
