import {createGunzip} from 'node:zlib';
import {openFile, readStream} from '../../files/openFile';
import {SourceFault} from './outputSource';

/** Bytes read at a time. */
const PIECE = 256 * 1024;

/** The most that a compressed file may unpack to, in bytes. */
const MOST_UNPACKED = 4 * 1024 ** 3;

/** A file that unpacks to more than this, in bytes, and to more than so many times its size, is made to fill memory. */
const BOMB = {bytes: 64 * 1024 ** 2, times: 250};

/** A file's bytes piece by piece, each good until the next one is asked for; a gzip file that is broken or unpacks to too much is a fault of its own. */
export function bytesOf(path: string, gunzip: boolean): AsyncGenerator<Buffer> {
  return gunzip ? unpackedBytes(path) : storedBytes(path);
}

/** Every piece in the same memory. */
async function* storedBytes(path: string): AsyncGenerator<Buffer> {
  const {file} = await openFile(path);
  const buffer = Buffer.alloc(PIECE);
  try {
    for (;;) {
      const {bytesRead} = await file.read(buffer, 0, PIECE, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* unpackedBytes(path: string): AsyncGenerator<Buffer> {
  const stored = readStream(path);
  const unpacked = createGunzip({chunkSize: PIECE});
  stored.on('error', (error) => unpacked.destroy(error));
  stored.pipe(unpacked);
  let length = 0;
  try {
    for await (const piece of unpacked as AsyncIterable<Buffer>) {
      length += piece.length;
      // what has been unpacked of it: the file is read far ahead
      if (length > BOMB.bytes && length > BOMB.times * unpacked.bytesWritten)
        throw new SourceFault(
          `It unpacks to more than ${BOMB.times} times its size, as no table does; it is not read further.`,
        );
      if (length > MOST_UNPACKED)
        throw new SourceFault(
          `Unpacked, it is larger than ${MOST_UNPACKED / 1024 ** 3} GiB, which is not shown.`,
        );
      yield piece;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR')
      throw new SourceFault('It is compressed, but not a whole gzip file.');
    throw error;
  } finally {
    stored.destroy();
    unpacked.destroy();
  }
}
