import type {LogLine} from '../../shared/log';
import type {LogBlock} from './logBlocks';
import {beginsLine, decodePiece, TIME_LENGTH} from './logPieces';
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
  const source = await openSource(log, line);
  await source.rest.return(undefined);
  return source.time ?? LATEST;
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
  const sources = await Promise.all(logs.map((log, index) => openSource(log, before[index] ?? 0)));
  const lines: LogLine[] = [];
  for (let seq = begin; lines.length < limit; seq += 1) {
    let of = -1;
    let time: string | null = null;
    for (let index = 0; index < sources.length; index += 1) {
      const head = sources[index]?.time ?? null;
      if (head === null || (time !== null && head >= time)) continue;
      time = head;
      of = index;
    }
    const source = sources[of];
    if (time === null || source === undefined) break;
    if (seq % STEP_LINES === 0) places.note({seq, taken, time}, totals);
    if (seq >= fromSeq) {
      const piece = decodePiece(headOf(source));
      if (piece !== null) lines.push({time, stream: piece.stream, text: shownText(piece.text), of});
    }
    taken[of] = (taken[of] ?? 0) + 1;
    const next = advance(source);
    if (next !== null) await next;
  }
  await Promise.all(sources.map((source) => source.rest.return(undefined)));
  return lines;
}

/** The lines of one log, block after block; of those that are passed over no more than the time is taken out. */
interface Source {
  readonly rest: AsyncGenerator<LogBlock>;
  bytes: Buffer;
  /** Where the first piece of each line of the block begins and ends. */
  ends: readonly number[];
  at: number;
  /** The time of the line that comes next; null where there is none. */
  time: string | null;
}

async function openSource(log: StoredLog, from: number): Promise<Source> {
  const nothing = {bytes: Buffer.alloc(0), ends: [], at: 0, time: null};
  if (from >= log.totalLines) return {...nothing, rest: noBlocks()};
  const source: Source = {...nothing, rest: log.blocksFrom(from)};
  const block = await refill(source);
  source.at = 2 * (from - (block?.line ?? 0));
  readTime(source);
  return source;
}

async function* noBlocks(): AsyncGenerator<LogBlock> {
  // nothing
}

/** Goes on to the next line; what it answers is to be waited for, where the block was at its end. */
function advance(source: Source): Promise<unknown> | null {
  source.at += 2;
  if (source.at >= source.ends.length) return refill(source);
  readTime(source);
  return null;
}

/** Goes on to the next block with a line in it; null behind the last one. */
async function refill(source: Source): Promise<LogBlock | null> {
  for (;;) {
    const next = await source.rest.next();
    source.bytes = next.done === true ? Buffer.alloc(0) : next.value.bytes;
    source.ends = firstPieces(source.bytes);
    source.at = 0;
    readTime(source);
    if (next.done === true) return null;
    if (source.ends.length > 0) return next.value;
  }
}

function readTime(source: Source): void {
  const from = source.ends[source.at];
  source.time =
    from === undefined ? null : source.bytes.toString('latin1', from, from + TIME_LENGTH);
}

/** The first piece of the line that comes next. */
function headOf({bytes, ends, at}: Source): Buffer {
  return bytes.subarray(ends[at], ends[at + 1]);
}

/** Where the pieces that begin a line begin and end, one number after the other. */
function firstPieces(bytes: Buffer): readonly number[] {
  const ends: number[] = [];
  for (let from = 0, end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
    if (beginsLine(bytes, from, end)) ends.push(from, end);
    from = end + 1;
  }
  return ends;
}
