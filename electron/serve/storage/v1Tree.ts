import {randomBytes} from 'node:crypto';
import {chmod, link, mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Job} from '../../../shared/job';
import type {Action} from '../../../shared/project';
import {systemErrorCode} from '../../files/fileSystemError';
import {copyRegularFile} from '../../files/openFile';
import {matchesPattern} from '../../study/outputPattern';
import type {ServeConfig} from '../config';
import {HIGH_FOLDER, makeMediumFolder, MEDIUM_FILE, MEDIUM_FOLDER, workspaceFolder} from './places';

/**
 * Lays the outputs of a job out as users of protocol v1 look for them: `<root>/<volume>/<action>/<output>/<path>`, the root by
 * the level of the output; minimally sensitive ones stay in HIGH. In HIGH they are second names of the same files. Each action's
 * folder is put in its place as a whole.
 */
export async function layOutForV1(
  {high, medium}: Pick<ServeConfig, 'high' | 'medium'>,
  volume: string,
  action: Action,
  {outputs, excluded}: Pick<Job, 'outputs' | 'excluded'>,
): Promise<void> {
  const source = workspaceFolder(high, volume);
  const keptBack = new Set(excluded.map(({path}) => path));
  const inHigh = outputs.filter(({tier}) => tier !== 'moderately_sensitive');
  const inMedium = outputs.filter(
    ({path, tier}) => tier === 'moderately_sensitive' && !keptBack.has(path),
  );
  await mkdir(join(high, volume), {recursive: true, mode: HIGH_FOLDER});
  await replaceFolder(join(high, volume), action.name, HIGH_FOLDER, async (fresh) => {
    for (const {path, tier} of [
      ...inHigh,
      ...outputs.filter(({path: each}) => keptBack.has(each)),
    ]) {
      const target = join(fresh, labelOf(action, tier, path), ...path.split('/'));
      await mkdir(dirname(target), {recursive: true, mode: HIGH_FOLDER});
      await link(join(source, ...path.split('/')), target);
    }
  });
  await makeMediumFolder(medium, [volume]);
  await replaceFolder(join(medium, volume), action.name, MEDIUM_FOLDER, async (fresh) => {
    for (const {path, tier} of inMedium) {
      const parts = [labelOf(action, tier, path), ...path.split('/')];
      await makeMediumFolder(fresh, parts.slice(0, -1));
      const target = join(fresh, ...parts);
      await copyRegularFile(join(source, ...path.split('/')), target);
      await chmod(target, MEDIUM_FILE);
    }
  });
}

/** The last pattern of a tier that matches a file gives its name, as it gives its tier. */
function labelOf({outputs}: Action, tier: string, path: string): string {
  const found = outputs.filter((each) => each.tier === tier && matchesPattern(each.pattern, path));
  return found.at(-1)?.label ?? 'output';
}

/** Puts a filled folder in the place of an action's former one. */
async function replaceFolder(
  parent: string,
  action: string,
  mode: number,
  fill: (fresh: string) => Promise<void>,
): Promise<void> {
  const mark = randomBytes(8).toString('hex');
  const fresh = join(parent, `.${mark}.new`);
  const old = join(parent, `.${mark}.old`);
  const target = join(parent, action);
  await mkdir(fresh, {mode: HIGH_FOLDER});
  try {
    await fill(fresh);
    await chmod(fresh, mode);
    await rename(target, old).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
    await rename(fresh, target);
  } finally {
    await rm(fresh, {recursive: true, force: true});
    await rm(old, {recursive: true, force: true});
  }
}
