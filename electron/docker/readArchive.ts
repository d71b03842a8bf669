import {Readable} from 'node:stream';
import type {Container} from 'dockerode';
import {extract} from 'tar-stream';

/** What an archive says of an entry. */
export interface EntryHeader {
  readonly name: string;
  readonly type?: string | null | undefined;
  readonly size?: number | undefined;
  readonly linkname?: string | null | undefined;
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
  stream.on('error', (error: Error) => archive.destroy(error));
  stream.on('aborted', () => archive.destroy(new Error('aborted')));
  stream.pipe(archive);
  try {
    for await (const entry of archive) {
      await onEntry(entry.header.name, entry.header, Readable.from(entry, {objectMode: false}));
      entry.resume();
    }
  } finally {
    // an archive that is not read to its end keeps the engine from removing the container
    if (stream instanceof Readable) stream.destroy();
  }
}
