import {afterAll, beforeAll, expect, it} from 'vitest';
import {testSeed} from '../gateShare';
import {createKillBench, seeded, type KillBench} from '../integration/runs/killPoints';

const POINTS = 100;
/** Another one each time; one that found something is given by the variable to be tried again. */
const SEED = testSeed();

let bench: KillBench;
const states = new Map<string, number>();

beforeAll(async () => {
  bench = await createKillBench();
});

afterAll(async () => {
  await bench.close();
  console.log(`Jobs after ${POINTS} kills:`, Object.fromEntries(states));
});

it(`brings a killed run to its end, at ${POINTS} random points`, async () => {
  const random = seeded(SEED);
  for (let point = 0; point < POINTS; point += 1) {
    const record = await bench.killAfter(random() * bench.seconds);
    expect(record.jobs).toHaveLength(4);
    for (const {statusCode} of record.jobs)
      states.set(statusCode, (states.get(statusCode) ?? 0) + 1);
  }
});
