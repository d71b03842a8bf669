import {cp} from 'node:fs/promises';
import {join} from 'node:path';
import {createFakeExecutor} from '../integration/runs/fakeExecutor';
import {secondsOfRun, withStudy} from './benchStudy';
import {inCheckout, type Measurement} from './measurement';

/** The largest real study known: 2,191 actions. */
const LARGEST = '../shared/corpus/projects/opensafely__disparities-comparison.project.yaml';

/** What a run costs beside its containers. */
export async function bench(): Promise<readonly Measurement[]> {
  return [...(await largestStudyOnFakeEngine())];
}

/** The real graph of 2,191 actions as no-ops on an engine that takes no time: what is left is ours. */
async function largestStudyOnFakeEngine(): Promise<readonly Measurement[]> {
  const files = new Map<string, Readonly<Record<string, string>>>();
  const docker = createFakeExecutor((spec) => ({files: files.get(spec.action) ?? {}}));
  return withStudy(
    (dir) => cp(inCheckout(LARGEST), join(dir, 'project.yaml')),
    async (study) => {
      const actions = study.snapshot().project?.actions ?? [];
      for (const {name, outputs} of actions)
        files.set(
          name,
          Object.fromEntries(
            outputs.map(({pattern}) => [pattern.replaceAll('*', 'x'), 'count\n10\n']),
          ),
        );
      let peak = 0;
      const watch = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage.rss());
      }, 20);
      const seconds = await secondsOfRun(study);
      clearInterval(watch);
      return [
        {
          name: `overhead of an action, ${actions.length} actions on a fake engine`,
          measured: (seconds * 1000) / actions.length,
          limit: 2,
          unit: 'ms',
        },
        {name: 'memory of that run', measured: peak / 1e6, limit: 200, unit: 'MB'},
      ];
    },
    {executors: {docker}},
  );
}
