import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {faultsOfAll, makeStudy, OURS, PLACES, removeStudies, studyCopy} from '../cli/oddStudy';
import {ODD_KINDS, putHuge, putOdd} from '../unit/files/oddFiles';

beforeAll(makeStudy, 120_000);
afterAll(removeStudies);

describe.skipIf(process.platform === 'win32')('every command ends with a sentence where', () => {
  it.each(PLACES.flatMap(([name, path]) => ODD_KINDS.map((kind) => [name, kind, path] as const)))(
    '%s is a %s',
    async (_, kind, pathIn) => {
      const dir = studyCopy();
      putOdd(join(dir, pathIn(dir)), kind);
      expect(await faultsOfAll(dir)).toEqual([]);
    },
  );

  it.each([
    'project.yaml',
    '.gitignore',
    `${OURS}/.gitignore`,
    `${OURS}/study.json`,
    `${OURS}/provenance/successes.jsonl`,
    `${OURS}/provenance/hashes.json`,
  ])('%s is a file of 600 MB', async (path) => {
    const dir = studyCopy();
    putHuge(join(dir, path), 600 * 1024 ** 2);
    expect(await faultsOfAll(dir)).toEqual([]);
  });
});
