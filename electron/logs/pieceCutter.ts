import {characterBoundary, type LogPiece, PIECE_BYTES} from './logPieces';

/**
 * Cuts chunks of one stream at line ends, and lines longer than PIECE_BYTES between characters.
 * `skipBytes` are left out from the start: a replay gives again what was written before.
 */
export function createPieceCutter(
  stream: LogPiece['stream'],
  skipBytes: number,
  openLine: boolean,
  now: () => string,
  onPiece: (piece: LogPiece) => void,
) {
  let toSkip = skipBytes;
  let first = !openLine;
  // parts of a line whose end has not come; joined once, so that many small chunks stay linear
  let parts: Buffer[] = [];
  let held = 0;
  let time: string | undefined;

  const give = (text: Buffer, last: boolean) => {
    onPiece({time: time ?? now(), stream, first, last, text});
    first = last;
  };

  /** Everything held, copied, so that no chunk is kept alive by a slice of it. */
  const take = (): Buffer => {
    const text = Buffer.concat(parts);
    parts = [];
    held = 0;
    return text;
  };

  const giveLong = () => {
    let text = take();
    while (text.length > PIECE_BYTES) {
      const at = characterBoundary(text, PIECE_BYTES);
      give(text.subarray(0, at), false);
      text = text.subarray(at);
    }
    if (text.length > 0) {
      parts = [text];
      held = text.length;
    }
  };

  return {
    /** Takes a chunk, with its time where that is known better than by the clock. */
    push(chunk: Buffer, chunkTime?: string): void {
      let data = chunk;
      time = chunkTime;
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, data.length);
        toSkip -= skipped;
        data = data.subarray(skipped);
      }
      while (data.length > 0) {
        const end = data.indexOf(10);
        const part = end < 0 ? data : data.subarray(0, end);
        if (part.length > 0) parts.push(part);
        held += part.length;
        if (held > PIECE_BYTES) giveLong();
        if (end < 0) break;
        give(take(), true);
        data = data.subarray(end + 1);
      }
    },
    /** Ends a line that has no line end. */
    end(): void {
      if (held > 0 || !first) give(take(), true);
    },
  };
}
