import {open, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {runToEnd} from '../integration/runs/runToEnd';
import {action, IMAGE, withStudy, writeActions} from './benchStudy';
import {median, mustRun, secondsOf, sized, type Measurement} from './measurement';

/** Of the output. */
const BYTES = sized(2 ** 30, 2 ** 24);

/** Speed of collecting. */
export async function bench(): Promise<readonly Measurement[]> {
  return [...(await largeOutput())];
}

/** Collecting an output of 1 GB, as the time from the command's end to the job's, against `docker cp`. */
async function largeOutput(): Promise<readonly Measurement[]> {
  return withStudy(
    async (dir) => {
      await writeActions(dir, [
        action('large', `sh -c "yes 0123456789 | head -c ${BYTES} > large.csv"`, 'large.csv', []),
      ]);
    },
    async (study, dir) => {
      const shares: number[] = [];
      for (let round = 0; round < sized(3, 1); round += 1) {
        let endedAt = 0;
        let done = 0;
        await runToEnd(study, {actions: ['large']}, {}, (event) => {
          if (event.event !== 'job') return;
          if (event.job.statusCode === 'executed') endedAt = performance.now();
          if (event.job.state === 'succeeded') done = performance.now();
        });
        if ((await stat(join(dir, 'large.csv'))).size !== BYTES) throw new Error('Not collected.');
        const copied = await dockerCopy(dir);
        shares.push(copied / ((done - endedAt) / 1000));
      }
      return [
        {
          name: 'time to collect 1 GB against docker cp',
          measured: 1 / median(shares),
          limit: 1.2,
          unit: 'times',
        },
      ];
    },
  );
}

/** Seconds that `docker cp` takes for the same file, synced to disk as ours is. */
async function dockerCopy(dir: string): Promise<number> {
  const script = `yes 0123456789 | head -c ${BYTES} > /large.csv`;
  const id = (
    await mustRun('docker', ['create', '--network', 'none', IMAGE, 'sh', '-c', script])
  ).trim();
  try {
    await mustRun('docker', ['start', '--attach', id]);
    const target = join(dir, 'metadata', 'copied.csv');
    const seconds = await secondsOf(async () => {
      await mustRun('docker', ['cp', `${id}:/large.csv`, target]);
      const file = await open(target, 'r');
      await file.sync();
      await file.close();
    });
    await rm(target);
    return seconds;
  } finally {
    await mustRun('docker', ['rm', '-f', id]);
  }
}
