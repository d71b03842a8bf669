import {setTimeout as delay} from 'node:timers/promises';
import type {Container} from 'dockerode';
import {LogDemux, type LogPiece} from './logDemux';

type TakeChunk = (stream: LogPiece['stream'], chunk: Buffer) => void | Promise<void>;

/** Follows a container's output from its first byte to its end; rejects where the engine breaks off. */
export async function followLogs(container: Container, onChunk: TakeChunk): Promise<void> {
  const stream = await container.logs({follow: true, stdout: true, stderr: true});
  const demux = new LogDemux();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const {stream: name, bytes} of demux.push(chunk)) await onChunk(name, bytes);
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
  await followLogs(container, async (stream, chunk) => {
    const known = Math.min(passed[stream], chunk.length);
    passed[stream] -= known;
    if (known < chunk.length) await onChunk(stream, chunk.subarray(known));
  });
}
