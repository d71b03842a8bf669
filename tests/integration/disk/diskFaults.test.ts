import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {longTest} from '../../gateShare';
import {runCli} from '../../cli/runCli';
import {createDiskFaults, type DiskFaults} from './diskFaults';
import {noFaultyDisk} from './faultyDisk';

const reason = noFaultyDisk();

describe.skipIf(reason !== null)(`a disk in trouble (${reason ?? 'a real one'})`, () => {
  let disk: DiskFaults;

  beforeAll(async () => {
    disk = await createDiskFaults();
  });

  afterAll(() => disk.remove());

  longTest(
    'that is slow, and for two seconds answers nothing, only makes a run longer',
    async () => {
      const end = await disk.runWhile(async (saw) => {
        await disk.order({delayMs: 10});
        await saw('"statusCode":"executing"');
        await disk.order({delayMs: 2000});
        await delay(1000);
        await disk.order({delayMs: 10});
      });
      await disk.order({delayMs: 0});
      expect(end.code, `${end.stdout}${end.stderr}`).toBe(0);
    },
  );

  it('that takes nothing any more ends the run, is named by the doctor, and costs no earlier output', async () => {
    const end = await disk.runWhile(async (saw) => {
      await saw('"statusCode":"executing"');
      await disk.order({failing: 'writes'});
    });
    expect(end.code).toBe(1);
    expect(end.stdout).toContain('"succeeded":false');
    const doctor = await runCli(['doctor', '--project-dir', disk.dir]);
    expect(doctor.stdout).toContain('The disk that holds the study takes nothing any more');
    expect(doctor.code).not.toBe(0);
    await disk.mend();
  });

  longTest('that is gone altogether is the end of the run too', async () => {
    expect((await disk.failAfter(disk.seconds / 2, 'everything')).code).not.toBe(0);
  });
});
