import type net from 'node:net';
import {addAbortSignal, PassThrough, pipeline} from 'node:stream';
import {giveBack, takeBuffer} from '../files/writeAtomically';
import type {EngineConnection} from './engineConnection';

/**
 * Pieces of an archive; each is only whole until the next is asked for. Whoever has asked for one must go on to the end,
 * or call `return`, for the connection to be closed.
 */
export type Pieces = AsyncGenerator<Buffer, void, undefined>;

/** Pieces that wait to be taken, where the client library reads them. */
const PIECES = 32;
/** Bytes of a reply's head; engines send some hundred. */
const HEAD_AT_MOST = 64 * 1024;
const END_OF_HEAD = '\r\n\r\n';

/**
 * Opens the archive of a path in a container; rejects where the engine refuses. Outputs may be many gigabytes: they are
 * read into one buffer, over and over, which takes half the time of the client library, where each piece is memory of
 * its own that must be freed. By SSH and TLS only the library finds its way.
 */
export async function openArchive(
  engine: EngineConnection,
  containerId: string,
  source: string,
  signal: AbortSignal,
): Promise<Pieces> {
  const direct = await askDirectly(engine, containerId, source, signal);
  if (direct !== null) return direct;
  const container = (await engine.client()).getContainer(containerId);
  return piecesOf(await container.getArchive({path: source, abortSignal: signal}));
}

/** A stream's pieces as they are: read from the stream itself they would be joined. */
async function* piecesOf(stream: NodeJS.ReadableStream): Pieces {
  // a fault of either shows where the pieces are taken, and leaving the loop ends both
  yield* pipeline(
    stream,
    new PassThrough({objectMode: true, highWaterMark: PIECES}),
    () => undefined,
  ) as AsyncIterable<Buffer>;
}

/** Asks on a connection of our own; null where there can be none, and where the engine does not just send the archive. */
async function askDirectly(
  engine: EngineConnection,
  containerId: string,
  source: string,
  signal: AbortSignal,
): Promise<Pieces | null> {
  signal.throwIfAborted();
  const connect = await engine.direct();
  if (connect === null) return null;
  const arrivals = new Arrivals();
  const socket = connect(arrivals.onread);
  const pieces = arrivals.pieces(socket);
  // given to net.connect, the signal would keep a listener for each file
  addAbortSignal(signal, socket);
  // HTTP/1.0: the archive comes as it is rather than in chunks, and the connection's end is its end
  const path = `/containers/${containerId}/archive?path=${encodeURIComponent(source)}`;
  socket.write(`GET ${path} HTTP/1.0\r\nHost: docker\r\n\r\n`);
  const head = await takeHead(pieces);
  if (head !== null && /^HTTP\/1\.[01] 200 /.test(head.text) && !/^transfer-/im.test(head.text)) {
    return startingWith(head.rest, pieces);
  }
  // the library asks again, and says why it was refused
  await pieces.return();
  return null;
}

/** Takes a reply's head, and the bytes that came with it; null where it has none. */
async function takeHead(
  pieces: Pieces,
): Promise<{readonly text: string; readonly rest: Buffer} | null> {
  let taken = Buffer.alloc(0);
  while (taken.length < HEAD_AT_MOST) {
    const next = await pieces.next();
    if (next.done === true) return null;
    taken = Buffer.concat([taken, next.value]);
    const end = taken.indexOf(END_OF_HEAD);
    if (end >= 0) {
      const rest = taken.subarray(end + END_OF_HEAD.length);
      return {text: taken.toString('latin1', 0, end), rest};
    }
  }
  return null;
}

async function* startingWith(first: Buffer, pieces: Pieces): Pieces {
  try {
    yield first;
    yield* pieces;
  } finally {
    await pieces.return();
  }
}

/** What arrives on a connection, read into one buffer: nothing more is read while a piece is used. */
class Arrivals {
  private readonly buffer = takeBuffer();
  private arrived = 0;
  private closed = false;
  private fault: Error | null = null;
  private wake: () => void = () => undefined;

  readonly onread: net.OnReadOpts = {
    buffer: this.buffer,
    callback: (bytes) => {
      this.arrived = bytes;
      this.wake();
      return false;
    },
  };

  pieces(socket: net.Socket): Pieces {
    socket.once('error', (error) => {
      this.fault = error;
    });
    socket.once('close', () => {
      this.closed = true;
      this.wake();
    });
    return this.take(socket);
  }

  private async *take(socket: net.Socket): Pieces {
    try {
      for (;;) {
        while (this.arrived === 0 && !this.closed) await this.next();
        if (this.arrived === 0) break;
        const piece = this.buffer.subarray(0, this.arrived);
        this.arrived = 0;
        yield piece;
        socket.resume();
      }
      if (this.fault !== null) throw this.fault;
    } finally {
      // until it is closed, the system may still be reading into the buffer
      if (this.closed) giveBack(this.buffer);
      else socket.once('close', () => giveBack(this.buffer)).destroy();
    }
  }

  private next(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}
