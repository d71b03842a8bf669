import type {ImageState, PullProgress} from '../../../shared/engine';
import type {AppError} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import type {RunEvent} from '../../../shared/run';
import type {ImageStore} from '../../executor/executor';
import {isEngineLoss, nextEngineAsk} from '../../runs/engineLoss';

/** Progress is reported at most this often for each image, in milliseconds. */
const TELL_MS = 200;

/** How images are pulled for a run. */
export interface PullOptions {
  readonly runId: string;
  /** Go on with the others after one that could not be had. */
  readonly continueOnError: boolean;
  readonly emit: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Pulls the images that are not here, one after the other; answers those that could not be had, and why. An engine that
 * is lost meanwhile is waited for until the run is stopped, and asked again.
 */
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
    const pulled = await pullOverLoss(imageStore, image, {
      onProgress: (progress) => {
        const now = performance.now();
        if (progress.phase !== 'done' && now - last < TELL_MS) return;
        last = now;
        emit({event: 'pull', runId, progress});
      },
      onNotice: (message) => emit({event: 'notice', runId, level: 'warning', message}),
      signal,
    });
    if (!pulled.ok) failed.set(image, pulled.error);
  }
  return failed;
}

interface Watch {
  readonly onProgress: (progress: PullProgress) => void;
  readonly onNotice: (message: string) => void;
  readonly signal: AbortSignal;
}

async function pullOverLoss(
  imageStore: ImageStore,
  image: string,
  {onProgress, onNotice, signal}: Watch,
): Promise<Result<null, AppError>> {
  for (let losses = 1; ; losses += 1) {
    const pulled = await imageStore.pull(image, onProgress, signal);
    if (pulled.ok || !isEngineLoss(pulled.error, losses, signal)) return pulled;
    onNotice(
      `The container engine stopped answering while ${image} was downloaded; waiting for it to come back.`,
    );
    const here = await presentWhenBack(imageStore, image, signal);
    if (here === null) return pulled;
    onNotice('The container engine is back.');
    if (here) return ok(null);
  }
}

/** Whether the image is here, asked until the engine answers; null where the run is stopped first. */
async function presentWhenBack(
  imageStore: ImageStore,
  image: string,
  signal: AbortSignal,
): Promise<boolean | null> {
  for (;;) {
    await nextEngineAsk(signal);
    if (signal.aborted) return null;
    const states = await imageStore.images([image], signal);
    // an engine that answers with a refusal is asked for the image once more, and then gives its reason
    if (!states.ok && states.error.kind === 'no-engine') continue;
    return states.ok && states.value.every(({present}) => present);
  }
}
