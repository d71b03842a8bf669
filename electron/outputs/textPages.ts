import type {FileHandle} from 'node:fs/promises';
import {TextDecoder} from 'node:util';
import type {TextPage} from '../../shared/output';
import {encodingOf, passOn} from './outputText';

/** Bytes of a page, before its ends are moved to the ends of lines. */
export const PAGE_BYTES = 1024 * 1024;

const FEED = 10;

type Encoding = NonNullable<ReturnType<typeof encodingOf>>;

/** Where text is read from: a file as it is, or what a gzip file unpacks to. */
export interface TextFile {
  readonly file: FileHandle;
  /** Bytes on the disk. */
  readonly size: number;
  readonly gunzip: boolean;
}

/**
 * A page of a text, from 0, without anything before it being read; it begins and ends with a line unless a line is longer
 * than a page. Null where the file is no text. Of a gzip file all before the page is unpacked on the way, and how many
 * pages there are is known only at its end.
 */
export async function readTextPage(text: TextFile, page: number): Promise<TextPage | null> {
  const head = await readRange(text, 0, 8192);
  const encoding = encodingOf(head.bytes);
  if (encoding === null) return null;
  const from = page * PAGE_BYTES;
  // two bytes earlier, for a line that ends just before the page
  const start = Math.max(0, from - 2);
  const {bytes, isEnd} = await readRange(text, start, from + 2 * PAGE_BYTES + 4);
  const first = page === 0 ? 0 : boundary(bytes, from - start, encoding);
  const next = from + PAGE_BYTES - start;
  const last = next >= bytes.length ? bytes.length : boundary(bytes, next, encoding);
  const pages = text.gunzip ? null : Math.max(1, Math.ceil(text.size / PAGE_BYTES));
  return {
    text: decoded(bytes.subarray(Math.min(first, last), last), encoding),
    page,
    pages,
    isLast: isEnd && last >= bytes.length,
  };
}

/** How many lines lie before a page, which may mean reading all of them. */
export async function linesBefore(text: TextFile, page: number): Promise<number | null> {
  const head = await readRange(text, 0, 8192);
  const encoding = encodingOf(head.bytes);
  if (encoding === null) return null;
  const from = page * PAGE_BYTES;
  let lines = 0;
  let at = 0;
  const {bytes} =
    page === 0 ? {bytes: Buffer.alloc(0)} : await readRange(text, from - 2, from + PAGE_BYTES);
  const end = page === 0 ? 0 : from - 2 + boundary(bytes, 2, encoding);
  await streamRange(text, 0, end, (chunk) => {
    for (let found = chunk.indexOf(FEED); found >= 0; found = chunk.indexOf(FEED, found + 1))
      if (isLineEnd(chunk, found, at + found, encoding)) lines += 1;
    at += chunk.length;
  });
  return lines;
}

/** Where the first line begins that begins at or behind a place; the place itself where none does within a page. */
function boundary(bytes: Buffer, place: number, encoding: Encoding): number {
  const wide = encoding.startsWith('utf-16');
  const step = wide ? 2 : 1;
  const limit = Math.min(bytes.length, place - step + PAGE_BYTES);
  for (
    let found = bytes.indexOf(FEED, Math.max(0, place - step));
    found >= 0 && found < limit;
    found = bytes.indexOf(FEED, found + 1)
  ) {
    // pages begin at even places of the file, and so does what was read of it
    if (!wide) return found + 1;
    const unit = found - (found % 2);
    if (isLineEnd(bytes, found, found, encoding) && unit + 2 >= place) return unit + 2;
  }
  if (encoding !== 'utf-8') return place;
  // never in the middle of a character
  let at = place;
  while (at < bytes.length && at < place + 3 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}

/** A byte 10 that ends a line; in UTF-16 it may be half of another character. */
function isLineEnd(bytes: Buffer, at: number, inFile: number, encoding: Encoding): boolean {
  if (encoding === 'utf-16le') return inFile % 2 === 0 && bytes[at + 1] === 0;
  if (encoding === 'utf-16be') return inFile % 2 === 1 && bytes[at - 1] === 0;
  return true;
}

/** A page that is not all UTF-8 is read as Windows-1252, which reads everything. */
function decoded(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding !== 'utf-8') return new TextDecoder(encoding).decode(bytes);
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

interface Range {
  readonly bytes: Buffer;
  /** Nothing comes behind it. */
  readonly isEnd: boolean;
}

async function readRange(text: TextFile, from: number, to: number): Promise<Range> {
  if (!text.gunzip) {
    const length = Math.max(0, Math.min(text.size, to) - from);
    const bytes = Buffer.alloc(length);
    const {bytesRead} = await text.file.read(bytes, 0, length, from);
    return {bytes: bytes.subarray(0, bytesRead), isEnd: from + bytesRead >= text.size};
  }
  const pieces: Buffer[] = [];
  // one byte more shows whether there is any
  const all = await streamRange(text, from, to + 1, (piece) => pieces.push(Buffer.from(piece)));
  const bytes = Buffer.concat(pieces);
  return {bytes: bytes.subarray(0, to - from), isEnd: all && bytes.length <= to - from};
}

/** Passes on a stretch of the text piece by piece; answers whether the text ends within it. */
function streamRange(
  {file, gunzip}: TextFile,
  from: number,
  to: number,
  take: (piece: Buffer) => void,
): Promise<boolean> {
  let at = 0;
  return passOn(file, {gunzip, step: PAGE_BYTES}, (chunk) => {
    const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
    at += chunk.length;
    if (piece.length > 0) take(piece);
    return at < to;
  });
}
