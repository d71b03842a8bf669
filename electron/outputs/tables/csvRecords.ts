/** A cell as the file has it: null where nothing is between two delimiters, '' for a quoted nothing. */
export type CsvCell = string | null;

/** What stood out in a file, so that its text is not read as everybody would. */
export interface CsvOddities {
  /** A line without anything in it. */
  readonly blankLines: boolean;
  /** A quote inside a plain cell, text behind a closing quote, or a quote that is never closed. */
  readonly strayQuotes: boolean;
  /** Line ends of several kinds, or single carriage returns. */
  readonly mixedLineEnds: boolean;
  /** Bytes of the longest record. */
  readonly longestRecord: number;
}

/** How a CSV is read. */
export interface CsvReading {
  readonly delimiter: string;
  /** Leave the texts alone and only count: `cells` is then empty. */
  readonly countOnly: boolean;
  /** Gets each record with the number of its fields; false ends the reading. */
  readonly onRecord: (cells: readonly CsvCell[], fields: number) => boolean;
}

/** A record longer than this is no row of a table, in bytes. */
const LONGEST_RECORD = 16 * 1024 * 1024;

/** The file has a record that no table has. */
export class RecordTooLong extends Error {}

const QUOTE = 34;
const LINE_FEED = 10;
const RETURN = 13;

/**
 * Records of a CSV: a quote is special only at the start of a cell, doubled inside it stands for itself, line ends
 * inside quotes are data, CR, LF and CRLF end a record alike, and lines without anything are left out. Read as bytes,
 * since all that means something in UTF-8 is of one byte, and most texts of a large file are never looked at.
 */
export function createCsvReader({delimiter, countOnly, onRecord}: CsvReading) {
  const separator = delimiter.charCodeAt(0);
  let cells: CsvCell[] = [];
  let fields = 0;
  /** What came before of the cell under way. */
  let held: Buffer[] = [];
  let place: 'start' | 'plain' | 'quoted' | 'quote' | 'after' = 'start';
  let wasQuoted = false;
  let afterReturn = false;
  let recordLength = 0;
  let goOn = true;
  const ends = {feed: false, both: false, single: false};
  let blankLines = false;
  let strayQuotes = false;
  let longestRecord = 0;

  const hold = (bytes: Buffer, from: number, to: number): void => {
    // a copy: the piece goes back to the caller
    if (!countOnly && to > from) held.push(Buffer.from(bytes.subarray(from, to)));
  };
  const endCell = (bytes: Buffer, from: number, to: number): void => {
    fields += 1;
    if (!countOnly) {
      let text = bytes.toString('utf8', from, to);
      if (held.length > 0) {
        text = Buffer.concat([...held, bytes.subarray(from, to)]).toString('utf8');
        held = [];
      }
      cells.push(text === '' && !wasQuoted ? null : text);
    }
    wasQuoted = false;
    place = 'start';
  };
  const endRecord = (bytes: Buffer, from: number, to: number): void => {
    if (fields === 0 && place === 'start') {
      blankLines = true;
      return;
    }
    endCell(bytes, from, to);
    if (recordLength > longestRecord) longestRecord = recordLength;
    goOn = onRecord(cells, fields);
    if (!countOnly) cells = [];
    fields = 0;
    recordLength = 0;
  };

  return {
    /** Takes the next piece, which is the caller's again afterwards; false once nothing more is wanted. */
    push(bytes: Buffer): boolean {
      let from = 0;
      let counted = 0;
      for (let at = 0; at < bytes.length && goOn; at += 1) {
        const code = bytes[at];
        if (afterReturn) {
          afterReturn = false;
          if (code === LINE_FEED) {
            ends.both = true;
            from = at + 1;
            counted = from;
            continue;
          }
          ends.single = true;
        }
        if (place === 'quoted') {
          if (code !== QUOTE) continue;
          hold(bytes, from, at);
          from = at + 1;
          place = 'quote';
        } else if (place === 'quote' && code === QUOTE) {
          // the second of two quotes is text
          from = at;
          place = 'quoted';
        } else if (code === separator) {
          endCell(bytes, from, at);
          from = at + 1;
        } else if (code === LINE_FEED || code === RETURN) {
          recordLength += at - counted;
          counted = at + 1;
          endRecord(bytes, from, at);
          from = at + 1;
          if (code === RETURN) afterReturn = true;
          else ends.feed = true;
        } else if (code === QUOTE && place === 'start') {
          place = 'quoted';
          wasQuoted = true;
          from = at + 1;
        } else {
          if (code === QUOTE || place === 'quote') strayQuotes = true;
          place = place === 'quote' || place === 'after' ? 'after' : 'plain';
        }
      }
      if (!goOn) return false;
      hold(bytes, from, bytes.length);
      recordLength += bytes.length - counted;
      if (recordLength > LONGEST_RECORD) throw new RecordTooLong();
      return true;
    },
    /** Takes what the last line holds; without it a line that was cut off is left out. */
    end(): void {
      if (!goOn) return;
      if (afterReturn) ends.single = true;
      if (place === 'quoted') strayQuotes = true;
      if (fields > 0 || place !== 'start') endRecord(NOTHING, 0, 0);
    },
    oddities: (): CsvOddities => ({
      blankLines,
      strayQuotes,
      mixedLineEnds: ends.single || (ends.feed && ends.both),
      longestRecord,
    }),
  };
}

const NOTHING = Buffer.alloc(0);

/** A record as a line of CSV that every reader reads alike: what is there is quoted, what is missing is not. */
export function csvLine(cells: readonly CsvCell[], width = cells.length): string {
  const parts: string[] = [];
  for (let at = 0; at < width; at += 1) {
    const cell = cells[at] ?? null;
    parts.push(cell === null ? '' : `"${cell.replaceAll('"', '""')}"`);
  }
  return `${parts.join(',')}\n`;
}
