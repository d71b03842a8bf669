import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {action, bareRuns, secondsOfRun, withStudy, writeActions} from './benchStudy';
import {median, type Measurement} from './measurement';

const ROUNDS = 5;

/** What code that does not change costs each action. */
export async function bench(): Promise<readonly Measurement[]> {
  return [...(await codeFiles(1000, 200, 0.2)), ...(await codeFiles(20, 10_000_000, 0.8))];
}

/** A chain of three actions over code that does not change: seconds an action above the floor. */
async function codeFiles(
  count: number,
  bytes: number,
  limit: number,
): Promise<readonly Measurement[]> {
  return withStudy(
    async (dir) => {
      for (let file = 0; file < count; file += 1)
        await writeFile(join(dir, 'analysis', `code_${file}.txt`), Buffer.alloc(bytes, file));
      const copy = (from: string, to: string, needs: readonly string[]) =>
        action(to, `cp ${from} ${to}.csv`, `${to}.csv`, needs);
      await writeActions(dir, [
        copy('analysis/code_0.txt', 'first', []),
        copy('first.csv', 'second', ['first']),
        copy('second.csv', 'third', ['second']),
      ]);
    },
    async (study) => {
      await secondsOfRun(study);
      const above: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const floor = await bareRuns(3, 1);
        above.push(((await secondsOfRun(study)) - floor) / 3);
      }
      return [
        {
          name: `an action above bare docker run, with ${count} code files of ${bytes} bytes`,
          measured: median(above),
          limit,
          unit: 's',
        },
      ];
    },
  );
}
