import {afterAll, beforeAll, expect, it} from 'vitest';
import {testSeed} from '../gateShare';
import {createFaultBench, FAULT_KINDS, type FaultBench} from '../integration/runs/faultPoints';
import {seeded} from '../integration/runs/killPoints';

/** Faults tried, half of them kills: with those of killedApp.test.ts 300 kills. */
const POINTS = Number(process.env['STUDY_DESK_TEST_POINTS'] ?? 400);
/** Another one each time; one that found something is given by the variable to be tried again. */
const SEED = testSeed();

let bench: FaultBench;

beforeAll(async () => {
  bench = await createFaultBench();
});

afterAll(() => bench.close());

it(`comes through ${POINTS} faults at writes of a run`, async () => {
  const random = seeded(SEED);
  const figures = new Map(FAULT_KINDS.map((kind) => [kind, {tried: 0, met: 0, held: 0}]));
  const faults: string[] = [];
  for (let point = 0; point < POINTS; point += 1) {
    const kind = FAULT_KINDS[point % FAULT_KINDS.length] ?? 'kill';
    const figure = figures.get(kind) ?? {tried: 0, met: 0, held: 0};
    figure.tried += 1;
    try {
      if (await bench.tryFault(kind, random)) figure.met += 1;
      figure.held += 1;
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
      console.log(`Fault ${point}: ${faults.at(-1)}`);
    }
  }
  console.log(`Faults at the writes of a run, seed ${SEED}:`, Object.fromEntries(figures));
  expect(faults).toEqual([]);
});
