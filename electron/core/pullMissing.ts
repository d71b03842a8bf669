import type {ImageState} from '../../shared/engine';
import type {AppError} from '../../shared/errors';
import type {RunEvent} from '../../shared/run';
import type {ImageStore} from '../engine/executor';

/** Progress is told at most this often for each image, in milliseconds. */
const TELL_MS = 200;

/** How images are pulled for a run. */
export interface PullOptions {
  readonly runId: string;
  /** Go on with the others after one that could not be had. */
  readonly continueOnError: boolean;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/** Pulls the images that are not here, one after the other; answers those that could not be had, and why. */
export async function pullMissing(
  imageStore: ImageStore,
  images: readonly ImageState[],
  {runId, continueOnError, emit, signal}: PullOptions,
): Promise<ReadonlyMap<string, AppError>> {
  const failed = new Map<string, AppError>();
  for (const {image, present} of images) {
    if (present) continue;
    // nothing more is going to run
    if (signal.aborted || (failed.size > 0 && !continueOnError)) break;
    let last = 0;
    const pulled = await imageStore.pull(
      image,
      (progress) => {
        const now = performance.now();
        if (progress.phase !== 'done' && now - last < TELL_MS) return;
        last = now;
        emit({event: 'pull', runId, progress});
      },
      signal,
    );
    if (!pulled.ok) failed.set(image, pulled.error);
  }
  return failed;
}
