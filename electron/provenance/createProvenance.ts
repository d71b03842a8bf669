import {type AppError, failWith} from '../../shared/errors';
import type {Result} from '../../shared/result';
import type {Provenance} from '../../shared/status';
import {openThread} from '../threads/thread';
import {answering, type Call, type ProvenanceWork} from './calls';
import type {StudyNow, Success} from './provenance';

/** Room for young objects: the little that each call needs should not grow into memory held for the whole of a run. */
const YOUNG_SPACE_MB = 8;

type CheckAnswer = Result<ReadonlyMap<string, Provenance>, AppError>;

/**
 * Remembers what each action's outputs were made from and finds what has changed since.
 * Reading and hashing happen in a worker, one thing at a time; calls of `check` made while one is under way share the
 * one that follows it.
 */
export interface ProvenanceStore extends Omit<ProvenanceWork, 'recordSuccesses'> {
  /** To be called once the outputs of a job that was noted are in their place, and before its success is shown. */
  recordSuccess(success: Success): Promise<Result<null, AppError>>;
}

/**
 * Opens what is remembered of a study's successes. The work is done in a worker where the bundle
 * lies beside this file, and in this thread where it does not (tests that run from source).
 */
export function createProvenance(studyDir: string): ProvenanceStore {
  const thread = openThread<Call, Result<unknown, AppError>>({
    name: 'provenance',
    data: {studyDir},
    youngSpaceMb: YOUNG_SPACE_MB,
    inPlace: () => answering(studyDir),
  });
  let begun = false;
  let closed = false;
  // the answers' types follow from the calls' names (calls.ts)
  const call = async <T>(request: Call): Promise<Result<T, AppError>> => {
    if (closed) return failWith('bug', 'The study is closed.');
    begun = true;
    try {
      return (await thread.call(request)) as Result<T, AppError>;
    } catch (error) {
      return failWith('bug', 'Study Desk could not find out what has changed in the study.', {
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const checkOnce = oneAtATime((study: StudyNow): Promise<CheckAnswer> =>
    call({name: 'check', args: [study]}),
  );
  const recorder = inBatches<Success, null>((batch) =>
    call({name: 'recordSuccesses', args: [batch]}),
  );
  return {
    noteStaged: (...args) => call({name: 'noteStaged', args}),
    codeOnRecord: (...args) => call({name: 'codeOnRecord', args}),
    forgetStaged: (...args) => call({name: 'forgetStaged', args}),
    recordSuccess: recorder.add,
    recordRestored: (...args) => call({name: 'recordRestored', args}),
    forgetSuccess: (...args) => call({name: 'forgetSuccess', args}),
    check: checkOnce,
    needs: (...args) => call({name: 'needs', args}),
    versions: (...args) => call({name: 'versions', args}),
    usedThen: (...args) => call({name: 'usedThen', args}),
    usersOf: (...args) => call({name: 'usersOf', args}),
    diff: (...args) => call({name: 'diff', args}),
    mark: (...args) => call({name: 'mark', args}),
    marks: (...args) => call({name: 'marks', args}),
    earlierSuccesses: (...args) => call({name: 'earlierSuccesses', args}),
    close: async () => {
      const recording = recorder.underWay();
      if (recording !== null) await recording;
      const closing = begun ? call({name: 'close', args: []}) : null;
      closed = true;
      await closing;
      await thread.end();
    },
  };
}

/**
 * Hands things over together that come one by one: those that come while a batch is under way go with the next, so that
 * all of them wait for the disk once. `run` answers for each in their order, and never rejects.
 */
export function inBatches<A, T>(
  run: (batch: readonly A[]) => Promise<Result<readonly Result<T, AppError>[], AppError>>,
): {
  readonly add: (item: A) => Promise<Result<T, AppError>>;
  readonly underWay: () => Promise<void> | null;
} {
  let waiting: {readonly item: A; readonly resolve: (answer: Result<T, AppError>) => void}[] = [];
  let passing: Promise<void> | null = null;
  const pass = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const answers = await run(batch.map(({item}) => item));
      for (const [index, {resolve}] of batch.entries()) {
        const answer = answers.ok ? answers.value[index] : answers;
        resolve(answer ?? failWith('bug', 'One of several calls was not answered.'));
      }
    }
    passing = null;
  };
  return {
    add: (item) =>
      new Promise((resolve) => {
        waiting.push({item, resolve});
        passing ??= pass();
      }),
    underWay: () => passing,
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
