import {appendFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Study} from '../../electron/core/study';
import {createFakeEngine} from '../fakeEngine';
import {requestFor, runToEnd, USUAL} from '../integration/runs/runToEnd';
import {withStudy} from './benchStudy';
import {writeLargeStudy} from './largeStudy';
import {median, secondsOf, sized, type Measurement} from './measurement';

const ROUNDS = sized(5, 1);

/** What working a request out takes on the largest study, warm: before anything ran, and with everything there. */
export async function bench(): Promise<readonly Measurement[]> {
  const files = new Map<string, Readonly<Record<string, string>>>();
  const docker = createFakeEngine((spec) => ({files: files.get(spec.action) ?? {}}));
  return withStudy(
    writeLargeStudy,
    async (study, dir) => {
      for (const {name, outputs} of study.project.snapshot().project?.actions ?? [])
        files.set(
          name,
          Object.fromEntries(
            outputs.map(({pattern}) => [pattern.replaceAll('*', 'x'), 'count\n10\n']),
          ),
        );
      const neverRun = await prepared(study);
      const {outcome} = await runToEnd(study, {actions: ['run_all']});
      if (outcome !== 'succeeded') throw new Error('The study did not run to its end.');
      const upToDate = await prepared(study);
      await appendFile(join(dir, 'project.yaml'), '\n# changed\n');
      const again = await prepared(study);
      return [
        measurement('nothing has run', neverRun),
        measurement('all is up to date', upToDate),
        measurement('project.yaml was saved', again),
      ];
    },
    {executors: {docker}},
  );
}

function measurement(when: string, ms: number): Measurement {
  return {name: `prepareRun of 2,191 actions, ${when}`, measured: ms, limit: 250, unit: 'ms'};
}

/** Milliseconds of one preparation, the first left out. */
async function prepared(study: Study): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1)
    times.push(
      1000 *
        (await secondsOf(async () => {
          const answer = await study.plan.prepare(
            requestFor({actions: ['run_all'], includeStale: true}),
            USUAL,
          );
          if (!answer.ok) throw new Error(answer.error.message);
        })),
    );
  return median(times.slice(1));
}
