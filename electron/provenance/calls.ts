import type {AppError} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import {ProvenanceRecords} from './provenanceRecords';

/** What the store answers in its worker. */
export type ProvenanceWork = Pick<ProvenanceRecords, keyof ProvenanceRecords>;

/** One call of the store as it travels to the worker. */
export type Call = {
  readonly [N in keyof ProvenanceWork]: {
    readonly name: N;
    readonly args: Parameters<ProvenanceWork[N]>;
  };
}[keyof ProvenanceWork];

type Answer = Result<unknown, AppError>;

/** Answers the calls about one study. */
export function answering(studyDir: string): (call: Call) => Promise<Answer> {
  const records: unknown = new ProvenanceRecords(studyDir, Date.now);
  const answers = records as Record<Call['name'], (...args: Call['args']) => Promise<unknown>>;
  return async ({name, args}) =>
    name === 'close' ? ok(await answers.close()) : ((await answers[name](...args)) as Answer);
}
