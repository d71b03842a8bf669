import {readFileSync, statSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';

/** Longest text that is compared, in bytes. */
const MOST_BYTES = 512 * 1024;

/** The text of a file, unpacked where it is gzipped; null for what is no text, too long, or can't be read. */
export function readableText(file: string): string | null {
  try {
    if (statSync(file).size > MOST_BYTES) return null;
    const bytes = readFileSync(file);
    const plain = isGzip(bytes) ? gunzipSync(bytes, {maxOutputLength: MOST_BYTES}) : bytes;
    return plain.includes(0) ? null : plain.toString('utf8');
  } catch {
    return null;
  }
}

function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
