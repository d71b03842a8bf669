import * as z from 'zod';
import type {AppError} from '../errors';
import type {Result} from '../result';

/**
 * How a value crosses into the page. Electron copies what goes there object by object, which takes 170 ms for a study of
 * 2,000 actions; a text goes in one piece. So what grows with the study goes as text.
 */
export type Crossing = 'copied' | 'text' | 'study-text';

/**
 * Who answers a request: the facet of the study that is open in the window; the window, with that study; or the
 * application, whether a study is open or not.
 */
export type AnsweredBy = 'study' | 'window' | 'app';

/** What the method gives: a Result, since the user can make it fail; a value; or nothing. */
export type Ending = 'result' | 'value' | 'nothing';

/** One request of the contract: the shape of its one argument, down to unknown keys, who answers it, and how. */
export interface RequestEntry<
  Arg = unknown,
  Value = unknown,
  By extends AnsweredBy = AnsweredBy,
  End extends Ending = Ending,
> {
  readonly arg: z.ZodType<Arg>;
  readonly by: By;
  readonly ending: End;
  readonly crossing: Crossing;
  /** Never there: only its type counts. */
  readonly value?: () => Value;
}

/** What a method gives for its request. */
type Given<Value, End extends Ending> = End extends 'result'
  ? Promise<Result<Value, AppError>>
  : End extends 'value'
    ? Value
    : void | Promise<void>;

/** A function of one argument, or of none where the argument has no fields. */
type Method<Arg, Answer> =
  Arg extends Readonly<Record<string, never>> ? () => Answer : (arg: Arg) => Answer;

/** The methods that a facet of an open study has for its requests, each under the request's own name. */
export type FacetOf<Requests> = {
  readonly [
    M in keyof Requests as Requests[M] extends {readonly by: 'study'} ? M : never
  ]: Requests[M] extends RequestEntry<infer Arg, infer Value, AnsweredBy, infer End>
    ? Method<Arg, Given<Value, End>>
    : never;
};

/** The argument that a shape describes. */
type ArgOf<S extends z.ZodRawShape> = z.output<z.ZodObject<S, z.core.$strict>>;

/** How an entry goes on: with what its method gives. */
interface Begun<Arg, By extends AnsweredBy> {
  /** The user can make it fail. */
  answers<Value>(crossing?: Crossing): RequestEntry<Arg, Value, By, 'result'>;
  /** It can't fail, and is known at once. */
  gives<Value>(crossing?: Crossing): RequestEntry<Arg, Value, By, 'value'>;
  /** It can't fail, and there is nothing to answer. */
  does(): RequestEntry<Arg, null, By, 'nothing'>;
}

function begin<By extends AnsweredBy>(by: By) {
  return <S extends z.ZodRawShape>(shape: S): Begun<ArgOf<S>, By> => {
    // zod writes the output of a shape that it does not know in another way
    const arg = z.strictObject(shape) as unknown as z.ZodType<ArgOf<S>>;
    return {
      answers: (crossing = 'copied') => ({arg, by, ending: 'result', crossing}),
      gives: (crossing = 'copied') => ({arg, by, ending: 'value', crossing}),
      does: () => ({arg, by, ending: 'nothing', crossing: 'copied'}),
    };
  };
}

/** Begins a request that the facet of the open study answers: `ofStudy({path: studyPath}).answers<OutputContent>()`. */
export const ofStudy = begin('study');

/** Begins a request about the open study for which the window is needed too: a dialog, another program. */
export const ofWindow = begin('window');

/** Begins a request that needs no open study. */
export const ofApp = begin('app');
