import type {AppError} from '../../shared/errors';
import {assertNever, ok, type Result} from '../../shared/result';
import type {ProvenanceWork} from './provenance';
import {ProvenanceRecords} from './provenanceRecords';

type Arguments<N extends keyof ProvenanceWork> = Parameters<ProvenanceWork[N]>;

/** One call of the store as it travels to the worker. */
export type Call =
  | {readonly name: 'noteStaged'; readonly args: Arguments<'noteStaged'>}
  | {readonly name: 'forgetStaged'; readonly args: Arguments<'forgetStaged'>}
  | {readonly name: 'recordSuccesses'; readonly args: Arguments<'recordSuccesses'>}
  | {readonly name: 'recordRestored'; readonly args: Arguments<'recordRestored'>}
  | {readonly name: 'check'; readonly args: Arguments<'check'>}
  | {readonly name: 'needs'; readonly args: Arguments<'needs'>}
  | {readonly name: 'diff'; readonly args: Arguments<'diff'>}
  | {readonly name: 'mark'; readonly args: Arguments<'mark'>}
  | {readonly name: 'marks'; readonly args: Arguments<'marks'>}
  | {readonly name: 'earlierSuccesses'; readonly args: Arguments<'earlierSuccesses'>}
  | {readonly name: 'close'; readonly args: Arguments<'close'>};

/** Answers the calls about one study. */
export function answering(studyDir: string): (call: Call) => Promise<Result<unknown, AppError>> {
  const records = new ProvenanceRecords(studyDir, Date.now);
  return (call) => answerCall(records, call);
}

async function answerCall(store: ProvenanceWork, call: Call): Promise<Result<unknown, AppError>> {
  switch (call.name) {
    case 'noteStaged':
      return store.noteStaged(...call.args);
    case 'forgetStaged':
      return store.forgetStaged(...call.args);
    case 'recordSuccesses':
      return store.recordSuccesses(...call.args);
    case 'recordRestored':
      return store.recordRestored(...call.args);
    case 'check':
      return store.check(...call.args);
    case 'needs':
      return store.needs(...call.args);
    case 'diff':
      return store.diff(...call.args);
    case 'mark':
      return store.mark(...call.args);
    case 'marks':
      return store.marks(...call.args);
    case 'earlierSuccesses':
      return store.earlierSuccesses(...call.args);
    case 'close':
      await store.close();
      return ok(null);
    default:
      return assertNever(call);
  }
}
