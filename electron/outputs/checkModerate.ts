import {
  MODERATE_EXTENSIONS,
  MODERATE_MAX_BYTES,
  MODERATE_MAX_CSV_ROWS,
} from '../../shared/sensitivity';
import {createCsvScan} from './csvScan';

/** A column name that marks patient-level data. */
const PATIENT_COLUMN = 'patient_id';

/** The final suffix of a path with its dot, empty where there is none; case is kept. */
function suffixOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot);
}

/** Why a CSV would be kept back; null where it would not, or where it can't be read as UTF-8 text. */
async function checkCsv(content: AsyncIterable<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
  const scan = createCsvScan();
  try {
    for await (const chunk of content) scan.push(decoder.decode(chunk, {stream: true}));
    scan.push(decoder.decode());
  } catch (error) {
    // the reference lets through what it can't decode; any other fault is not about the text
    if (error instanceof TypeError) return null;
    throw error;
  }
  const {header, rows} = scan.end();
  const reasons: string[] = [];
  if (header.includes(PATIENT_COLUMN)) reasons.push(`it has a ${PATIENT_COLUMN} column`);
  if (rows > MODERATE_MAX_CSV_ROWS)
    reasons.push(`it has ${rows} rows, the limit is ${MODERATE_MAX_CSV_ROWS}`);
  return reasons.length === 0 ? null : reasons.join(', ');
}

/**
 * Why a moderately sensitive file would not be let out to level 4; null where it would (RULES "Outputs").
 * `open` gives the content and is called only for a CSV that is small enough.
 */
export async function checkModerate(
  file: {readonly path: string; readonly size: number},
  open: () => AsyncIterable<Uint8Array>,
): Promise<string | null> {
  if (file.size > MODERATE_MAX_BYTES) {
    // rounded up: a file just above the limit must not read as being at it
    const megabytes = (Math.ceil((file.size / 1024 ** 2) * 10) / 10).toFixed(1);
    return `it is ${megabytes} MiB, the limit is ${MODERATE_MAX_BYTES / 1024 ** 2} MiB`;
  }
  const suffix = suffixOf(file.path);
  if (!MODERATE_EXTENSIONS.includes(suffix)) {
    return suffix === ''
      ? 'it has no extension'
      : `${suffix} is not an allowed type of moderately sensitive file`;
  }
  return suffix === '.csv' ? checkCsv(open()) : null;
}
