import {PassThrough, pipeline, Readable} from 'node:stream';
import type {Container} from 'dockerode';
import {readFileHeader} from './tarFileHeader';

/** Pieces of at most 64 kB that wait to be taken. */
const PIECES = 32;

/**
 * Reads the archive of one file in a container; rejects where it is not a regular file or the engine breaks off. The
 * engine's bytes are passed on as they come: outputs may be many gigabytes, and a reader for any archive takes twice as long.
 */
export async function readOneFile(
  container: Container,
  source: string,
  onFile: (size: number, content: Readable) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const stream = await container.getArchive({path: source, abortSignal: signal});
  const bytes = new ArchiveBytes(asPieces(stream), source);
  try {
    const size = await readFileHeader((count) => bytes.exactly(count));
    if (size === null) throw new Error(`${source} is not a file`);
    const content = bytes.pieces(size);
    await onFile(size, Readable.from(content, {highWaterMark: PIECES}));
    await bytes.skipRest();
  } catch (error) {
    // the engine holds the container until it is rid of the rest
    if (stream instanceof Readable) stream.destroy();
    throw error;
  }
}

/** A stream's pieces as they are: read from the stream itself they would be joined, and each copy is memory to be freed. */
function asPieces(stream: NodeJS.ReadableStream): AsyncIterable<Buffer> {
  // a fault of either shows where the pieces are taken
  return pipeline(
    stream,
    new PassThrough({objectMode: true, highWaterMark: PIECES}),
    () => undefined,
  );
}

/** An archive's bytes, taken in their order. */
class ArchiveBytes {
  private readonly source: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(
    stream: AsyncIterable<Buffer>,
    private readonly name: string,
  ) {
    this.source = stream[Symbol.asyncIterator]();
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.pieces(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *pieces(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.held.length === 0) {
        const next = await this.source.next();
        if (next.done === true) throw new Error(`The engine broke off the archive of ${this.name}`);
        this.held = next.value;
      }
      const piece = this.held.subarray(0, left);
      this.held = this.held.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads to the end, so that the connection can be used again. */
  async skipRest(): Promise<void> {
    while ((await this.source.next()).done !== true);
  }
}
