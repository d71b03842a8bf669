import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';
import {readPieces} from '../files/openFile';
import {createLineCutter, decodePiece} from './logPieces';

/**
 * Whether the kept log of a job that has ended consists of whole pieces from its start to its end, and, where it is
 * compressed, can be unpacked. Reads all of it. Throws where it can't be read; `path` must be a regular file.
 */
export async function isWholeLog(path: string): Promise<boolean> {
  let isWhole = true;
  let endsInLine = true;
  const cutter = createLineCutter((line) => {
    if (decodePiece(line) === null) isWhole = false;
  });
  const check = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) {
      cutter.push(chunk);
      if (chunk.length > 0) endsInLine = chunk.at(-1) === 10;
    }
  };
  const source = readPieces(path);
  if (!path.endsWith('.gz')) {
    await check(source);
    return isWhole && endsInLine;
  }
  const unpacked = await pipeline(source, createGunzip(), check).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code?.startsWith('Z_') === true) return false;
      throw error;
    },
  );
  return unpacked && isWhole && endsInLine;
}
