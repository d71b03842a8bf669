import {afterAll, beforeAll, expect, it} from 'vitest';
import {createKillBench, seeded, type KillBench} from './killPoints';

/** Two kill points, the same in every test run; tests/long/killedApp.test.ts has a hundred. */
const SEED = 20260401;

let bench: KillBench;

beforeAll(async () => {
  bench = await createKillBench();
});

afterAll(() => bench.close());

const random = seeded(SEED);

it.each(Array.from({length: 2}, (_, index) => [index + 1, random()] as const))(
  'brings a killed run to its end: kill point %i, at %f of its length',
  async (_index, share) => {
    const record = await bench.killAfter(share * bench.seconds);
    expect(record.jobs).toHaveLength(4);
  },
);
