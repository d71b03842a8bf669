import {setTimeout as delay} from 'node:timers/promises';
import type {Container} from 'dockerode';

/** A piece of one stream of a container's output. */
export interface LogPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
  /** It is the first of its frame. */
  readonly begins: boolean;
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
  private begins = false;

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
        this.begins = true;
      } else {
        const bytes = rest.subarray(0, this.remaining);
        this.remaining -= bytes.length;
        rest = rest.subarray(bytes.length);
        yield {stream: this.stream, bytes, begins: this.begins};
        this.begins = false;
      }
    }
  }
}

type TakeChunk = (stream: LogPiece['stream'], chunk: Buffer, time?: string) => void | Promise<void>;

/** Follows a container's output from its first byte to its end; rejects where the engine breaks off. */
export async function followLogs(
  container: Container,
  onChunk: TakeChunk,
  abortSignal: AbortSignal,
): Promise<void> {
  const stream = await container.logs({follow: true, stdout: true, stderr: true, abortSignal});
  const demux = new LogDemux();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const {stream: name, bytes} of demux.push(chunk)) await onChunk(name, bytes);
  }
}

/** Longest time that an engine writes before a frame: RFC 3339 with nine decimals, and a space. */
const TIME_BYTES = 31;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/u;

/** The same with the engine's time of each frame, for a log that is read long after it was written. */
export async function followTimedLogs(
  container: Container,
  onChunk: TakeChunk,
  abortSignal: AbortSignal,
): Promise<void> {
  const timed = {timestamps: true, follow: true, stdout: true, stderr: true} as const;
  const stream = await container.logs({...timed, abortSignal});
  const demux = new LogDemux();
  let start = Buffer.alloc(0);
  let time = '';
  for await (const chunk of stream as AsyncIterable<Buffer>)
    for (const {stream: name, bytes, begins} of demux.push(chunk)) {
      if (begins) start = Buffer.alloc(0);
      const missing = TIME_BYTES - start.length;
      if (missing > 0) {
        start = Buffer.concat([start, bytes.subarray(0, missing)]);
        if (start.length < TIME_BYTES) continue;
        if (!TIME.test(start.toString('latin1')))
          throw new Error(`The engine gave a log without times: ${start.toString('latin1')}`);
        time = start.toString('latin1', 0, TIME_BYTES - 1);
      }
      const text = missing > 0 ? bytes.subarray(missing) : bytes;
      if (text.length > 0) await onChunk(name, text, time);
    }
}

/** A log that has grown beyond this is read again only at its end. */
const LIVE_BYTES = 8 * 1024 * 1024;
/** Least time from one look to the next; no more than a twentieth of the time is spent on looking. */
const LOOK_MS = 250;
const REST = 20;

/**
 * The same for an engine that drops parts of a log it is followed in (Podman 5.4, where much is written at once): the
 * log as it is now is read again and again, whole lines of it, and once more when the command has ended.
 */
export async function readLogsAgain(
  container: Container,
  ended: Promise<unknown>,
  onChunk: TakeChunk,
  signal: AbortSignal,
): Promise<void> {
  const passed = {stdout: 0, stderr: 0};
  let running = true;
  const end = ended.then(() => {
    running = false;
  });
  let size = 0;
  while (size < LIVE_BYTES) {
    const startedAt = performance.now();
    const now = await container.logs({follow: false, stdout: true, stderr: true});
    size = now.length;
    const texts = {stdout: [] as Buffer[], stderr: [] as Buffer[]};
    for (const {stream, bytes} of new LogDemux().push(now)) texts[stream].push(bytes);
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = Buffer.concat(texts[stream]);
      const fresh = text.subarray(passed[stream], text.lastIndexOf(10) + 1);
      passed[stream] += fresh.length;
      if (fresh.length > 0) await onChunk(stream, fresh);
    }
    const rest = Math.max(LOOK_MS, REST * (performance.now() - startedAt));
    await Promise.race([end, delay(rest)]);
    if (!running) break;
  }
  await end;
  const takeRest: TakeChunk = async (stream, chunk) => {
    const known = Math.min(passed[stream], chunk.length);
    passed[stream] -= known;
    if (known < chunk.length) await onChunk(stream, chunk.subarray(known));
  };
  await followLogs(container, takeRest, signal);
}
