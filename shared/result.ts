/** The answer of an operation that a user can make fail: a value, or an error worth showing. Bugs throw instead. */
export type Result<T, E> =
  {readonly ok: true; readonly value: T} | {readonly ok: false; readonly error: E};

/** A good answer. */
export function ok<T>(value: T): {readonly ok: true; readonly value: T} {
  return {ok: true, value};
}

/** A failed answer. */
export function err<E>(error: E): {readonly ok: false; readonly error: E} {
  return {ok: false, error};
}

/** Closes a switch over a union: the compiler refuses it while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
