import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {Worker} from 'node:worker_threads';
import {appError, type AppError} from '../../shared/errors';
import {err, type Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import {answerCall, type Call} from './calls';
import {takeOverOlderRecords} from './olderRecords';
import type {ProvenanceStore, StudyNow} from './provenance';
import {ProvenanceRecords} from './provenanceRecords';

/** Room for young objects: the little that each call needs should not grow into memory held for the whole of a run. */
const YOUNG_SPACE_MB = 8;

type CheckAnswer = Result<ReadonlyMap<string, Provenance>, AppError>;

/**
 * Opens what is remembered of a study's successes. The work is done in a worker where the bundle
 * lies beside this file, and in this thread where it does not (tests that run from source).
 */
export function createProvenance(studyDir: string): ProvenanceStore {
  takeOverOlderRecords(studyDir);
  const workerFile = join(__dirname, 'provenance.worker.cjs');
  const send = existsSync(workerFile) ? workerCalls(workerFile, studyDir) : directCalls(studyDir);
  // the answers' types follow from the calls' names (calls.ts)
  const call = <T>(request: Call): Promise<Result<T, AppError>> =>
    send.call(request) as Promise<Result<T, AppError>>;
  const checkOnce = oneAtATime((study: StudyNow): Promise<CheckAnswer> =>
    call({name: 'check', args: [study]}),
  );
  return {
    recordSuccess: (...args) => call({name: 'recordSuccess', args}),
    recordRestored: (...args) => call({name: 'recordRestored', args}),
    check: checkOnce,
    diff: (...args) => call({name: 'diff', args}),
    mark: (...args) => call({name: 'mark', args}),
    marks: (...args) => call({name: 'marks', args}),
    earlierSuccesses: (...args) => call({name: 'earlierSuccesses', args}),
    close: async () => {
      await call({name: 'close', args: []});
      await send.end();
    },
  };
}

/** Runs one call at a time; those made meanwhile share the next one, with the newest argument. */
export function oneAtATime<A, T>(run: (argument: A) => Promise<T>): (argument: A) => Promise<T> {
  let current: Promise<T> | null = null;
  let next: {argument: A; readonly answer: Promise<T>} | null = null;
  const start = (argument: A): Promise<T> => {
    const answer = run(argument).finally(() => {
      current = null;
    });
    current = answer;
    return answer;
  };
  return (argument) => {
    if (current === null && next === null) return start(argument);
    if (next !== null) {
      next.argument = argument;
      return next.answer;
    }
    const waiting: {argument: A; readonly answer: Promise<T>} = {
      argument,
      answer: (current ?? Promise.resolve())
        .then(
          () => undefined,
          () => undefined,
        )
        .then(() => {
          next = null;
          return start(waiting.argument);
        }),
    };
    next = waiting;
    return waiting.answer;
  };
}

interface Calls {
  readonly call: (request: Call) => Promise<Result<unknown, AppError>>;
  readonly end: () => Promise<void>;
}

function directCalls(studyDir: string): Calls {
  const engine = new ProvenanceRecords(studyDir, Date.now);
  let before: Promise<unknown> = Promise.resolve();
  return {
    call: (request) => {
      const answer = before.then(() => answerCall(engine, request));
      before = answer.catch(() => undefined);
      return answer;
    },
    end: async () => undefined,
  };
}

/** Calls by message; the worker is started with the first one and never keeps the process alive on its own. */
function workerCalls(file: string, studyDir: string): Calls {
  const waiting = new Map<number, (answer: Result<unknown, AppError>) => void>();
  let worker: Worker | null = null;
  let ended = false;
  let last = 0;
  const failAll = (detail: string): void => {
    worker = null;
    const message = 'What has changed in the study could not be found out.';
    for (const resolve of waiting.values()) resolve(err(appError('bug', message, {detail})));
    waiting.clear();
  };
  const started = (): Worker => {
    if (worker !== null) return worker;
    const fresh = new Worker(file, {
      workerData: {studyDir},
      resourceLimits: {maxYoungGenerationSizeMb: YOUNG_SPACE_MB},
    });
    // the worker is our own code: what it posts has the shape of its answers
    fresh.on('message', ({id, answer}: {id: number; answer: Result<unknown, AppError>}) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
      // not a worker that is being ended: its end is waited for
      if (worker === fresh && waiting.size === 0) fresh.unref();
    });
    fresh.on('error', (error) => failAll(error.message));
    fresh.on('exit', (code) => {
      if (worker === fresh) failAll(`The worker ended with code ${code}.`);
    });
    worker = fresh;
    return fresh;
  };
  return {
    call: (request) =>
      new Promise((resolve) => {
        if (worker === null && request.name === 'close') {
          resolve({ok: true, value: null});
          return;
        }
        if (ended) {
          resolve(err(appError('bug', 'The study is closed.')));
          return;
        }
        last += 1;
        waiting.set(last, resolve);
        const to = started();
        to.ref();
        to.postMessage({id: last, call: request});
      }),
    end: async () => {
      const ending = worker;
      ended = true;
      failAll('The study was closed.');
      await ending?.terminate();
    },
  };
}
