import {describe, expect, it} from 'vitest';
import {createDiskFaults} from '../integration/disk/diskFaults';
import {noFaultyDisk} from '../integration/disk/faultyDisk';
import {testSeed} from '../gateShare';
import {seeded} from '../integration/runs/killPoints';

const POINTS = 60;
const SEED = testSeed();
const reason = noFaultyDisk();

describe.skipIf(reason !== null)(`a disk that fails (${reason ?? 'a real one'})`, () => {
  it(`costs no output and makes nothing surer than it is, at ${POINTS} points of a run`, async () => {
    const random = seeded(SEED);
    const disk = await createDiskFaults();
    const ended = {well: 0, failed: 0};
    const faults: string[] = [];
    try {
      for (let point = 0; point < POINTS; point += 1) {
        const seconds = random() * disk.seconds;
        const failing = point % 2 === 0 ? 'writes' : 'everything';
        try {
          const {code} = await disk.failAfter(seconds, failing);
          ended[code === 0 ? 'well' : 'failed'] += 1;
        } catch (error) {
          faults.push(`${failing} after ${seconds.toFixed(3)} s: ${String(error)}`);
        }
      }
    } finally {
      await disk.remove();
      console.log(
        `Failing disks, seed ${SEED}: ${POINTS} tried, ${POINTS - faults.length} held`,
        ended,
      );
    }
    expect(faults).toEqual([]);
  });
});
