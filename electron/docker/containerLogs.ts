import type {Container} from 'dockerode';
import {LogDemux, type LogPiece} from './logDemux';

/** Follows a container's output from its first byte to its end; rejects where the engine breaks off. */
export async function followLogs(
  container: Container,
  onChunk: (stream: LogPiece['stream'], chunk: Buffer) => void | Promise<void>,
): Promise<void> {
  const stream = await container.logs({follow: true, stdout: true, stderr: true});
  const demux = new LogDemux();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (const {stream: name, bytes} of demux.push(chunk)) await onChunk(name, bytes);
  }
}
