import type {FileHandle} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import {TextDecoder} from 'node:util';
import {createGunzip} from 'node:zlib';
import {Readable, Writable} from 'node:stream';

/** The beginning of a file as text. */
export interface TextHead {
  readonly text: string;
  /** The file goes on behind the text. */
  readonly truncated: boolean;
}

/** Says when more has been read than will be shown; gets the text piece by piece. */
export type IsEnough = (piece: string) => boolean;

const SNIFF_BYTES = 8192;

/** How a text file is encoded, by its first bytes; null for one that is no text. */
export function encodingOf(
  head: Uint8Array,
): 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | null {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  if (head.subarray(0, SNIFF_BYTES).includes(0)) return null;
  try {
    // a character cut at the end of the head is no fault
    new TextDecoder('utf-8', {fatal: true}).decode(head, {stream: true});
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/**
 * Reads a file's beginning as text, through gunzip where asked: at most `maxBytes` of it, or until `isEnough`.
 * Null where the file is no text. A gzip file that breaks off gives what could be read.
 */
export async function readTextHead(
  file: FileHandle,
  options: {
    readonly gunzip: boolean;
    readonly maxBytes: number;
    readonly isEnough?: IsEnough;
  },
): Promise<TextHead | null> {
  const collected = createTextCollector(options.maxBytes, options.isEnough ?? (() => false));
  await passOn(file, {gunzip: options.gunzip, step: 256 * 1024}, (chunk) => collected.add(chunk));
  return collected.end();
}

/**
 * Passes a file on from its beginning, piece by piece, through gunzip where asked, until `take` wants no more; answers
 * whether all was passed on. The file stays open, which a stream of its own that is given up would not leave it.
 */
export async function passOn(
  file: FileHandle,
  {gunzip, step}: {readonly gunzip: boolean; readonly step: number},
  take: (chunk: Buffer) => boolean,
): Promise<boolean> {
  const source = Readable.from(fileChunks(file, step), {objectMode: false});
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      done(take(chunk) ? null : new EnoughRead());
    },
  });
  try {
    if (gunzip) await pipeline(source, createGunzip(), sink);
    else await pipeline(source, sink);
    return true;
  } catch (error) {
    if (!(error instanceof EnoughRead)) throw error;
    return false;
  }
}

async function* fileChunks(file: FileHandle, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; ;) {
    const chunk = Buffer.allocUnsafe(bytes);
    const {bytesRead} = await file.read(chunk, 0, bytes, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

/** Ends a pipeline early; no fault. */
class EnoughRead extends Error {}

function createTextCollector(maxBytes: number, isEnough: IsEnough) {
  let head: Uint8Array = new Uint8Array(0);
  let decoder: TextDecoder | null = null;
  let isBinary = false;
  let bytes = 0;
  let text = '';
  let truncated = false;

  function decode(decoder: TextDecoder, chunk: Uint8Array): void {
    const piece = decoder.decode(chunk, {stream: true});
    text += piece;
    if (isEnough(piece)) truncated = true;
  }

  function begin(): void {
    const encoding = encodingOf(head);
    isBinary = encoding === null;
    if (encoding === null) return;
    decoder = new TextDecoder(encoding);
    decode(decoder, head);
  }

  return {
    /** False once no more is wanted. */
    add(chunk: Uint8Array): boolean {
      const left = maxBytes - bytes;
      const wanted = chunk.length > left ? chunk.subarray(0, left) : chunk;
      if (wanted.length < chunk.length) truncated = true;
      bytes += wanted.length;
      if (decoder === null) {
        head = Buffer.concat([head, wanted]);
        if (head.length >= SNIFF_BYTES || truncated) begin();
      } else {
        decode(decoder, wanted);
      }
      return !isBinary && !truncated;
    },
    end(): TextHead | null {
      if (decoder === null && !isBinary) begin();
      if (isBinary) return null;
      return {text, truncated};
    },
  };
}
