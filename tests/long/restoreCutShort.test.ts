import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {testSeed} from '../gateShare';
import {seeded} from '../integration/runs/killPoints';
import {
  createRestoreBench,
  type Outcome,
  type RestoreBench,
} from '../integration/runs/restorePoints';

/** Of restores in the study, and again of restores on another disk. */
const KILLS = 100;
const SEED = testSeed();

describe.each([
  ['in the study', false],
  ['on another disk', true],
] as const)('a restore of outputs %s', (where, linked) => {
  let bench: RestoreBench;

  beforeAll(async () => {
    bench = await createRestoreBench({linked});
  });

  afterAll(() => bench.close());

  const sweep = async (
    what: string,
    points: readonly number[],
    trial: (point: number) => Promise<Outcome>,
  ): Promise<void> => {
    const held = {old: 0, new: 0};
    const faults: string[] = [];
    for (const point of points)
      try {
        held[await trial(point)] += 1;
      } catch (error) {
        faults.push(`at ${point}: ${error instanceof Error ? error.message : String(error)}`);
      }
    console.log(
      `Restores ${where}, ${what}: ${points.length} tried, ${held.old + held.new} held (${held.old} old, ${held.new} new).`,
    );
    expect(faults).toEqual([]);
  };

  it(`leaves all old or all new where it is killed, at ${KILLS} of its calls`, async () => {
    const random = seeded(SEED);
    const calls = Array.from({length: bench.calls}, (_, index) => ({
      call: index + 1,
      at: random(),
    }));
    const points = calls.sort((one, other) => one.at - other.at).map(({call}) => call);
    const chosen = points.slice(0, KILLS);
    // one with fewer calls is killed at some of them again: what else is under way then differs
    while (chosen.length < KILLS) chosen.push(1 + Math.floor(random() * bench.calls));
    await sweep(`killed (seed ${SEED}, ${bench.calls} calls)`, chosen, (point) =>
      bench.killAt(point),
    );
  });

  it('leaves all old or all new on a full disk, whichever write it is that finds it full', async () => {
    const points = Array.from({length: 120}, (_, index) => index * 4);
    await sweep('4 KB more on a full disk each time', points, (point) => bench.withFreeKb(point));
  });
});
