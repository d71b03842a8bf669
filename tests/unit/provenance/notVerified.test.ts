import {
  appendFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {
  createProvenance,
  type ProvenanceStore,
} from '../../../electron/provenance/createProvenance';
import {readRestored} from '../../../electron/provenance/successLedger';
import {SmallStudy} from './smallStudy';

const GEN = {name: 'gen', script: 'analysis/gen.R'};
const USE = {name: 'use', needs: ['gen'], script: 'analysis/use.R'};
const OTHER = {name: 'other', script: 'analysis/other.R'};
const LEDGER = 'metadata/study-desk/provenance/successes.jsonl';

let study: SmallStudy;
let store: ProvenanceStore;

beforeEach(async () => {
  study = new SmallStudy([GEN, USE, OTHER]);
  store = createProvenance(study.dir);
  for (const name of ['gen', 'use', 'other']) study.write(`analysis/${name}.R`, 'x\n');
  await study.succeed(store, 'gen', {'output/gen.csv': '1'}, ['analysis/gen.R']);
  await study.succeed(store, 'use', {'output/use.csv': '2'}, ['analysis/use.R']);
  await study.succeed(store, 'other', {'output/other.csv': '3'}, ['analysis/other.R']);
});

afterEach(async () => {
  await store.close();
  rmSync(study.dir, {recursive: true});
});

const inStudy = (path: string): string => join(study.dir, path);

/** A link to itself: a file that nobody can read, whoever asks. */
function makeUnreadable(path: string): void {
  rmSync(inStudy(path), {recursive: true});
  symlinkSync(inStudy(path), inStudy(path));
}

async function checkAnew(): Promise<Record<string, string | readonly string[]>> {
  const fresh = createProvenance(study.dir);
  const found = await study.check(fresh);
  await fresh.close();
  return found;
}

describe('a success without a record of that very job', () => {
  const noRecord = `not verified: \`${LEDGER}\` has no record of what its outputs were made from`;

  it('is not verified where the ledger is gone or empty, though nothing was edited', async () => {
    rmSync(inStudy(LEDGER));
    expect(await study.check(store)).toEqual({
      gen: noRecord,
      use: `${noRecord}, \`gen\` is not verified`,
      other: noRecord,
    });
    writeFileSync(inStudy(LEDGER), '');
    expect(await checkAnew()).toMatchObject({gen: noRecord, other: noRecord});
  });

  it('is not verified where only its own line is damaged, and the rest is as it was', async () => {
    const lines = readFileSync(inStudy(LEDGER), 'utf8').split('\n');
    writeFileSync(inStudy(LEDGER), [lines[0], lines[1], 'damaged', ''].join('\n'));
    expect(await study.check(store)).toEqual({
      gen: 'up to date',
      use: 'up to date',
      other: `${noRecord}, and 1 line of it can't be read`,
    });
  });

  it('is not verified where the ledger cannot be read, and says so', async () => {
    makeUnreadable(LEDGER);
    const found = await study.check(store);
    expect(found['gen']).toContain(`not verified: \`${LEDGER}\`, which says what its outputs`);
    expect(found['other']).toContain("can't be read.");
  });

  it('is not verified by the record of an earlier job', async () => {
    study.successes.set('other', {
      ranBy: 'study-desk',
      jobId: 'later',
      completedAt: new Date(Date.now() + 1000).toISOString(),
      notRecorded: null,
    });
    expect(await study.check(store)).toMatchObject({gen: 'up to date', other: noRecord});
  });

  it('says why nothing was noted where that is known', async () => {
    study.successes.set('other', {
      ranBy: 'study-desk',
      jobId: 'later',
      completedAt: new Date(Date.now() + 1000).toISOString(),
      notRecorded: 'The disk is full',
    });
    expect(await study.check(store)).toMatchObject({other: 'not verified: The disk is full'});
  });

  it('goes by the record of a later job than the one it was told of', async () => {
    study.successes.set('other', {
      ranBy: 'study-desk',
      jobId: 'earlier',
      completedAt: '2026-01-01T00:00:00.000Z',
      notRecorded: null,
    });
    expect(await study.check(store)).toMatchObject({other: 'up to date'});
  });

  it('cannot be marked, as later changes could not be told', async () => {
    rmSync(inStudy(LEDGER));
    const marked = await store.mark(study.now, 'gen', 'why', 'now');
    expect(marked.ok ? '' : marked.error.why).toContain('There is no record');
  });

  it('is told apart from what only builds on it', async () => {
    rmSync(inStudy(LEDGER));
    await study.succeed(store, 'use', {'output/use.csv': '2'}, ['analysis/use.R']);
    expect(await study.check(store)).toMatchObject({
      gen: noRecord,
      use: 'not verified: `gen` is not verified',
    });
    study.write('analysis/use.R', 'changed');
    expect(await study.check(store)).toMatchObject({
      use: ['`analysis/use.R` changed (line 1)', '`gen` is not verified'],
    });
  });

  it('does not cost the next success its own record', async () => {
    appendFileSync(inStudy(LEDGER), '{"format":1,"act');
    await study.succeed(store, 'other', {'output/other.csv': '3'}, ['analysis/other.R']);
    expect(await checkAnew()).toMatchObject({gen: 'up to date', other: 'up to date'});
  });
});

describe('what cannot be read', () => {
  it('is named with its action, and the other actions are checked all the same', async () => {
    makeUnreadable('analysis/gen.R');
    makeUnreadable('output/other.csv');
    const found = await study.check(store);
    expect(found['gen']).toContain("not verified: `analysis/gen.R` can't be read.");
    expect(found['use']).toBe('not verified: `gen` is not verified');
    expect(found['other']).toContain("not verified: `output/other.csv` can't be read.");
    makeUnreadable('output/gen.csv');
    expect((await study.check(store))['use']).toContain("`output/gen.csv` can't be read.");
  });

  it('is named where it is a list of files, damaged or gone', async () => {
    const folder = inStudy('metadata/study-desk/provenance/manifests');
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'utf8');
      // a list that says something else than it did is as good as none
      writeFileSync(join(folder, name), '{"analysis/none.R":null}');
      const damaged = Object.values(await checkAnew())
        .flat()
        .join();
      expect(damaged).toContain(
        `not verified: \`metadata/study-desk/provenance/manifests/${name}\``,
      );
      rmSync(join(folder, name));
      expect(
        Object.values(await checkAnew())
          .flat()
          .join(),
      ).toContain(name);
      writeFileSync(join(folder, name), text);
    }
    expect(await checkAnew()).toMatchObject({gen: 'up to date', use: 'up to date'});
  });
});

it('keeps every success that was put back, and of the others the latest of each action', async () => {
  const earlier = await store.earlierSuccesses(study.now, new Set());
  expect(earlier.ok).toBe(true);
  const [first] = readFileSync(inStudy(LEDGER), 'utf8').split('\n');
  const old: unknown = JSON.parse(first ?? '');
  const restored = JSON.stringify({...(old as object), restoredAt: '2026-05-01T00:00:00.000Z'});
  writeFileSync(inStudy(LEDGER), `${restored}\n${`${first}\n`.repeat(2100)}`);
  await study.succeed(store, 'other', {'output/other.csv': '3'}, ['analysis/other.R']);
  expect(readFileSync(inStudy(LEDGER), 'utf8').trim().split('\n')).toHaveLength(1 + 10 + 1);
  expect(readRestored(study.dir)).toHaveLength(1);
});
