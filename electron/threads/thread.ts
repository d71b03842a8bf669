import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {parentPort, Worker} from 'node:worker_threads';

/** Answers one call; what comes before the answer goes to `report`. */
export type Answering<Ask, Answer, News = never> = (
  ask: Ask,
  report: (news: News) => void,
) => Answer | Promise<Answer>;

/** A thread that answers calls; it never keeps the process alive on its own. */
export interface Thread<Ask, Answer, News = never> {
  /** Rejects where the answer threw, or the thread ended before it. */
  call(ask: Ask, onNews?: (news: News) => void): Promise<Answer>;
  /** Starts it ahead of the first call. */
  start(): void;
  /** Ends it; calls under way reject, and a later one starts it anew. */
  end(): Promise<void>;
}

/** What a thread is started with. */
export interface ThreadOptions<Ask, Answer, News> {
  /** Name of the bundled worker, without its ending. */
  readonly name: string;
  /** Handed to the worker when it starts. */
  readonly data?: unknown;
  /** Room for young objects, in megabytes; else as V8 likes it. */
  readonly youngSpaceMb?: number;
  /** Answers in this thread where there is no bundle: in tests of the source. */
  readonly inPlace: () => Answering<Ask, Answer, News> | Promise<Answering<Ask, Answer, News>>;
}

/** A call on its way into a worker. */
interface CallMessage<Ask> {
  readonly id: number;
  readonly ask: Ask;
}

/** What a worker says of a call. */
type WorkerMessage<Answer, News> =
  | {readonly kind: 'news'; readonly id: number; readonly news: News}
  | {readonly kind: 'answer'; readonly id: number; readonly answer: Answer}
  | {readonly kind: 'fault'; readonly id: number; readonly message: string};

interface Waiting<Answer, News> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly onNews: (news: News) => void;
}

/** Opens a thread; the worker's bundle lies beside the host's. */
export function openThread<Ask, Answer, News = never>(
  options: ThreadOptions<Ask, Answer, News>,
): Thread<Ask, Answer, News> {
  const file = join(__dirname, `${options.name}.worker.cjs`);
  return existsSync(file) ? onWorker(file, options) : inPlace(options.inPlace);
}

function onWorker<Ask, Answer, News>(
  file: string,
  {name, data, youngSpaceMb}: ThreadOptions<Ask, Answer, News>,
): Thread<Ask, Answer, News> {
  const waiting = new Map<number, Waiting<Answer, News>>();
  let worker: Worker | null = null;
  let last = 0;

  const fail = (message: string): void => {
    worker = null;
    for (const {reject} of waiting.values()) reject(new Error(message));
    waiting.clear();
  };

  const take = (message: WorkerMessage<Answer, News>, from: Worker): void => {
    const call = waiting.get(message.id);
    if (message.kind === 'news') return call?.onNews(message.news);
    waiting.delete(message.id);
    if (message.kind === 'answer') call?.resolve(message.answer);
    else call?.reject(new Error(message.message));
    // not a worker that is being ended: its end is waited for
    if (worker === from && waiting.size === 0) from.unref();
  };

  const started = (): Worker => {
    if (worker !== null) return worker;
    const fresh = new Worker(file, {
      workerData: data,
      ...(youngSpaceMb === undefined
        ? {}
        : {resourceLimits: {maxYoungGenerationSizeMb: youngSpaceMb}}),
    });
    // the worker is our own code: what it posts has the shape of its answers
    fresh.on('message', (message: WorkerMessage<Answer, News>) => take(message, fresh));
    fresh.on('error', (error) => {
      if (worker === fresh) fail(error.message);
    });
    fresh.on('exit', (code) => {
      if (worker === fresh) fail(`The thread ${name} ended with code ${code}.`);
    });
    worker = fresh;
    return fresh;
  };

  return {
    call: (ask, onNews = () => undefined) =>
      new Promise((resolve, reject) => {
        last += 1;
        waiting.set(last, {resolve, reject, onNews});
        const to = started();
        to.ref();
        to.postMessage({id: last, ask} satisfies CallMessage<Ask>);
      }),
    start() {
      started().unref();
    },
    async end() {
      const ending = worker;
      fail(`The thread ${name} was ended.`);
      await ending?.terminate();
    },
  };
}

/** The same in this thread, one call at a time. */
function inPlace<Ask, Answer, News>(
  make: ThreadOptions<Ask, Answer, News>['inPlace'],
): Thread<Ask, Answer, News> {
  let answering: Promise<Answering<Ask, Answer, News>> | null = null;
  let before: Promise<unknown> = Promise.resolve();
  return {
    call(ask, onNews = () => undefined) {
      const answer = before.then(async () => {
        answering ??= Promise.resolve(make());
        return (await answering)(ask, onNews);
      });
      before = answer.catch(() => undefined);
      return answer;
    },
    start: () => undefined,
    end: async () => {
      await before;
    },
  };
}

/** The other end, for a worker: answers its calls one at a time, in their order. */
export function answerCalls<Ask, Answer, News = never>(
  answering: Answering<Ask, Answer, News>,
): void {
  const port = parentPort;
  if (port === null) return;
  const post = (message: WorkerMessage<Answer, News>): void => port.postMessage(message);
  let before: Promise<void> = Promise.resolve();
  port.on('message', ({id, ask}: CallMessage<Ask>) => {
    before = before.then(async () => {
      try {
        post({
          kind: 'answer',
          id,
          answer: await answering(ask, (news) => post({kind: 'news', id, news})),
        });
      } catch (error) {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        post({kind: 'fault', id, message});
      }
    });
  });
}
