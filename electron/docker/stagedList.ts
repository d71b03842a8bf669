import type {Container} from 'dockerode';
import {z} from 'zod';
import type {Staging} from '../engine/executor';
import {readArchive} from './readArchive';

/** A file or link put into a workspace before the start. */
const stagedFile = z.object({path: z.string(), size: z.number(), mtimeMs: z.number()});
export type StagedFile = z.infer<typeof stagedFile>;

/**
 * Beside the workspace, a container keeps the list of what was put into it: after a restart of ours it tells what the
 * command wrote from what it was given.
 */
export const STAGED_LIST = '.study-desk-staged.json';

export function stagedFiles({code, inputs}: Staging): readonly StagedFile[] {
  return [...code, ...inputs]
    .filter(({kind}) => kind !== 'directory')
    .map(({path, size, mtimeMs}) => ({path, size, mtimeMs}));
}

/** Reads the list back from a container. */
export async function readStagedList(container: Container): Promise<readonly StagedFile[]> {
  let text = '';
  await readArchive(container, `/${STAGED_LIST}`, async (_name, _header, content) => {
    for await (const chunk of content) text += String(chunk);
  });
  return z.array(stagedFile).parse(JSON.parse(text));
}
