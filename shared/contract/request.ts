import * as z from 'zod';

/**
 * How a value crosses into the page. Electron copies what goes there object by object, which takes 170 ms for a study of
 * 2,000 actions; a text goes in one piece. So what grows with the study goes as text.
 */
export type Crossing = 'copied' | 'text' | 'study-text';

/** One request of the contract: the shape of its one argument, down to unknown keys, and what it answers. */
export interface RequestEntry<Arg, Value> {
  readonly arg: z.ZodType<Arg>;
  readonly crossing: Crossing;
  /** Never there: only its type counts. */
  readonly answer?: () => Value;
}

/** The argument that a shape describes. */
type ArgOf<S extends z.ZodRawShape> = z.output<z.ZodObject<S, z.core.$strict>>;

/** Begins an entry: `request({path: studyPath}).answers<OutputContent>()`. */
export function request<S extends z.ZodRawShape>(
  shape: S,
): {answers<Value>(crossing?: Crossing): RequestEntry<ArgOf<S>, Value>} {
  // zod writes the output of a shape that it does not know in another way
  const arg = z.strictObject(shape) as unknown as z.ZodType<ArgOf<S>>;
  return {
    answers: <Value>(crossing: Crossing = 'copied'): RequestEntry<ArgOf<S>, Value> => ({
      arg,
      crossing,
    }),
  };
}
