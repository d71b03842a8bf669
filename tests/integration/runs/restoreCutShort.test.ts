import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {everyNth} from '../../gateShare';
import {createRestoreBench, type RestoreBench} from './restorePoints';

/** Points spread over a whole, the same in every test run. */
const spread = (count: number): readonly number[] =>
  Array.from({length: count}, (_, index) => (index + 0.5) / count);

describe.each(
  everyNth(
    [
      // the last one is amid the swap
      ['in the study', false, [...spread(3), 0.8]],
      ['on another disk', true, spread(2)],
    ] as const,
    2,
  ),
)('a restore of outputs %s', (_where, linked, shares) => {
  let bench: RestoreBench;

  beforeAll(async () => {
    bench = await createRestoreBench({linked});
  });

  afterAll(() => bench.close());

  it.each(shares)(
    'leaves all old or all new where it is killed at %f of its calls',
    async (share) => {
      expect(['old', 'new']).toContain(await bench.killAt(1 + Math.floor(share * bench.calls)));
    },
  );

  it('leaves all old where the disk is full, and puts back what fits', async () => {
    expect(await bench.withFreeKb(200)).toBe('old');
    expect(await bench.withFreeKb(2000)).toBe('new');
  });
});
