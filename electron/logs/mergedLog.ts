import type {LogLine} from '../../shared/log';
import {createLineCutter, decodePiece, type LogPiece} from './logPieces';
import {shownText} from './shownText';
import type {StoredLog} from './storedLog';

/** Merged lines from one known place to the next. */
const STEP_LINES = 5000;

/** A place in several logs merged by time: how many lines of each come before it, and the time of the next one. */
interface MergedPlace {
  readonly seq: number;
  readonly taken: readonly number[];
  readonly time: string;
}

/** Places in the merge of the same logs that were come by, so that a stretch is read without all before it. */
export class MergedPlaces {
  private known: MergedPlace[] = [];
  private totals: readonly number[] = [];

  /**
   * Takes in what the logs have grown by: what a job printed may reach its log after later lines of others, and the
   * places behind it have moved. Answers how long the logs are for `note`.
   */
  async keepUp(logs: readonly StoredLog[]): Promise<readonly number[]> {
    const totals = logs.map(({totalLines}) => totalLines);
    const before = this.totals;
    const grown = logs.filter((log, index) => log.totalLines > (before[index] ?? 0));
    if (grown.length === 0)
      return before.every((lines, at) => lines === totals[at]) ? before : totals;
    this.totals = totals;
    if (this.known.length === 0) return totals;
    const since = await Promise.all(logs.map((log, index) => timeOf(log, before[index] ?? 0)));
    const first = since.reduce((least, time) => (time < least ? time : least), LATEST);
    this.known = this.known.filter(({time}) => time < first);
    return totals;
  }

  /** The last place at or before a merged line. */
  before(seq: number, logs: number): Omit<MergedPlace, 'time'> {
    return (
      this.known.filter((place) => place.seq <= seq).at(-1) ?? {
        seq: 0,
        taken: Array.from({length: logs}, () => 0),
      }
    );
  }

  /** Notes a place that was come by in logs of these lengths; of no use once they have grown. */
  note(place: MergedPlace, totals: readonly number[]): void {
    const last = this.known.at(-1)?.seq ?? 0;
    if (totals === this.totals && place.seq >= last + STEP_LINES)
      this.known.push({...place, taken: [...place.taken]});
  }
}

/** Behind every time of a line. */
const LATEST = '\uffff';

/** The time of a line; LATEST where there is none. */
async function timeOf(log: StoredLog, line: number): Promise<string> {
  const pieces = firstPieces(log, line);
  const source = await openSource(pieces);
  await pieces.return(undefined);
  return source.pieces[0]?.time ?? LATEST;
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
  const totals = await places.keepUp(logs);
  const {seq: begin, taken: before} = places.before(fromSeq, logs.length);
  const taken = [...before];
  const sources = await Promise.all(
    logs.map((log, index) => openSource(firstPieces(log, before[index] ?? 0))),
  );
  const lines: LogLine[] = [];
  for (let seq = begin; lines.length < limit; seq += 1) {
    let of = -1;
    let piece: LogPiece | undefined;
    for (let index = 0; index < sources.length; index += 1) {
      const each = sources[index];
      const head = each?.pieces[each.at];
      if (head === undefined || (piece !== undefined && head.time >= piece.time)) continue;
      piece = head;
      of = index;
    }
    const source = sources[of];
    if (piece === undefined || source === undefined) break;
    if (seq % STEP_LINES === 0) places.note({seq, taken, time: piece.time}, totals);
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
