import {rm, type FileHandle} from 'node:fs/promises';
import {openToAppend} from '../files/openFile';
import {BLOCK_BYTES, encodeStarts, indexPath, writeStarts, type BlockStart} from './lineIndex';

/** Notes where the blocks of a log begin, while it is cut into pieces. */
export type BlockCounter = ReturnType<typeof createBlockCounter>;

/** Counts from the log's beginning on. */
export function createBlockCounter() {
  let line = 0;
  let at = 0;
  let begun = 0;
  let found: BlockStart[] = [];
  return {
    /** Takes in a piece with its size in the file. */
    add(bytes: number, beginsLine: boolean): void {
      if (at - begun >= BLOCK_BYTES) {
        begun = at;
        found.push({line, at});
      }
      at += bytes;
      if (beginsLine) line += 1;
    },
    /** The starts found since this was last asked. */
    take(): readonly BlockStart[] {
      const taken = found;
      found = [];
      return taken;
    },
  };
}

/**
 * Opens the index of a log that begins with these blocks. Where it can't be written it is given up: a log is worth
 * keeping without one, and whoever reads it makes it again.
 */
export async function openGrowingIndex(logPath: string, starts: readonly BlockStart[]) {
  let file: FileHandle | null = null;
  let given = false;
  const giveUp = async () => {
    given = true;
    await file?.close().catch(() => undefined);
    file = null;
    await rm(indexPath(logPath), {force: true}).catch(() => undefined);
  };
  if (starts.length > 0) await writeStarts(logPath, starts).catch(giveUp);
  let empty = starts.length === 0;
  return {
    /** Appends starts, whose blocks are in the log already; never rejects. */
    async append(more: readonly BlockStart[]): Promise<void> {
      if (more.length === 0 || given) return;
      try {
        if (file === null) {
          file = await openToAppend(indexPath(logPath), 0o600);
          if (empty) await file.truncate();
        }
        await file.appendFile(encodeStarts(more, empty));
        empty = false;
      } catch {
        await giveUp();
      }
    },
    async close(): Promise<void> {
      await file?.close().catch(() => undefined);
    },
  };
}
