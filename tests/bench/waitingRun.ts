import {runToEnd} from '../integration/runs/runToEnd';
import {action, withStudy, writeActions} from './benchStudy';
import {sized, type Measurement} from './measurement';

/** How long a job that waits is measured. */
const seconds = sized(5, 0.5);

/** What waiting for a job costs. */
export async function bench(): Promise<readonly Measurement[]> {
  return [...(await waitingRun())];
}

/** Processor time of this process while a job sleeps, as a share of the time. */
async function waitingRun(): Promise<readonly Measurement[]> {
  return withStudy(
    async (dir) => {
      await writeActions(dir, [
        action('wait', `sh -c "sleep ${seconds + 3}; echo 1 > wait.csv"`, 'wait.csv', []),
      ]);
    },
    async (study) => {
      let before: NodeJS.CpuUsage | null = null;
      let share = Number.NaN;
      await runToEnd(study, {actions: ['wait']}, {}, (event) => {
        if (event.event !== 'job' || event.job.statusCode !== 'executing') return;
        setTimeout(() => {
          before = process.cpuUsage();
        }, 1000);
        setTimeout(
          () => {
            const used = process.cpuUsage(before ?? undefined);
            share = (used.user + used.system) / (seconds * 1e6);
          },
          1000 + seconds * 1000,
        );
      });
      return [
        {name: 'processor time of a waiting run', measured: share * 100, limit: 1, unit: '%'},
      ];
    },
  );
}
