import {createHash} from 'node:crypto';
import {closeSync, constants, fstatSync, openSync, readFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';

/** A pipe without a writer would hold up whoever opens it for ever; Windows has no such flag and no such pipes. */
const WITHOUT_WAITING =
  constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

/**
 * The content of a file. Fails with the system's code, EISDIR for a folder and ENOTREG for a pipe, socket or device, none
 * of which is ever waited for.
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  const file = await open(path, WITHOUT_WAITING);
  try {
    refuseOthers(path, await file.stat());
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The first `most` bytes of a file, and how many it has; fails as `readRegularFile` does. */
export async function readBeginning(
  path: string,
  most: number,
): Promise<{readonly bytes: Buffer; readonly size: number}> {
  const file = await open(path, WITHOUT_WAITING);
  try {
    const found = await file.stat();
    refuseOthers(path, found);
    const bytes = Buffer.alloc(Math.min(found.size, most));
    const {bytesRead} = await file.read(bytes, 0, bytes.length, 0);
    return {bytes: bytes.subarray(0, bytesRead), size: found.size};
  } finally {
    await file.close();
  }
}

/** SHA-256 of a file's content, in hex digits; null where it can't be read to its end. */
export async function digestOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    const file = await open(path, WITHOUT_WAITING);
    try {
      refuseOthers(path, await file.stat());
      await pipeline(file.createReadStream({autoClose: false}), hash);
    } finally {
      await file.close();
    }
    return hash.digest('hex');
  } catch {
    return null;
  }
}

/** As `readRegularFile`, for workers. */
export function readRegularFileSync(path: string): Buffer {
  const file = openSync(path, WITHOUT_WAITING);
  try {
    refuseOthers(path, fstatSync(file));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function refuseOthers(path: string, found: {isFile(): boolean; isDirectory(): boolean}): void {
  if (found.isFile()) return;
  const code = found.isDirectory() ? 'EISDIR' : 'ENOTREG';
  throw Object.assign(new Error(`${path} is not a file`), {code, path});
}
