import {afterAll, beforeAll, expect, it} from 'vitest';
import {everyNth} from '../../gateShare';
import {createFaultBench, FAULT_KINDS, type FaultBench} from './faultPoints';
import {seeded} from './killPoints';

/** A write for one kind of fault of four, the same in every test run; tests/long/faultedRun.test.ts tries many more. */
const SEED = 20261201;

let bench: FaultBench;

beforeAll(async () => {
  bench = await createFaultBench();
});

afterAll(() => bench.close());

const random = seeded(SEED);

it.each(everyNth(FAULT_KINDS, 4))(
  'the command that met a fault at a write (%s) does its work at the next try',
  async (kind) => {
    expect(await bench.tryFault(kind, random)).toBe(true);
  },
);
