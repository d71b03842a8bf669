import type {LogLine} from '../../shared/log';
import {createLineCutter, decodePiece, type LogPiece} from './logPieces';
import {shownText} from './shownText';
import type {StoredLog} from './storedLog';

/** Merged lines from one known place to the next. */
const STEP_LINES = 5000;

/** A place in several logs merged by time: how many lines of each come before it. */
interface MergedPlace {
  readonly seq: number;
  readonly taken: readonly number[];
}

/** Places in the merge of the same logs that were come by, so that a stretch is read without all before it. */
export class MergedPlaces {
  private readonly known: MergedPlace[] = [];

  /** The last place at or before a merged line. */
  before(seq: number, logs: number): MergedPlace {
    let last: MergedPlace = {seq: 0, taken: Array.from({length: logs}, () => 0)};
    for (const place of this.known) if (place.seq <= seq) last = place;
    return last;
  }

  note(seq: number, taken: readonly number[]): void {
    const last = this.known.at(-1)?.seq ?? 0;
    if (seq >= last + STEP_LINES) this.known.push({seq, taken: [...taken]});
  }
}

/**
 * Lines `fromSeq` on of several logs merged by their times, at most `limit`; each says which of the logs it is of. Of
 * lines of one time those of the first log come first, and lines of one log stay in their order.
 */
export async function readMerged(
  logs: readonly StoredLog[],
  places: MergedPlaces,
  fromSeq: number,
  limit: number,
): Promise<readonly LogLine[]> {
  const {seq: begin, taken: before} = places.before(fromSeq, logs.length);
  const taken = [...before];
  const sources = await Promise.all(
    logs.map((log, index) => openSource(firstPieces(log, before[index] ?? 0))),
  );
  const lines: LogLine[] = [];
  for (let seq = begin; lines.length < limit; seq += 1) {
    let of = -1;
    let piece: LogPiece | undefined;
    sources.forEach((source, index) => {
      const head = source.pieces[source.at];
      if (head === undefined || (piece !== undefined && head.time >= piece.time)) return;
      piece = head;
      of = index;
    });
    const source = sources[of];
    if (piece === undefined || source === undefined) break;
    places.note(seq, taken);
    if (seq >= fromSeq) {
      const {time, stream} = piece;
      lines.push({time, stream, text: shownText(piece.text), of});
    }
    taken[of] = (taken[of] ?? 0) + 1;
    source.at += 1;
    if (source.at >= source.pieces.length) await refill(source);
  }
  await Promise.all(sources.map((source) => source.rest.return(undefined)));
  return lines;
}

/** The lines of one log, block after block. */
interface Source {
  readonly rest: AsyncGenerator<readonly LogPiece[]>;
  pieces: readonly LogPiece[];
  at: number;
}

async function openSource(rest: Source['rest']): Promise<Source> {
  const source: Source = {rest, pieces: [], at: 0};
  await refill(source);
  return source;
}

async function refill(source: Source): Promise<void> {
  source.at = 0;
  do {
    const next = await source.rest.next();
    source.pieces = next.done === true ? [] : next.value;
    if (next.done === true) return;
  } while (source.pieces.length === 0);
}

/** The first piece of each line from a line on, those of a block together. */
async function* firstPieces(log: StoredLog, from: number): AsyncGenerator<readonly LogPiece[]> {
  if (from >= log.totalLines) return;
  for await (const block of log.blocksFrom(from)) {
    let seq = block.line;
    const pieces: LogPiece[] = [];
    const cutter = createLineCutter((raw) => {
      const piece = decodePiece(raw);
      if (piece?.first !== true) return;
      if (seq >= from) pieces.push(piece);
      seq += 1;
    });
    cutter.push(block.bytes);
    yield pieces;
  }
}
