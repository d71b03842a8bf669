import {createHash} from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base32 (RFC 4648) in lower case; whole groups of five bytes need no padding. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

/** The id of an action's job in a run: 16 characters, the reference's rule (RULES "Container"). */
export function jobId(runId: string, action: string): string {
  return base32(createHash('sha1').update(`${runId}\n${action}`, 'utf8').digest().subarray(0, 10));
}
