import {stat} from 'node:fs/promises';
import {readRegularFile} from '../../files/openFile';
import {bytesOf} from './fileBytes';
import {SourceFault} from './outputSource';

/** Files of formats that are read as a whole, in bytes. */
const MOST_BYTES = 1024 ** 3;

/** All bytes of a file, through gunzip where asked. */
export async function wholeFile(path: string, isGzip: boolean): Promise<Buffer> {
  const tooLarge = new SourceFault('Files of this format are shown up to 1 GiB.');
  if ((await stat(path)).size > MOST_BYTES) throw tooLarge;
  if (!isGzip) return readRegularFile(path, MOST_BYTES);
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of bytesOf(path, true)) {
    length += piece.length;
    if (length > MOST_BYTES) throw tooLarge;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
