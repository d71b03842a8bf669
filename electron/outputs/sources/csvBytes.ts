import {isUtf8} from 'node:buffer';
import {TextDecoder} from 'node:util';
import {bytesOf} from './fileBytes';

/** Encodings that text files of tables come in. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Some of the file is not in the encoding that its beginning is in. */
export class OtherEncoding extends Error {}

/** The first bytes of a file, unpacked; `whole` where that is all of it. */
export async function headOf(
  path: string,
  gunzip: boolean,
  most: number,
): Promise<{readonly bytes: Buffer; readonly whole: boolean}> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of bytesOf(path, gunzip)) {
    pieces.push(Buffer.from(piece));
    length += piece.length;
    if (length > most) break;
  }
  return {bytes: Buffer.concat(pieces).subarray(0, most), whole: length <= most};
}

/** A file's text in UTF-8, piece by piece, without a byte order mark; a piece is good until the next one is asked for. */
export async function* utf8Pieces(
  path: string,
  gunzip: boolean,
  encoding: Encoding,
): AsyncGenerator<Buffer> {
  if (encoding !== 'utf-8') {
    const decoder = new TextDecoder(encoding);
    for await (const piece of bytesOf(path, gunzip))
      yield Buffer.from(decoder.decode(piece, {stream: true}));
    yield Buffer.from(decoder.decode());
    return;
  }
  const check = createUtf8Check();
  let isFirst = true;
  for await (const piece of bytesOf(path, gunzip)) {
    check.push(piece);
    yield isFirst ? withoutMark(piece) : piece;
    isFirst = false;
  }
  check.end();
}

/** Bytes of UTF-8 without the mark that some programs put before them. */
export function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Throws {@link OtherEncoding} for bytes that are no UTF-8; characters may be cut between pieces. */
function createUtf8Check(): {push(piece: Buffer): void; end(): void} {
  let cut: Buffer = Buffer.alloc(0);
  return {
    push(piece) {
      const first = cut.length === 0 ? 0 : firstCharacter(piece);
      // only what is joined to the end of the piece before is copied
      const seam = Buffer.concat([cut, piece.subarray(0, first)]);
      const tail = Math.min(unfinished(piece), piece.length - first);
      const rest = piece.subarray(first, piece.length - tail);
      if (!isUtf8(seam) || !isUtf8(rest)) throw new OtherEncoding();
      cut = Buffer.from(piece.subarray(piece.length - tail));
    },
    end() {
      if (cut.length > 0) throw new OtherEncoding();
    },
  };
}

/** Where the first character begins, behind the rest of one that was cut. */
function firstCharacter(bytes: Buffer): number {
  let at = 0;
  while (at < 3 && at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}

/** Bytes at the end that are the beginning of a character. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}
