/** A piece of one stream of a container's output. */
export interface LogPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const HEADER_BYTES = 8;
const STDERR = 2;

/**
 * Takes an engine's log stream apart: frames of an 8-byte header (stream, 3 zero bytes, length) and their content.
 * Content is passed on as it comes, so a frame of any size takes no memory.
 */
export class LogDemux {
  private header = Buffer.alloc(0);
  private stream: LogPiece['stream'] = 'stdout';
  private remaining = 0;

  /** The pieces that a chunk completes. */
  *push(chunk: Buffer): Generator<LogPiece> {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.remaining === 0) {
        const missing = HEADER_BYTES - this.header.length;
        this.header = Buffer.concat([this.header, rest.subarray(0, missing)]);
        rest = rest.subarray(missing);
        if (this.header.length < HEADER_BYTES) return;
        this.stream = this.header[0] === STDERR ? 'stderr' : 'stdout';
        this.remaining = this.header.readUInt32BE(4);
        this.header = Buffer.alloc(0);
      } else {
        const bytes = rest.subarray(0, this.remaining);
        this.remaining -= bytes.length;
        rest = rest.subarray(bytes.length);
        yield {stream: this.stream, bytes};
      }
    }
  }
}
