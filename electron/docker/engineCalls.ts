/** What of a call the client library hands to its transport. */
interface CallOptions {
  readonly path: string;
  readonly method?: string;
  readonly isStream?: boolean;
  readonly abortSignal?: AbortSignal;
  /** What the path is asked with. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** What each status means; true for a good one. */
  readonly statusCodes?: Readonly<Record<number, true | string>>;
}
type Answer = (error: unknown, reply?: unknown) => void;

/** The transport of a client library. */
export interface Transport {
  dial(options: CallOptions, answer: Answer): void;
}

/** One call that the client library has no way of its own for; rejects with an error, whatever the reason was. */
export function askTransport(transport: Transport, options: CallOptions): Promise<unknown> {
  return new Promise((resolve, reject) => {
    transport.dial(options, (error, reply) => {
      if (error === null || error === undefined) resolve(reply);
      else reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
    });
  });
}

/** The engine took longer than it may over an answer. */
export class EngineSilent extends Error {
  readonly code = 'ETIMEDOUT';
}

/** Longest wait for what an engine knows without work, in milliseconds. */
const ANSWER_MS = 15_000;
/** Longest wait for anything else that it does by itself: some list all changes of a large image for minutes. */
const WORK_MS = 300_000;

/**
 * Gives each call an end, whatever becomes of the engine. The library waits for ever for the rest of a reply that is
 * broken off; here that is an error at once. One that an engine which hangs never sends is an error after a time, but
 * for `wait` and what is sent to the engine, which may last and are watched by `EngineConnection`.
 */
export function endEveryCall(transport: Transport): void {
  const dial = transport.dial.bind(transport);
  transport.dial = (options, answer) => {
    if (options.isStream === true) {
      dial(options, answer);
      return;
    }
    const ending = new AbortController();
    let timer: NodeJS.Timeout | null = null;
    let answered = false;
    const endOnce: Answer = (error, reply) => {
      if (answered) return;
      answered = true;
      if (timer !== null) clearTimeout(timer);
      options.abortSignal?.removeEventListener('abort', abort);
      answer(error, reply);
    };
    const end = (reason: unknown): void => {
      ending.abort(reason);
      // by SSH a connection that hangs does not hear of it
      endOnce(reason);
    };
    const abort = (): void => end(options.abortSignal?.reason);
    if (options.abortSignal?.aborted === true) {
      abort();
      return;
    }
    options.abortSignal?.addEventListener('abort', abort);
    const limit = limitOf(options);
    if (limit !== null)
      timer = setTimeout(() => end(new EngineSilent(`no answer to ${options.path}`)), limit);
    dial({...options, isStream: true, abortSignal: ending.signal}, (error, reply) => {
      if (error !== null && error !== undefined) endOnce(error);
      else
        readWhole(reply as AsyncIterable<Buffer>).then(
          (whole) => endOnce(null, whole),
          (fault: unknown) => endOnce(fault),
        );
    });
  };
}

/** Milliseconds that an answer may take; null where it may take any time. */
function limitOf({path, method = 'GET'}: CallOptions): number | null {
  if (/\/wait(\?|$)/u.test(path) || method === 'PUT') return null;
  return /^\/(_ping|version|info)(\?|$)/u.test(path) ? ANSWER_MS : WORK_MS;
}

/** The value of a JSON reply, the bytes of any other, as the library gives them; rejects where it is broken off. */
async function readWhole(reply: AsyncIterable<Buffer>): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of reply) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    return bytes;
  }
}

/**
 * Does something under two signals, aborted with whichever is first. `AbortSignal.any` does this too, which the oldest
 * runtime that is supported (Electron 25, Node 18.15) does not have.
 */
export async function underEither<T>(
  one: AbortSignal,
  other: AbortSignal,
  work: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const both = new AbortController();
  const abort = (): void => both.abort();
  if (one.aborted || other.aborted) abort();
  one.addEventListener('abort', abort);
  other.addEventListener('abort', abort);
  try {
    return await work(both.signal);
  } finally {
    one.removeEventListener('abort', abort);
    other.removeEventListener('abort', abort);
  }
}
