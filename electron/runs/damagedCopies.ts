import {createHash} from 'node:crypto';
import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {readRegularFile} from '../files/openFile';
import {isWholeLog} from '../logs/logPieces';
import {areWholeDefinitions} from './runDefinitions';
import {readRuns} from './runStore';
import {inStudy, whyOf, type Damage} from './studyDamage';
import type {StudyFolder} from './studyFolder';

/**
 * Damage in what is kept by the piece: lists and texts of code, logs of attempts and how jobs were carried out. Whoever
 * needs a piece notices that it is damaged; all of them are read only where they are asked for, as by `doctor`. What is
 * left out: outputs in the cache, which are checked when they are put back, and runs under way.
 */
export async function readDamagedCopies(folder: StudyFolder): Promise<readonly Damage[]> {
  const provenance = join(folder.root, 'provenance');
  const found: Damage[] = [];
  const note = (path: string, message: string, remedy: Damage['remedy']) => {
    found.push({path, message, hidesRuns: false, remedy});
  };
  const look = async (
    path: string,
    lost: string,
    isWhole: (file: string) => Promise<boolean>,
    remedy: Damage['remedy'] = 'put-aside',
  ) => {
    const file = join(folder.root, path);
    const name = inStudy(folder, file);
    try {
      if (!(await lstat(file)).isFile())
        note(name, `\`${name}\` is not a file, so ${lost}.`, 'put-aside');
      else if (!(await isWhole(file))) note(name, `\`${name}\` is damaged, so ${lost}.`, remedy);
    } catch (error) {
      note(name, `\`${name}\` can't be read, so ${lost}. ${whyOf(error)}`, 'user');
    }
  };
  for (const [kind, lost] of [
    ['manifests', 'what some outputs were made from is not known'],
    ['texts', 'what changed in a file since cannot be shown'],
  ] as const)
    for (const name of await namesIn(join(provenance, kind)))
      if (/^[0-9a-f]{64}(\.json)?$/u.test(name))
        await look(`provenance/${kind}/${name}`, lost, (file) => isNamedByContent(file, name));
  for (const {dir, record} of await readRuns(folder)) {
    if (record.endedAt === null) continue;
    const run = join('runs', dir.slice(folder.runs.length + 1));
    for (const name of await namesIn(dir)) {
      const path = join(run, name);
      if (name === 'definitions.json')
        await look(path, 'how its jobs were carried out is not known', areWholeDefinitions);
      if (/\.log(\.gz)?$/u.test(name))
        // what can be read of it still says something
        await look(path, 'parts of what a job printed are lost', isWholeLog, 'user');
    }
  }
  return found;
}

async function isNamedByContent(file: string, name: string): Promise<boolean> {
  const content = await readRegularFile(file);
  return createHash('sha256').update(content).digest('hex') === name.replace(/\.json$/u, '');
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
