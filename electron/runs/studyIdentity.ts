import {randomUUID} from 'node:crypto';
import {lstat, realpath, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as z from 'zod';
import {metadataDir} from '../files/metadataDir';
import {readJson, readJsonIfReadable} from '../files/openFile';
import {setAside} from '../files/setAside';
import {writeFileAtomically} from '../files/writeAtomically';
import type {StudyFolder} from './studyFolder';

/** What distinguishes a study from every other one, wherever it lies. */
export const StudyIdentity = z.object({
  format: z.literal(1),
  studyId: z.string().min(1),
  /** Where it lay when this was written, links resolved. */
  path: z.string(),
});

/**
 * The id of a study, kept in its folder. A study that was moved or renamed keeps it; a copy, whose original still lies
 * where it was copied from, gets one of its own, so that the two never take each other's containers for theirs. Fails where the id
 * can't be read just now: with another one the jobs that still run would not be found.
 */
export async function identifyStudy(folder: StudyFolder): Promise<string> {
  const here = await realpath(folder.study);
  const known = StudyIdentity.safeParse(await readJsonIfReadable(folder.identity));
  if (known.success && known.data.path === here) return known.data.studyId;
  const keeps = known.success && !(await isCopy(here, known.data));
  const studyId = keeps ? known.data.studyId : randomUUID();
  if (!known.success && (await lstat(folder.identity).catch(() => null)) !== null)
    await setAside(folder.identity);
  await writeFileAtomically(folder.identity, JSON.stringify({format: 1, studyId, path: here}));
  return studyId;
}

/** Whether a study was copied to where it is: another one of its id lies where it lay before. */
async function isCopy(
  here: string,
  {studyId, path}: z.infer<typeof StudyIdentity>,
): Promise<boolean> {
  const there = StudyIdentity.safeParse(await readJson(join(metadataDir(path), 'study.json')));
  return there.success && there.data.studyId === studyId && !(await isSameFolder(here, path));
}

/**
 * Whether two paths of studies lead to one folder, as those of a disk that is mounted twice do: what is made in the one
 * is seen in the other. Also true where nothing can be made.
 */
export async function isSameFolder(one: string, other: string): Promise<boolean> {
  const name = `same-folder.${randomUUID()}.tmp`;
  const made = join(metadataDir(one), name);
  try {
    await writeFile(made, '', {flag: 'wx', mode: 0o600});
  } catch {
    return true;
  }
  try {
    return (await lstat(join(metadataDir(other), name)).catch(() => null)) !== null;
  } finally {
    await rm(made, {force: true});
  }
}
