import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {copyRegularFile, isThere} from '../files/openFile';
import {provenanceFolder, readSuccesses, SuccessLedger} from './successLedger';

/**
 * Gives the checkout of a commit what is known of successes in other folders of the same study, so that outputs which were made
 * from exactly what the commit holds can be had from the cache. Does nothing where the checkout has a ledger already.
 */
export async function seedLedger(target: string, sources: readonly string[]): Promise<void> {
  const folder = provenanceFolder(target);
  if (await isThere(join(folder, 'successes.jsonl'))) return;
  const manifests = join(folder, 'manifests');
  await mkdir(manifests, {recursive: true, mode: 0o700});
  for (const source of sources) await copyMissing(manifestsOf(source), manifests);
  // of a success that was restored since, only that it was one counts here
  const known = sources
    .flatMap(readSuccesses)
    .map((record) => ({...record, restoredAt: null}))
    .sort((one, other) => one.completedAt.localeCompare(other.completedAt));
  const byJob = new Map(known.map((record) => [record.jobId, record]));
  await new SuccessLedger(folder).add([...byJob.values()]);
}

function manifestsOf(study: string): string {
  return join(provenanceFolder(study), 'manifests');
}

/** Lists of files are named by their content, so that one that is there is the same. */
async function copyMissing(from: string, to: string): Promise<void> {
  for (const name of await readdir(from).catch((): string[] => []))
    if (/^[0-9a-f]{64}\.json$/.test(name) && !(await isThere(join(to, name))))
      await copyRegularFile(join(from, name), join(to, name));
}
