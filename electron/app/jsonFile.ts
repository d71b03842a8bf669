import {mkdir} from 'node:fs/promises';
import {dirname} from 'node:path';
import type * as z from 'zod';
import {writeFileAtomically} from '../files/writeAtomically';
import {readRegularFileSync, readText} from '../files/openFile';

/** A small JSON file of the user's, decoded on reading and replaced in one step on writing. */
export interface JsonFile<T> {
  /** The content; `fallback` where the file is missing or not what it should be. */
  read(): Promise<T>;
  /** The same, at once: only before the first window. */
  readSync(): T;
  /** Writes follow each other; the last one wins. */
  write(value: T): Promise<void>;
  /** Writes what `change` makes of the content, with no other write in between. */
  update(change: (value: T) => T): Promise<void>;
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

  function inTurn(write: () => Promise<void>): Promise<void> {
    const turn = lastWrite.catch(() => undefined).then(write);
    lastWrite = turn;
    return turn;
  }

  async function readNow(): Promise<T> {
    return decode(await readText(path).catch(() => ''));
  }

  async function writeNow(value: T): Promise<void> {
    await mkdir(dirname(path), {recursive: true, mode: 0o700});
    await writeFileAtomically(path, `${JSON.stringify(value, null, 2)}\n`);
  }

  return {
    async read() {
      await lastWrite.catch(() => undefined);
      return readNow();
    },
    readSync() {
      try {
        return decode(readRegularFileSync(path).toString('utf8'));
      } catch {
        return fallback;
      }
    },
    write: (value) => inTurn(() => writeNow(value)),
    update: (change) => inTurn(async () => writeNow(change(await readNow()))),
  };
}
