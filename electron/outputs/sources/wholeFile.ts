import {readFile, stat} from 'node:fs/promises';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {systemErrorCode} from '../../files/fileSystemError';
import {SourceFault} from './outputSource';

/** Files of formats that are read as a whole, in bytes. */
const MOST_BYTES = 1024 ** 3;

/** All bytes of a file, through gunzip where asked. */
export async function wholeFile(path: string, isGzip: boolean): Promise<Buffer> {
  const tooLarge = new SourceFault('Files of this format are shown up to 1 GiB.');
  if ((await stat(path)).size > MOST_BYTES) throw tooLarge;
  const stored = await readFile(path);
  if (!isGzip) return stored;
  try {
    return await promisify(gunzip)(stored, {maxOutputLength: MOST_BYTES});
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge;
    throw new SourceFault('It is compressed, but not a whole gzip file.');
  }
}
