import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Core} from '../../electron/core/core';
import type {Study} from '../../electron/core/study';
import {createCore} from '../../electron/core/createCore';
import {runToEnd} from '../integration/runs/runToEnd';
import {mustRun, secondsOf} from './measurement';

/** The image that the actions of these studies run in. */
export const IMAGE = `${process.env.DOCKER_REGISTRY ?? 'ghcr.io/opensafely-core'}/python:v2`;

/** A study in a temporary folder, below `parent` if need be, its core in this process. */
export async function withStudy<T>(
  write: (dir: string) => Promise<void>,
  work: (study: Study, dir: string) => Promise<T>,
  options: Parameters<typeof createCore>[0] = {},
  parent = tmpdir(),
): Promise<T> {
  const root = await mkdtemp(join(parent, 'study-desk-bench-'));
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
export async function secondsOfRun(study: Study): Promise<number> {
  return secondsOf(async () => {
    const actions = study.project.snapshot().project?.runAll ?? [];
    const finished = await runToEnd(study, {actions});
    if (finished.outcome !== 'succeeded')
      throw new Error(JSON.stringify(finished.jobs.map((job) => job.message)));
  });
}

/** The same number of bare `docker run --rm` at the same concurrency; seconds. */
export async function bareRuns(count: number, concurrency: number): Promise<number> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await mustRun('docker', ['run', '--rm', '--network', 'none', IMAGE, 'touch', '/tmp/row.csv']);
    }
  };
  return secondsOf(() => Promise.all(Array.from({length: concurrency}, worker)));
}

/** An action of `project.yaml` with one output. */
export function action(
  name: string,
  command: string,
  output: string,
  needs: readonly string[],
): string {
  return `  ${name}:
    run: python:v2 ${command}
    needs: [${needs.join(', ')}]
    outputs:
      highly_sensitive:
        o: ${output}
`;
}

/** Writes a `project.yaml` of these actions. */
export async function writeActions(dir: string, actions: readonly string[]): Promise<void> {
  await writeFile(join(dir, 'project.yaml'), `version: '4.0'\nactions:\n${actions.join('')}`);
}
