import {describe, expect, it} from 'vitest';
import {expectSwapsHarmless, SWAPPED} from '../integration/runs/folderSwapper';
import {testSeed} from '../gateShare';
import {seeded} from '../integration/runs/killPoints';

const ROUNDS = 3;
const SEED = testSeed();

describe.skipIf(process.platform !== 'linux')('swapped folders (Linux only)', () => {
  it('harm nothing outside the study, whatever is done to it meanwhile', async () => {
    const random = seeded(SEED);
    const faults: string[] = [];
    let [tried, swaps] = [0, 0];
    for (const folder of SWAPPED)
      for (let round = 0; round < ROUNDS; round += 1) {
        tried += 1;
        try {
          swaps += await expectSwapsHarmless(folder, Math.floor(random() * 2 ** 31));
        } catch (error) {
          faults.push(`${folder}: ${String(error)}`);
        }
      }
    console.log(
      `Swapped folders, seed ${SEED}: ${tried} tried with ${swaps} swaps, ${tried - faults.length} held`,
    );
    expect(faults).toEqual([]);
  });
});
