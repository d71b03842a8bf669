import {once} from 'node:events';
import {Readable} from 'node:stream';
import type {Container} from 'dockerode';
import {extract, type Extract} from 'tar-stream';

const PIECE_BYTES = 1024 * 1024;

/** What an archive says of an entry. */
export interface EntryHeader {
  readonly name: string;
  readonly type?: string | null | undefined;
  readonly size?: number | undefined;
  readonly linkname?: string | null | undefined;
  readonly mtime?: Date | undefined;
}

/** Takes an entry; it goes on with the next once the promise is fulfilled. */
export type EntryReader = (name: string, header: EntryHeader, content: Readable) => Promise<void>;

/** Reads the archive of a path in a container, entry by entry; rejects where the engine breaks off. */
export async function readArchive(
  container: Container,
  source: string,
  onEntry: EntryReader,
  signal?: AbortSignal,
): Promise<void> {
  const stream = await container.getArchive({
    path: source,
    ...(signal === undefined ? {} : {abortSignal: signal}),
  });
  const archive = extract();
  const feeding = feed(stream, archive);
  try {
    for await (const entry of archive) {
      const content = Readable.from(entry, {objectMode: false, highWaterMark: PIECE_BYTES});
      await onEntry(entry.header.name, entry.header, content);
      entry.resume();
    }
    await feeding;
  } catch (error) {
    archive.destroy(asError(error));
    // the engine holds the container until it is rid of the rest
    if (stream instanceof Readable) stream.destroy();
    throw error;
  }
}

/** Passes on all that has arrived at once: far fewer and larger pieces than a pipe would. */
async function feed(stream: NodeJS.ReadableStream, archive: Extract): Promise<void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (!archive.write(chunk)) await once(archive, 'drain');
    }
    archive.end(undefined);
  } catch (error) {
    archive.destroy(asError(error));
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
