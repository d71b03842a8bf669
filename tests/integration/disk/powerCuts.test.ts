import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {longTest} from '../../gateShare';
import {noFaultyDisk} from './faultyDisk';
import {createPowerCuts, type PowerCuts} from './powerCuts';

const reason = noFaultyDisk();

describe.skipIf(reason !== null)(`the power goes (${reason ?? 'on a disk that forgets'})`, () => {
  let cuts: PowerCuts;

  beforeAll(async () => {
    cuts = await createPowerCuts();
  });

  afterAll(() => cuts.remove());

  longTest(
    'leaves each success that was printed, with nothing of what was not flushed by then',
    async () => {
      expect(cuts.told.size).toBe(4);
      for (const position of cuts.told.values()) await cuts.cutAt(position, () => 0, false);
    },
  );

  it('in the middle of a run leaves nothing half written that is called up to date', async () => {
    const [position] = cuts.told.values();
    expect(position).toBeLessThan(cuts.steps);
    await cuts.cutAt(Math.floor((position ?? 0) / 2), () => 0.5, true);
  });
});
