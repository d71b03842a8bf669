/** What a test prepared of a T. */
export type Prepared<T> = {readonly [K in keyof T]?: T[K]};

/**
 * Stands in for a T with what a test prepared of it. Whatever else it is asked for fails with its name, so that a test
 * never passes by an answer that nobody gave.
 */
export function standIn<T extends object>(name: string, prepared: Prepared<T>): T {
  return new Proxy(prepared, {
    get(target, key): unknown {
      if (Reflect.has(target, key)) return Reflect.get(target, key);
      // asked of every value by `await` and by what prints it
      if (typeof key === 'symbol' || key === 'then' || key === 'toJSON') return undefined;
      throw new Error(`${name}.${key} was asked for, and the test did not prepare it.`);
    },
  }) as T; // what is not there throws
}
