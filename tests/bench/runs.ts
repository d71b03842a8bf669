import {cp, mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createCore} from '../../electron/core/createCore';
import {createFakeExecutor} from '../integration/runs/fakeExecutor';
import {runToEnd} from '../integration/runs/runToEnd';
import {inCheckout, type Measurement} from './measurement';

/** The largest real study known: 2,191 actions. */
const LARGEST = '../shared/corpus/projects/opensafely__disparities-comparison.project.yaml';

/** The real graph of 2,191 actions as no-ops on an engine that takes no time: what is left is ours. */
async function largestStudyOnFakeEngine(): Promise<readonly Measurement[]> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-bench-'));
  const dir = join(root, 'study');
  await mkdir(dir);
  await cp(inCheckout(LARGEST), join(dir, 'project.yaml'));
  const files = new Map<string, Readonly<Record<string, string>>>();
  const engine = createFakeExecutor((spec) => ({files: files.get(spec.action) ?? {}}));
  const core = createCore({cacheDir: join(root, 'cache'), executors: {docker: engine}});
  try {
    const opened = await core.openStudy(dir, {watch: false});
    if (!opened.ok) throw new Error(opened.error.message);
    const study = opened.value;
    for (const action of study.snapshot().project?.actions ?? [])
      files.set(
        action.name,
        Object.fromEntries(
          action.outputs.map(({pattern}) => [pattern.replaceAll('*', 'x'), 'count\n10\n']),
        ),
      );
    let peak = 0;
    const watch = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 20);
    const startedAt = performance.now();
    const finished = await runToEnd(study, {actions: ['run_all']});
    const milliseconds = performance.now() - startedAt;
    clearInterval(watch);
    await study.close();
    if (!finished.succeeded) throw new Error('Not every job succeeded.');
    return [
      {
        name: `overhead of an action, ${finished.jobs.length} actions on a fake engine`,
        measured: milliseconds / finished.jobs.length,
        limit: 2,
        unit: 'ms',
      },
      {name: 'memory of that run', measured: peak / 1e6, limit: 200, unit: 'MB'},
    ];
  } finally {
    await core.close();
    await rm(root, {recursive: true, force: true, maxRetries: 3});
  }
}

/** Speed of runs: what Study Desk adds to the engine. */
export async function bench(): Promise<readonly Measurement[]> {
  return largestStudyOnFakeEngine();
}
