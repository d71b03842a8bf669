import type {AppError} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import type {ImageStore} from '../../executor/executor';

/** Sees to it that images are here before jobs start. */
export interface PresentImages {
  /** Pulls an image that is not here; an error where it can't be had. */
  ensure(image: string, signal: AbortSignal): Promise<Result<null, AppError>>;
}

/** Milliseconds for which an image that was here counts as being here: hundreds of jobs of one image often come together. */
const HERE_MS = 60_000;

/** Over the images of an engine; an image is pulled once, however many jobs wait for it. */
export function createPresentImages(store: ImageStore): PresentImages {
  const seen = new Map<string, number>();
  const pulls = new Map<string, Promise<Result<null, AppError>>>();

  const look = async (image: string, signal: AbortSignal): Promise<Result<null, AppError>> => {
    const found = await store.images([image], signal);
    // an engine that can't say now says more when the job is prepared
    const isMissing = found.ok && found.value.some(({present}) => !present);
    const here = isMissing ? await store.pull(image, () => undefined, signal) : ok(null);
    if (here.ok && found.ok) seen.set(image, performance.now());
    return here;
  };
  return {
    async ensure(image, signal) {
      const at = seen.get(image);
      if (at !== undefined && performance.now() - at < HERE_MS) return ok(null);
      // under the signal of whoever asked first: where that job is cancelled, the others ask again
      const waiting = pulls.get(image) ?? look(image, signal).finally(() => pulls.delete(image));
      pulls.set(image, waiting);
      const pulled = await waiting;
      if (pulled.ok || signal.aborted || pulled.error.kind !== 'cancelled') return pulled;
      return look(image, signal);
    },
  };
}
