import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {action, bareRuns, secondsOfRun, withStudy, writeActions} from './benchStudy';
import {isSmall, median, type Measurement} from './measurement';

/** Runs of actions that do nothing, everything of a real job included: record, log, inspect, sync, removal. */
export async function bench(): Promise<readonly Measurement[]> {
  if (isSmall) return noOpActions(4, 1, 0.9);
  return [...(await noOpActions(40, 5, 0.9)), ...(await noOpActions(200, 1, 1))];
}

/** Independent actions that write one output each, against bare runs of the same image. */
async function noOpActions(
  count: number,
  rounds: number,
  limit: number,
): Promise<readonly Measurement[]> {
  return withStudy(
    async (dir) => {
      await writeFile(join(dir, 'analysis/row.csv'), 'count\n10\n');
      await writeActions(
        dir,
        Array.from({length: count}, (_, index) =>
          action(
            `write_${index}`,
            `cp analysis/row.csv output_${index}.csv`,
            `output_${index}.csv`,
            [],
          ),
        ),
      );
    },
    async (study) => {
      const ours: number[] = [];
      const bare: number[] = [];
      // in turn, so that what else the machine does falls on both
      for (let round = 0; round <= rounds; round += 1) {
        const floor = await bareRuns(count, 2);
        const run = await secondsOfRun(study);
        if (round === 0 && rounds > 1) continue;
        bare.push(floor);
        ours.push(run);
      }
      return [
        {
          name: `${count} no-op actions against bare docker run, in one process`,
          measured: median(ours) / median(bare),
          limit,
          goal: 0.75,
          unit: 'times',
        },
      ];
    },
  );
}
