import {describe, expect, it} from 'vitest';
import {noFaultyDisk} from '../integration/disk/faultyDisk';
import {createPowerCuts} from '../integration/disk/powerCuts';
import {testSeed} from '../gateShare';
import {seeded} from '../integration/runs/killPoints';

const POINTS = 100;
const SEED = testSeed();

describe('power cuts', () => {
  const reason = noFaultyDisk();
  it(`leave what was printed as done, and nothing half written, at ${POINTS} points`, async (context) => {
    if (reason !== null) return context.skip(reason);
    const random = seeded(SEED);
    const cuts = await createPowerCuts();
    let held = 0;
    const faults: string[] = [];
    try {
      // at the very step at which a success was printed, and anywhere
      const points = [...cuts.told.values()];
      while (points.length < POINTS) points.push(Math.floor(random() * (cuts.steps + 1)));
      for (const [index, point] of points.entries()) {
        try {
          await cuts.cutAt(point, random, index % 10 === 0);
          held += 1;
        } catch (error) {
          faults.push(`at ${point}: ${String(error)}`);
        }
      }
    } finally {
      console.log(
        `Power cuts, seed ${SEED}: ${POINTS} tried, ${held} held, of ${cuts.steps} steps`,
      );
      await cuts.remove();
    }
    expect(faults).toEqual([]);
  });
});
