/** A cell as the file has it: null where nothing stands between two delimiters, '' for a quoted nothing. */
export type CsvCell = string | null;

/** What stood out in a file, so that its text is not read as everybody would. */
export interface CsvOddities {
  /** A line without anything in it. */
  readonly blankLines: boolean;
  /** A quote inside a plain cell, text behind a closing quote, or a quote that is never closed. */
  readonly strayQuotes: boolean;
  /** Line ends of several kinds, or single carriage returns. */
  readonly mixedLineEnds: boolean;
  /** Characters of the longest record. */
  readonly longestRecord: number;
}

/** Reads a CSV text piece by piece. */
export interface CsvReader {
  /** Takes the next piece; false once nothing more is wanted. */
  push(text: string): boolean;
  /** Takes what the last line holds; without it a line that was cut off is left out. */
  end(): void;
  oddities(): CsvOddities;
}

/** How a CSV is read. */
export interface CsvReading {
  readonly delimiter: string;
  /** Leave the texts alone and only count: `cells` is then empty. */
  readonly countOnly: boolean;
  /** Gets each record with the number of its fields; false ends the reading. */
  readonly onRecord: (cells: readonly CsvCell[], fields: number) => boolean;
}

/** A record longer than this is no row of a table, in characters. */
export const LONGEST_RECORD = 16 * 1024 * 1024;

/** The file has a record that no table has. */
export class RecordTooLong extends Error {}

const QUOTE = 34;
const LINE_FEED = 10;
const RETURN = 13;

/**
 * Records of a CSV text: a quote is special only at the start of a cell, doubled inside it stands for itself, line ends
 * inside quotes are data, CR, LF and CRLF end a record alike, and lines without anything are left out.
 */
export function createCsvReader({delimiter, countOnly, onRecord}: CsvReading): CsvReader {
  const separator = delimiter.charCodeAt(0);
  let cells: CsvCell[] = [];
  let fields = 0;
  /** What earlier pieces held of the cell under way. */
  let held = '';
  let place: 'start' | 'plain' | 'quoted' | 'quote' | 'after' = 'start';
  let wasQuoted = false;
  let afterReturn = false;
  let recordLength = 0;
  let goOn = true;
  const ends = {feed: false, both: false, single: false};
  let blankLines = false;
  let strayQuotes = false;
  let longestRecord = 0;

  const endCell = (rest: string): void => {
    fields += 1;
    if (!countOnly) {
      const text = held + rest;
      cells.push(text === '' && !wasQuoted ? null : text);
    }
    held = '';
    wasQuoted = false;
    place = 'start';
  };
  const endRecord = (rest: string): void => {
    if (fields === 0 && place === 'start') {
      blankLines = true;
      return;
    }
    endCell(rest);
    if (recordLength > longestRecord) longestRecord = recordLength;
    goOn = onRecord(cells, fields);
    cells = [];
    fields = 0;
    recordLength = 0;
  };

  return {
    push(text) {
      let from = 0;
      let counted = 0;
      const rest = (at: number): string => (countOnly ? '' : text.slice(from, at));
      for (let at = 0; at < text.length && goOn; at += 1) {
        const code = text.charCodeAt(at);
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
          held += rest(at);
          from = at + 1;
          place = 'quote';
          continue;
        }
        if (place === 'quote' && code === QUOTE) {
          if (!countOnly) held += '"';
          from = at + 1;
          place = 'quoted';
          continue;
        }
        if (code === separator) {
          endCell(rest(at));
          from = at + 1;
        } else if (code === LINE_FEED || code === RETURN) {
          recordLength += at - counted;
          counted = at + 1;
          endRecord(rest(at));
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
      if (!countOnly) held += text.slice(from);
      recordLength += text.length - counted;
      if (recordLength > LONGEST_RECORD) throw new RecordTooLong();
      return true;
    },
    end() {
      if (!goOn) return;
      if (afterReturn) ends.single = true;
      if (place === 'quoted') strayQuotes = true;
      if (fields > 0 || place !== 'start') endRecord('');
    },
    oddities: () => ({
      blankLines,
      strayQuotes,
      mixedLineEnds: ends.single || (ends.feed && ends.both),
      longestRecord,
    }),
  };
}

/** A record as a line of CSV that every reader reads alike: what is there is quoted, what is missing is not. */
export function csvLine(cells: readonly CsvCell[], width = cells.length): string {
  const parts: string[] = [];
  for (let at = 0; at < width; at += 1) {
    const cell = cells[at] ?? null;
    parts.push(cell === null ? '' : `"${cell.replaceAll('"', '""')}"`);
  }
  return `${parts.join(',')}\n`;
}
