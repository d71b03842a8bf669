import {appendFile, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {z} from 'zod';
import {TIERS} from '../../shared/sensitivity';
import type {RestoredOutputs} from '../runs/runHistory';
import {parseJson, type StudyFolder} from '../runs/studyFolder';

const Restored: z.ZodType<RestoredOutputs> = z.object({
  action: z.string(),
  jobId: z.string(),
  restoredAt: z.string(),
  outputs: z.array(
    z.object({path: z.string(), tier: z.enum(TIERS), size: z.number(), sha256: z.string()}),
  ),
});

function fileOf(folder: StudyFolder): string {
  return join(folder.root, 'restored.ndjson');
}

/** Outputs taken back from the cache, oldest first; a line that can't be read is passed over. */
export async function readRestored(folder: StudyFolder): Promise<readonly RestoredOutputs[]> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const decoded = line === '' ? null : Restored.safeParse(parseJson(line));
    return decoded?.success === true ? [decoded.data] : [];
  });
}

/** Remembers that outputs were taken back from the cache. */
export async function noteRestored(folder: StudyFolder, restored: RestoredOutputs): Promise<void> {
  await appendFile(fileOf(folder), `${JSON.stringify(restored)}\n`, {mode: 0o600});
}
