import {
  isFilter,
  MOST_PLACES,
  passes,
  type LogFilter,
  type LogFound,
  type LogPattern,
  type LogSearchEnd,
} from '../../shared/logSearch';
import {plainText} from '../../shared/logText';
import type {LogBlock} from './logBlocks';
import {holdsLongLine, markAt, TIME_LENGTH, type LogPiece, type PieceMark} from './logPieces';
import {lineTest, type LineTest} from './logPattern';
import {openReferenceLog} from './referenceLog';
import {shownText} from './shownText';
import {openStoredLog} from './storedLog';

/** A log that is searched. */
export interface SearchedLog {
  /** Absolute; of a kept log without the ending of a compressed one. */
  readonly path: string;
  /** A kept log, or the file that `opensafely run` writes. */
  readonly form: 'kept' | 'reference';
}

/** What a search is asked for. */
export interface SearchAsk {
  readonly pattern: LogPattern;
  readonly filter: LogFilter;
  /** In the order in which they are searched. */
  readonly logs: readonly SearchedLog[];
  /** One 32-bit number, which is no longer 0 once the search is to be stopped. */
  readonly stop: SharedArrayBuffer;
}

/** What was found in one log since the last time. */
export interface SearchNews extends Pick<LogFound, 'count' | 'lines' | 'first' | 'searched'> {
  readonly path: string;
}

/** Milliseconds between two reports of what was found; the first is sent at once. */
const REPORT_MS = 50;

/** Begins what a terminal takes as a command. */
const ESCAPE = 0x1b;

/** Characters of a line that are looked through; of a longer one, its beginning. */
const SEARCHED_LENGTH = 1024 * 1024;

/** Searches logs one after the other, as they are shown: without colours, and without what was written over. */
export async function searchLogs(
  {pattern, filter, logs: searched, stop}: SearchAsk,
  onNews: (news: SearchNews) => void,
): Promise<LogSearchEnd> {
  const test = lineTest(pattern, filter);
  if (!test.ok) throw new Error(test.error.message);
  const flag = new Int32Array(stop);
  const stopped = (): boolean => Atomics.load(flag, 0) !== 0;
  let logs = 0;
  let count = 0;
  for (const {path, form} of searched) {
    if (stopped()) break;
    const log = await (form === 'kept' ? openStoredLog(path) : openReferenceLog(path));
    // it may just have made room for others
    if (log === null) continue;
    try {
      const search = searchOf(path, test.value, isFilter(filter) ? filter : null, onNews);
      for await (const block of log.blocksFrom(0)) {
        if (stopped()) break;
        search.block(block);
      }
      count += search.end();
      if (!stopped()) logs += 1;
    } finally {
      await log.close();
    }
  }
  return {logs, count, stopped: stopped()};
}

/** A line whose end is in another piece. */
interface OpenLine {
  readonly seq: number;
  readonly time: string;
  text: string;
}

/** The search of one log, block after block. */
function searchOf(
  path: string,
  test: LineTest,
  filter: LogFilter | null,
  onNews: (news: SearchNews) => void,
): {
  block(block: LogBlock): void;
  /** Answers how many lines match. */
  end(): number;
} {
  const open: Record<LogPiece['stream'], OpenLine | null> = {stdout: null, stderr: null};
  let lines: number[] = [];
  let places = 0;
  let count = 0;
  let first: SearchNews['first'] = null;
  let searched = 0;
  let reportedAt = -Infinity;
  let reportedCount = 0;

  const say = (): void => {
    // lines that come in several pieces end behind later ones
    lines.sort((left, right) => left - right);
    onNews({path, count, lines, first, searched});
    lines = [];
    reportedAt = performance.now();
    reportedCount = count;
  };

  const look = (seq: number, stream: LogPiece['stream'], time: string, text: string): void => {
    const plain = plainText(text);
    if (!test.matches(plain)) return;
    if (filter !== null && !passes(filter, time, stream, plain)) return;
    count += 1;
    if (first === null || seq < first.seq)
      first = {seq, line: {time, stream, text: shownText(Buffer.from(text))}};
    if (places < MOST_PLACES) {
      places += 1;
      lines.push(seq);
    }
    if (count === 1) say();
  };

  const piece = (mark: PieceMark, seq: number, time: string, text: string): void => {
    const {stream} = mark;
    if (mark.first && mark.last) return look(seq, stream, time, text);
    const line = mark.first ? {seq, time, text: ''} : open[stream];
    if (line === null) return;
    if (line.text.length < SEARCHED_LENGTH) line.text += text;
    open[stream] = mark.last ? null : line;
    if (mark.last) look(line.seq, stream, line.time, line.text);
  };

  return {
    block({line, lines: more, bytes}) {
      // a colour may be in the middle of what is looked for, or the end of a piece
      const apart =
        open.stdout !== null ||
        open.stderr !== null ||
        bytes.includes(ESCAPE) ||
        holdsLongLine(bytes);
      const text = bytes.toString('utf8');
      const next = apart ? (from: number): number => from : test.candidates(text);
      let seq = line - 1;
      let candidate = next(0);
      let from = 0;
      for (
        let end = text.indexOf('\n');
        end >= 0 && candidate >= 0;
        end = text.indexOf('\n', from)
      ) {
        const mark = end - from > TIME_LENGTH ? markAt(text, from + TIME_LENGTH) : null;
        if (mark?.first === true) seq += 1;
        if (candidate < from) candidate = next(from);
        if (mark !== null && candidate >= 0 && candidate < end)
          piece(
            mark,
            seq,
            text.slice(from, from + TIME_LENGTH),
            text.slice(from + TIME_LENGTH + 1, end),
          );
        from = end + 1;
      }
      searched = line + more;
      const due = performance.now() - reportedAt > REPORT_MS;
      if (due && (count > reportedCount || reportedAt > 0)) say();
    },
    end() {
      for (const stream of ['stdout', 'stderr'] as const) {
        const line = open[stream];
        if (line !== null) look(line.seq, stream, line.time, line.text);
      }
      say();
      return count;
    },
  };
}
