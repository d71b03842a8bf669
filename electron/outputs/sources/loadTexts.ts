import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {join} from 'node:path';
import {finished} from 'node:stream/promises';
import {csvLine} from '../tables/csvRecords';
import type {TableIntake} from '../tables/tableStore';

/** Characters written at a time. */
const PIECE = 1024 * 1024;

/** Brings rows of texts, as they are shown, into the table `raw`. */
export async function loadTexts(
  intake: TableIntake,
  width: number,
  rows: Iterable<readonly (string | null)[]>,
): Promise<void> {
  // a line of a single missing value would be a blank one, which is no row
  const fields = width + 1;
  const path = join(intake.folder, 'plain.csv');
  const out = createWriteStream(path, {mode: 0o600});
  const names = Array.from({length: fields}, (_, at) => `c${at}`);
  let text = csvLine(names);
  let longest = text.length;
  for (const row of rows) {
    const line = csvLine([...row, ''], fields);
    longest = Math.max(longest, Buffer.byteLength(line));
    text += line;
    if (text.length < PIECE) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await finished(out);
  await intake.loadCsv({path, delimiter: ',', fields, longestRecord: longest});
}
