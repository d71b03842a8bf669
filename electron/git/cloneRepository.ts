import {rm} from 'node:fs/promises';
import {type AppError, appError} from '../../shared/errors';
import {err, type Result} from '../../shared/result';
import {openThread} from '../threads/thread';

/** What is cloned, and where to. */
export interface CloneQuestion {
  /** http or https, without a name or password. */
  readonly url: string;
  /** An empty or new folder. */
  readonly target: string;
  /** Given by the user for private repositories; null where there is none. */
  readonly token: string | null;
  readonly proxy: string | null;
}

/** What was cloned. */
export interface Cloned {
  /** Null where the repository has no commit yet. */
  readonly branch: string | null;
  readonly commit: string | null;
  /** Notes on what the user's own git would have done besides. */
  readonly notices: readonly string[];
}

/** How far a clone is; `total` is null where the host does not say. */
export interface CloneProgress {
  readonly phase: string;
  readonly loaded: number;
  readonly total: number | null;
}

/**
 * Clones a repository on a thread of its own; a signal ends it, and nothing stays in the folder then, or where it failed. What is
 * sent to the host beside the question is the token, or what the user's credential helper gives, and only where it asks for it.
 */
export async function cloneRepository(
  question: CloneQuestion,
  onProgress: (progress: CloneProgress) => void,
  signal: AbortSignal,
): Promise<Result<Cloned, AppError>> {
  const thread = openThread<CloneQuestion, Result<Cloned, AppError>, CloneProgress>({
    name: 'cloneRepository',
    inPlace: async () => (await import('./cloneOverHttp')).cloneOverHttp,
  });
  let stop: () => void = () => undefined;
  const stopped = new Promise<Result<never, AppError>>((resolve) => {
    stop = () => resolve(err(appError('cancelled', 'The clone was stopped.')));
  });
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    const cloned = await Promise.race([thread.call(question, onProgress), stopped]);
    await thread.end();
    if (!cloned.ok) await rm(question.target, {recursive: true, force: true});
    return cloned;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
