import {readFileSync} from 'node:fs';
import {mkdir, readFile} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {z} from 'zod';
import {writeFileAtomically} from '../workspace/writeAtomically';

/** A small JSON file of the user's, decoded on reading and replaced in one step on writing. */
export interface JsonFile<T> {
  /** The content; `fallback` where the file is missing or not what it should be. */
  read(): Promise<T>;
  /** The same, at once: only before the first window. */
  readSync(): T;
  /** Writes follow each other; the last one wins. */
  write(value: T): Promise<void>;
}

/** A JSON file with its decoder. */
export function createJsonFile<T>(path: string, decoder: z.ZodType<T>, fallback: T): JsonFile<T> {
  let lastWrite: Promise<void> = Promise.resolve();

  function decode(text: string): T {
    try {
      const decoded = decoder.safeParse(JSON.parse(text));
      return decoded.success ? decoded.data : fallback;
    } catch {
      return fallback;
    }
  }

  return {
    async read() {
      await lastWrite.catch(() => undefined);
      return decode(await readFile(path, 'utf8').catch(() => ''));
    },
    readSync() {
      try {
        return decode(readFileSync(path, 'utf8'));
      } catch {
        return fallback;
      }
    },
    async write(value) {
      const write = lastWrite
        .catch(() => undefined)
        .then(async () => {
          await mkdir(dirname(path), {recursive: true, mode: 0o700});
          await writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
        });
      lastWrite = write;
      return write;
    },
  };
}
