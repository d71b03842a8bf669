import {appendFileSync, existsSync, mkdirSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import * as z from 'zod';
import {metadataDir} from '../files/metadataDir';
import {readRegularFileSync} from '../files/openFile';
import {provenanceFolder, successRecord, type SuccessRecord} from './successLedger';

/** A line of `restored.ndjson`, the list beside the ledger that outputs put back used to have. */
const restoredLine = z.object({action: z.string(), jobId: z.string(), restoredAt: z.string()});

/**
 * Takes over what earlier versions kept under other names, once: the folder `staleness`, and the list of outputs that
 * were put back, whose lines become lines of the ledger. Where the study can't be written to, nothing is taken over, and
 * successes without their record are not verified.
 */
export function takeOverOlderRecords(studyDir: string): void {
  const root = metadataDir(studyDir);
  const folder = provenanceFolder(studyDir);
  const former = join(root, 'staleness');
  const list = join(root, 'restored.ndjson');
  try {
    if (existsSync(former) && !existsSync(folder)) renameSync(former, folder);
    if (!existsSync(list)) return;
    const ledger = join(folder, 'successes.jsonl');
    const lines = missingLines(
      existsSync(ledger) ? readLines(ledger, successRecord) : [],
      readLines(list, restoredLine),
    );
    mkdirSync(folder, {recursive: true, mode: 0o700});
    // each on a line of its own, even after one that was cut off
    appendFileSync(ledger, lines.map((line) => `\n${JSON.stringify(line)}\n`).join(''), {
      mode: 0o600,
    });
    rmSync(list);
  } catch {
    // the next look at the study tries again; until then the check says what has no record
  }
}

/** The restored successes that the ledger lacks, each with all that its job's own line says. */
function missingLines(
  known: readonly SuccessRecord[],
  restored: readonly z.infer<typeof restoredLine>[],
): readonly SuccessRecord[] {
  return restored.flatMap(({action, jobId, restoredAt}) => {
    const ofJob = known.filter((record) => record.action === action && record.jobId === jobId);
    const [first] = ofJob;
    const isThere = ofJob.some((record) => record.restoredAt === restoredAt);
    return first === undefined || isThere ? [] : [{...first, restoredAt}];
  });
}

function readLines<T>(file: string, shape: z.ZodType<T>): readonly T[] {
  return readRegularFileSync(file)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        const parsed = shape.safeParse(JSON.parse(line));
        return parsed.success ? [parsed.data] : [];
      } catch {
        return [];
      }
    });
}
