import {isConnectionLost} from './engineError';
import type {EngineConnection} from './engineConnection';
import {LogDemux, type LogPiece} from './logDemux';

type OnChunk = (stream: LogPiece['stream'], chunk: Buffer) => void | Promise<void>;

/**
 * Follows a container's output from its first byte to its end. Where the engine goes away in the middle, it is read
 * again from the start once the engine is back, and what was passed on before is skipped: no gap and no repetition.
 */
export async function followLogs(
  engine: EngineConnection,
  id: string,
  onChunk: OnChunk,
  hasEnded: () => Promise<boolean>,
): Promise<void> {
  const passed = {stdout: 0, stderr: 0};
  for (;;) {
    try {
      await readOnce(engine, id, onChunk, passed);
      return;
    } catch (error) {
      if (!isConnectionLost(error) || !(await hasEnded())) throw error;
    }
  }
}

async function readOnce(
  engine: EngineConnection,
  id: string,
  onChunk: OnChunk,
  passed: Record<LogPiece['stream'], number>,
): Promise<void> {
  const container = (await engine.client()).getContainer(id);
  const stream = await container.logs({follow: true, stdout: true, stderr: true});
  const demux = new LogDemux();
  const skip = {...passed};
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const piece of demux.push(chunk)) {
      const bytes = piece.bytes.subarray(skip[piece.stream]);
      skip[piece.stream] -= piece.bytes.length - bytes.length;
      if (bytes.length === 0) continue;
      passed[piece.stream] += bytes.length;
      await onChunk(piece.stream, bytes);
    }
  }
}
