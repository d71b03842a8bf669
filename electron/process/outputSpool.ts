import {EventEmitter, once} from 'node:events';
import {type FileHandle, open} from 'node:fs/promises';

export type StreamName = 'stdout' | 'stderr';

/** Longest piece handed on at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Keeps a process's output in a file, in the order of its arrival, so that it can be read from its first byte at any
 * time and the process never waits for a reader.
 */
export class OutputSpool {
  /** Length of each piece; negative for stderr. */
  private readonly pieces: number[] = [];
  private readonly grown = new EventEmitter();
  private writing: Promise<unknown> = Promise.resolve();
  private ended = false;

  private constructor(private readonly file: FileHandle) {
    this.grown.setMaxListeners(0);
  }

  static async create(path: string): Promise<OutputSpool> {
    return new OutputSpool(await open(path, 'wx+', 0o600));
  }

  /** Appends a chunk. */
  async add(stream: StreamName, chunk: Buffer): Promise<void> {
    this.writing = this.writing.then(async () => {
      await this.file.writeFile(chunk);
      this.pieces.push(stream === 'stdout' ? chunk.length : -chunk.length);
      this.grown.emit('grown');
    });
    await this.writing;
  }

  /** No more will come. */
  async end(): Promise<void> {
    await this.writing.catch(() => undefined);
    this.ended = true;
    this.grown.emit('grown');
  }

  /** Everything from the first byte until the end; waits for what is still to come. */
  async read(onChunk: (stream: StreamName, chunk: Buffer) => void | Promise<void>): Promise<void> {
    let position = 0;
    for (let index = 0; ; index += 1) {
      while (index >= this.pieces.length) {
        if (this.ended) return;
        await once(this.grown, 'grown');
      }
      const piece = this.pieces[index] ?? 0;
      for (let left = Math.abs(piece); left > 0;) {
        const chunk = Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES));
        const {bytesRead} = await this.file.read(chunk, 0, chunk.length, position);
        if (bytesRead === 0) throw new Error('The output of the process was cut short');
        position += bytesRead;
        left -= bytesRead;
        await onChunk(piece > 0 ? 'stdout' : 'stderr', chunk.subarray(0, bytesRead));
      }
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
