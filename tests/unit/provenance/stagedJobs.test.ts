import {existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {createProvenance} from '../../../electron/provenance/createProvenance';
import {SmallStudy} from './smallStudy';

it('of several runs that were cut off the first to end forgets nothing of the others', async () => {
  const study = new SmallStudy([{name: 'gen', script: 'analysis/gen.R'}]);
  study.write('analysis/gen.R', 'a <- 1\n');
  const store = createProvenance(study.dir);
  try {
    await study.succeed(store, 'gen', {});
    const jobs = study.jobIds();
    const former = createProvenance(study.dir);
    // of several runs that were cut off the first to end forgets nothing of the others
    await study.succeed(
      {
        ...store,
        noteStaged: async (staged) => {
          const noted = await former.noteStaged(staged);
          await former.forgetStaged(jobs);
          return noted;
        },
      },
      'gen',
      {},
    );
    await former.close();
    expect(await study.check(store)).toMatchObject({gen: 'up to date'});
    await store.forgetStaged(study.jobIds());
    expect(existsSync(join(study.dir, 'metadata/study-desk/provenance/staged'))).toBe(false);
  } finally {
    await store.close();
    rmSync(study.dir, {recursive: true});
  }
});
