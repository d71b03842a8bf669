import {afterAll, beforeAll, expect, it} from 'vitest';
import {createKillBench, seeded, type KillBench} from '../integration/runs/killPoints';

const POINTS = 100;
/** Another one each time; one that found something is given by the variable to be tried again. */
const SEED = Number(process.env['STUDY_DESK_TEST_SEED'] ?? Date.now() % 1_000_000_000);

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
  console.log(`STUDY_DESK_TEST_SEED=${SEED}`);
  const random = seeded(SEED);
  for (let point = 0; point < POINTS; point += 1) {
    const record = await bench.killAfter(random() * bench.seconds);
    expect(record.jobs).toHaveLength(4);
    for (const {statusCode} of record.jobs)
      states.set(statusCode, (states.get(statusCode) ?? 0) + 1);
  }
});
