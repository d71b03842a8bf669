import type {Pieces} from './engineArchive';
import {readFileHeader} from './tarFileHeader';

/**
 * Reads the archive of one file in a container; rejects where it is not a regular file or the engine breaks off. The
 * engine's bytes are passed on as they come: a reader for any archive takes twice as long.
 */
export async function readOneFile(
  archive: Pieces,
  source: string,
  onFile: (size: number, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const bytes = new ArchiveBytes(archive, source);
  try {
    const size = await readFileHeader((count) => bytes.exactly(count));
    if (size === null) throw new Error(`${source} is not a file`);
    await onFile(size, bytes.pieces(size));
    await bytes.skipRest();
  } finally {
    // the engine holds the container until it is rid of the rest
    await archive.return();
  }
}

/** An archive's bytes, taken in their order. */
class ArchiveBytes {
  private held: Buffer = Buffer.alloc(0);

  constructor(
    private readonly source: Pieces,
    private readonly name: string,
  ) {}

  async exactly(count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count);
    let filled = 0;
    for await (const piece of this.pieces(count)) filled += piece.copy(bytes, filled);
    return bytes;
  }

  async *pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.held.length === 0) {
        const next = await this.source.next();
        if (next.done === true) throw brokenOff(this.name);
        this.held = next.value;
      }
      const piece = this.held.subarray(0, left);
      this.held = this.held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads to the end: only then has the engine sent all. */
  async skipRest(): Promise<void> {
    while ((await this.source.next()).done !== true);
  }
}

/** An engine that was killed ends the connection like one that is done; the code says that it may be asked again. */
function brokenOff(source: string): Error {
  const error = new Error(`The engine broke off the archive of ${source}`);
  return Object.assign(error, {code: 'ECONNRESET'});
}
