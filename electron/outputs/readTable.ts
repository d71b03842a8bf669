import type {FileHandle} from 'node:fs/promises';
import Papa from 'papaparse';
import type {OutputContent} from '../../shared/output';
import {MODERATE_MAX_CSV_ROWS} from '../../shared/sensitivity';
import {readTextHead} from './outputText';

/** Rows shown: as many as a moderately sensitive table may have, so that those are always whole. */
const MAX_ROWS = MODERATE_MAX_CSV_ROWS;

/** Text read for a table, in bytes after gunzip. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The first rows of a CSV or TSV file; ragged rows stay as they are. Null where the file is no text. */
export async function readTable(
  file: FileHandle,
  options: {readonly gunzip: boolean; readonly delimiter: ',' | '\t'},
): Promise<OutputContent | null> {
  let lineEnds = 0;
  const head = await readTextHead(file, {
    gunzip: options.gunzip,
    maxBytes: MAX_BYTES,
    isEnough(piece) {
      lineEnds += piece.split('\n').length - 1;
      return lineEnds > MAX_ROWS + 1;
    },
  });
  if (head === null) return null;

  // one row more than is shown tells whether there are more
  const {data} = Papa.parse<string[]>(head.text, {
    delimiter: delimiterOf(head.text, options.delimiter),
    preview: MAX_ROWS + 2,
    skipEmptyLines: true,
  });
  const [columns = [], ...parsed] = data;
  // where the text was cut, its last line may be half a row
  const sound = head.truncated && parsed.length <= MAX_ROWS ? parsed.slice(0, -1) : parsed;
  const rows = sound.slice(0, MAX_ROWS);
  const isWhole = !head.truncated && rows.length === sound.length;
  return {
    kind: 'table',
    columns,
    rows,
    totalRows: isWhole ? rows.length : null,
    truncated: !isWhole,
  };
}

/** Some programs write `;` where the language has a decimal comma; only the header decides. */
function delimiterOf(text: string, usual: ',' | '\t'): string {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  if (header.includes(usual)) return usual;
  return [';', '\t', '|'].find((delimiter) => header.includes(delimiter)) ?? usual;
}
