import type {Piece} from './webMessages';

/** Bytes in a message, in place of which the text holds where they are among its parts. */
interface Part {
  readonly crossedAs: 'part';
  readonly index: number;
}

/** A message as text; bytes in it are given to `keep`, and the page fetches them by the addresses that it answers. */
export function webText(
  message: object,
  keep: (bytes: Uint8Array) => string,
): {readonly text: string; readonly parts: readonly string[]} {
  const parts: string[] = [];
  const text = JSON.stringify(message, function (this: Record<string, unknown>, key, value) {
    // a Buffer has been made an object of numbers by now
    const raw = this[key];
    if (!(raw instanceof Uint8Array)) return value as unknown;
    parts.push(keep(raw));
    return {crossedAs: 'part', index: parts.length - 1} satisfies Part;
  });
  return {text, parts};
}

/** The message again, with the bytes that were fetched for its parts. */
export function webValue(message: unknown, parts: readonly Uint8Array[]): unknown {
  if (Array.isArray(message)) return message.map((each) => webValue(each, parts));
  if (typeof message !== 'object' || message === null) return message;
  if ('crossedAs' in message && message.crossedAs === 'part') {
    // written by `webText`
    return parts[(message as Part).index];
  }
  return Object.fromEntries(
    Object.entries(message).map(([key, value]) => [key, webValue(value, parts)]),
  );
}

/** Longest text of a message that is sent as one, in UTF-16 code units: below 1 MB in UTF-8, quoted once more. */
const LONGEST_PIECE = 256 * 1024;

/** Longest text of a message that is sent in pieces, in UTF-16 code units. */
export const LONGEST_MESSAGE = 64 * 1024 ** 2;

/** The texts in which a message is sent: itself, or its pieces in their order. */
export function piecesOf(text: string): readonly string[] {
  if (text.length <= LONGEST_PIECE) return [text];
  const pieces: string[] = [];
  for (let from = 0; from < text.length; from += LONGEST_PIECE) {
    const piece = text.slice(from, from + LONGEST_PIECE);
    const isLast = from + LONGEST_PIECE >= text.length;
    pieces.push(JSON.stringify({piece, isLast} satisfies Piece));
  }
  return pieces;
}
