import {setTimeout as delay} from 'node:timers/promises';
import type {Container} from 'dockerode';
import {askTransport, type Transport} from './engineCalls';

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

/** Takes in a piece of a log; with the engine's time of it, where that was asked for. */
export type TakeChunk = (
  stream: LogPiece['stream'],
  chunk: Buffer,
  time?: string,
) => void | Promise<void>;

/** A time that an engine writes before a frame, and the space behind it: RFC 3339 with up to nine decimals. */
const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z $/u;
const TIME_BYTES_AT_MOST = 31;

/** Takes the engine's time off each frame, and gives it with nine decimals, as logs are kept. */
class FrameTimes {
  private start: Buffer | null = null;
  private time = '';

  /** The rest of a piece with the time of its frame; null while the time has not come whole. */
  take({begins, bytes}: LogPiece): {readonly bytes: Buffer; readonly time: string} | null {
    if (begins) this.start = Buffer.alloc(0);
    if (this.start === null) return {bytes, time: this.time};
    const known = Buffer.concat([this.start, bytes]);
    const end = known.indexOf(' ') + 1;
    if (end === 0 && known.length < TIME_BYTES_AT_MOST) {
      this.start = known;
      return null;
    }
    const written = known.toString('latin1', 0, end === 0 ? TIME_BYTES_AT_MOST : end);
    const [, seconds, fraction = ''] = TIME.exec(written) ?? [];
    if (seconds === undefined) throw new Error(`The engine gave a log without times: ${written}`);
    this.start = null;
    this.time = `${seconds}.${fraction.padEnd(9, '0')}Z`;
    return {bytes: known.subarray(end), time: this.time};
  }
}

/**
 * Follows a container's output from its first byte to its end; rejects where the engine breaks off. `timed` gives the
 * engine's time of each frame, for a log that is read long after it was written.
 */
export async function followLogs(
  container: Container,
  timed: boolean,
  onChunk: TakeChunk,
  abortSignal: AbortSignal,
): Promise<void> {
  const both = {stdout: true, stderr: true} as const;
  const stream = await container.logs({...both, follow: true, timestamps: timed, abortSignal});
  await passOn(stream as AsyncIterable<Buffer>, timed, onChunk);
}

async function passOn(
  log: AsyncIterable<Buffer>,
  timed: boolean,
  onChunk: TakeChunk,
): Promise<void> {
  const demux = new LogDemux();
  const times = new FrameTimes();
  for await (const chunk of log)
    for (const piece of demux.push(chunk)) {
      const taken = timed ? times.take(piece) : piece;
      if (taken === null || taken.bytes.length === 0) continue;
      await onChunk(piece.stream, taken.bytes, 'time' in taken ? taken.time : undefined);
    }
}

/** A log as it is now, piece by piece; the library would give it whole. */
async function openLog(
  {id, modem}: Container,
  timed: boolean,
  abortSignal: AbortSignal,
): Promise<AsyncIterable<Buffer>> {
  const log = await askTransport(modem as Transport, {
    path: `/containers/${id}/logs?`,
    method: 'GET',
    isStream: true,
    abortSignal,
    options: {follow: false, stdout: true, stderr: true, timestamps: timed},
    statusCodes: {200: true, 404: 'no such container', 500: 'server error'},
  });
  return log as AsyncIterable<Buffer>;
}

/** A log that has grown beyond this is read again only at its end. */
const LIVE_BYTES = 8 * 1024 * 1024;
/** Least time from one look to the next; no more than a twentieth of the time is spent on looking. */
const LOOK_MS = 250;
const REST = 20;

/**
 * The same for an engine that drops parts of a log it is followed in (Podman 5.4, where much is written at once): the
 * log as it is now is read again and again, whole lines of it, and once more when the command has ended. `timed` is for
 * a log that is read long after it was written: lines get the engine's times, which are whole seconds there.
 */
export async function readLogsAgain(
  container: Container,
  ended: Promise<unknown>,
  timed: boolean,
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
    const both = {stdout: true, stderr: true} as const;
    const now = await container.logs({...both, follow: false, timestamps: timed});
    size = now.length;
    const parts = wholeLines(now, timed);
    for (const stream of ['stdout', 'stderr'] as const) {
      let known = passed[stream];
      for (const {bytes, time} of parts[stream]) {
        const fresh = bytes.subarray(Math.min(known, bytes.length));
        known -= bytes.length - fresh.length;
        passed[stream] += fresh.length;
        if (fresh.length > 0) await onChunk(stream, fresh, time);
      }
    }
    const rest = Math.max(LOOK_MS, REST * (performance.now() - startedAt));
    await Promise.race([end, delay(rest)]);
    if (!running) break;
  }
  await end;
  const takeRest: TakeChunk = async (stream, chunk, time) => {
    const known = Math.min(passed[stream], chunk.length);
    passed[stream] -= known;
    if (known < chunk.length) await onChunk(stream, chunk.subarray(known), time);
  };
  // followed, it lacks parts also now where much is going on
  await passOn(await openLog(container, timed, signal), timed, takeRest);
}

interface TimedBytes {
  readonly bytes: Buffer;
  readonly time: string | undefined;
}

/** What a whole log holds of each stream up to its last line end. */
function wholeLines(
  log: Buffer,
  timed: boolean,
): Record<LogPiece['stream'], readonly TimedBytes[]> {
  const times = new FrameTimes();
  const parts: Record<LogPiece['stream'], TimedBytes[]> = {stdout: [], stderr: []};
  for (const piece of new LogDemux().push(log)) {
    const taken = timed ? times.take(piece) : {bytes: piece.bytes, time: undefined};
    if (taken !== null) parts[piece.stream].push(taken);
  }
  for (const stream of [parts.stdout, parts.stderr])
    for (let last = stream.pop(); last !== undefined; last = stream.pop()) {
      const end = last.bytes.lastIndexOf(10) + 1;
      if (end === 0) continue;
      stream.push({...last, bytes: last.bytes.subarray(0, end)});
      break;
    }
  return parts;
}
