import {describe, expect, it} from 'vitest';
import {everyNth, testSeed} from '../../gateShare';
import {expectSwapsHarmless} from './folderSwapper';

const SEED = testSeed(20_261_202);

describe.skipIf(process.platform !== 'linux')(
  `a folder that is swapped for a link to elsewhere while a study runs (Linux only; seed ${SEED})`,
  () => {
    it.each(everyNth(['output', 'metadata/study-desk/cache', 'metadata'], 3))(
      'harms nothing there: %s',
      async (folder) => {
        const swaps = await expectSwapsHarmless(folder, SEED, [['run', 'run_all', '-f']]);
        expect(swaps).toBeGreaterThan(20);
      },
    );
  },
);
