import {cp, mkdir, mkdtemp, open, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Core, Study} from '../../electron/core/core';
import {createCore} from '../../electron/core/createCore';
import {createFakeExecutor} from '../integration/runs/fakeExecutor';
import {runToEnd} from '../integration/runs/runToEnd';
import {inCheckout, median, mustRun, secondsOf, type Measurement} from './measurement';

/** The largest real study known: 2,191 actions. */
const LARGEST = '../shared/corpus/projects/opensafely__disparities-comparison.project.yaml';
const IMAGE = `${process.env.DOCKER_REGISTRY ?? 'ghcr.io/opensafely-core'}/python:v2`;
const ROUNDS = 5;

/** Speed of runs, everything of a real job included: record, log, inspect, sync, removal. */
export async function bench(): Promise<readonly Measurement[]> {
  return [
    ...(await largestStudyOnFakeEngine()),
    ...(await noOpActions(40, ROUNDS, 0.9)),
    ...(await noOpActions(200, 1, 1)),
    ...(await codeFiles(1000, 200, 0.2)),
    ...(await codeFiles(20, 10_000_000, 0.8)),
    ...(await largeOutput()),
    ...(await waitingRun()),
  ];
}

/** A study in a temporary folder, its core in this process. */
async function withStudy<T>(
  write: (dir: string) => Promise<void>,
  work: (study: Study, dir: string) => Promise<T>,
  options: Parameters<typeof createCore>[0] = {},
): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-bench-'));
  const dir = join(root, 'study');
  await mkdir(join(dir, 'analysis'), {recursive: true});
  await write(dir);
  const core: Core = createCore({cacheDir: join(root, 'cache'), ...options});
  try {
    const opened = await core.openStudy(dir, {watch: false});
    if (!opened.ok) throw new Error(opened.error.message);
    try {
      return await work(opened.value, dir);
    } finally {
      await opened.value.close();
    }
  } finally {
    await core.close();
    await rm(root, {recursive: true, force: true, maxRetries: 3});
  }
}

/** Runs everything again and answers the seconds it takes. */
async function secondsOfRun(study: Study): Promise<number> {
  return secondsOf(async () => {
    const actions = study.snapshot().project?.runAll ?? [];
    const finished = await runToEnd(study, {actions});
    if (!finished.succeeded)
      throw new Error(JSON.stringify(finished.jobs.map((job) => job.message)));
  });
}

/** The same number of bare `docker run --rm` at the same concurrency; seconds. */
async function bareRuns(count: number, concurrency: number): Promise<number> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await mustRun('docker', ['run', '--rm', '--network', 'none', IMAGE, 'touch', '/tmp/row.csv']);
    }
  };
  return secondsOf(() => Promise.all(Array.from({length: concurrency}, worker)));
}

function action(name: string, command: string, output: string, needs: readonly string[]): string {
  return `  ${name}:
    run: python:v2 ${command}
    needs: [${needs.join(', ')}]
    outputs:
      highly_sensitive:
        o: ${output}
`;
}

async function writeActions(dir: string, actions: readonly string[]): Promise<void> {
  await writeFile(join(dir, 'project.yaml'), `version: '4.0'\nactions:\n${actions.join('')}`);
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
          unit: 'times',
        },
      ];
    },
  );
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

/** Collecting an output of 1 GB, as the time from the command's end to the job's, against `docker cp`. */
async function largeOutput(): Promise<readonly Measurement[]> {
  const bytes = 2 ** 30;
  return withStudy(
    async (dir) => {
      await writeActions(dir, [
        action('large', 'sh -c "yes 0123456789 | head -c 1073741824 > large.csv"', 'large.csv', []),
      ]);
    },
    async (study, dir) => {
      const shares: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        let endedAt = 0;
        let done = 0;
        await runToEnd(study, {actions: ['large']}, {}, (event) => {
          if (event.event !== 'job') return;
          if (event.job.statusCode === 'executed') endedAt = performance.now();
          if (event.job.state === 'succeeded') done = performance.now();
        });
        if ((await stat(join(dir, 'large.csv'))).size !== bytes) throw new Error('Not collected.');
        const copied = await dockerCopy(dir);
        shares.push(copied / ((done - endedAt) / 1000));
      }
      // times are compared as speeds: 0.7 of the speed of docker cp is 1 / 0.7 of its time
      return [
        {
          name: 'time to collect 1 GB against docker cp',
          measured: 1 / median(shares),
          limit: 1 / 0.7,
          unit: 'times',
        },
      ];
    },
  );
}

/** Seconds that `docker cp` takes for the same file, synced to disk as ours is. */
async function dockerCopy(dir: string): Promise<number> {
  const script = 'yes 0123456789 | head -c 1073741824 > /large.csv';
  const id = (await mustRun('docker', ['create', IMAGE, 'sh', '-c', script])).trim();
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

/** Processor time of this process while a job sleeps, as a share of the time. */
async function waitingRun(): Promise<readonly Measurement[]> {
  return withStudy(
    async (dir) => {
      await writeActions(dir, [
        action('wait', 'sh -c "sleep 8; echo 1 > wait.csv"', 'wait.csv', []),
      ]);
    },
    async (study) => {
      let before: NodeJS.CpuUsage | null = null;
      let share = Number.NaN;
      const seconds = 5;
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
