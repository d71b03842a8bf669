import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import path from 'node:path';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {createDockerEngine} from '../../electron/docker/dockerExecutor';
import type {FilledJob, JobSpec, RunningJob} from '../../electron/executor/executor';
import {firstOf} from '../gateShare';
import {containersWith} from '../integration/runs/studyFolders';
import {changesOf, exitOf, logOf, never, specOf, studyWith} from './jobOf';
import {benchOf, kinds} from './subjects';

const MAIN =
  'import os\n' +
  'print(open("lib.txt").read(), open("input.csv").read(), os.path.getmtime(".opensafely-timestamp") > 0)\n' +
  'open("new.csv", "w").write("new")\n';

describe.each(
  firstOf(
    kinds.filter((kind) => kind !== 'process'),
    1,
  ),
)('a job of %s prepared ahead', (kind) => {
  const bench = benchOf(kind);
  const {runId, studyId} = bench;

  /** A study whose input is yet to be made, and its job prepared as far as that can be. */
  async function ahead(): Promise<{
    readonly dir: string;
    readonly spec: (inputs: readonly string[]) => Promise<JobSpec>;
    readonly filled: FilledJob;
  }> {
    const study = await studyWith({'main.py': MAIN, 'lib.txt': 'first'});
    bench.cleanUps.push(() => study.remove());
    const spec = (inputs: readonly string[]) =>
      specOf(study.dir, {
        args: ['python', 'main.py'],
        patterns: ['input.csv'],
        inputs,
        runId,
        studyId,
      });
    const filled = await bench.executor().prepareAhead(await spec([]), never);
    if (filled === null) throw new Error('Nothing was prepared.');
    await writeFile(path.join(study.dir, 'input.csv'), 'given');
    return {dir: study.dir, spec, filled};
  }

  async function begin(filled: FilledJob, spec: JobSpec): Promise<RunningJob> {
    const prepared = await filled.prepare(spec.staging, never);
    if (!prepared.ok) throw new Error(prepared.error.message);
    const started = await prepared.value.start();
    if (!started.ok) throw new Error(started.error.message);
    return started.value;
  }

  it('has its code and, since its start, its inputs', async () => {
    const {filled, spec} = await ahead();
    const job = await begin(filled, await spec(['input.csv']));
    expect((await logOf(job)).stdout.toString()).toBe('first given True\n');
    expect((await exitOf(job)).exitCode).toBe(0);
    expect(await changesOf(job)).toEqual({
      files: {'new.csv': 3},
      refused: {},
      untouched: ['input.csv', 'lib.txt', 'main.py'],
    });
    const read = await job.filesRead();
    if (kind === 'docker') expect(read).toEqual(['input.csv', 'lib.txt', 'main.py']);
  });

  it('is filled anew where its code has changed meanwhile', async () => {
    const {dir, filled, spec} = await ahead();
    await writeFile(path.join(dir, 'lib.txt'), 'second');
    const job = await begin(filled, await spec(['input.csv']));
    expect((await logOf(job)).stdout.toString()).toBe('second given True\n');
    await exitOf(job);
    expect((await changesOf(job)).files).toEqual({'new.csv': 3});
  });

  it('is whole where it has no inputs, and is made anew where somebody has removed it', async () => {
    const {spec, filled} = await ahead();
    const job = await begin(filled, await spec([]));
    // there is no input.csv, which the script minds after it has read its code
    expect((await logOf(job)).stderr.toString()).toContain('input.csv');
    expect((await exitOf(job)).exitCode).toBe(1);
    expect((await changesOf(job)).untouched).toEqual(['lib.txt', 'main.py']);
    await job.remove();
    // the tests remove containers through Docker only
    if (kind === 'podman') return;
    const second = await ahead();
    const [left = ''] = await containersWith(`study-desk.run=${runId}`);
    await promisify(execFile)('docker', ['rm', '-f', left]);
    const again = await begin(second.filled, await second.spec([]));
    expect((await changesOf(again)).untouched).toEqual(['lib.txt', 'main.py']);
  });

  it('outlives a look for what former processes left, and is gone once given up', async () => {
    const {filled, spec} = await ahead();
    expect(await bench.executor().recover(studyId)).toEqual({ok: true, value: []});
    const job = await begin(filled, await spec(['input.csv']));
    await job.remove();
    const second = await ahead();
    await second.filled.remove();
    if (kind !== 'podman') expect(await containersWith(`study-desk.run=${runId}`)).toEqual([]);
    await expect(
      ahead().then(({filled: third, spec: again}) =>
        again([]).then(({staging}) => third.prepare(staging, AbortSignal.abort())),
      ),
    ).resolves.toMatchObject({ok: false, error: {kind: 'cancelled'}});
    if (kind !== 'podman') expect(await containersWith(`study-desk.run=${runId}`)).toEqual([]);
  });

  it('is removed by the process after one that was killed', async (context) => {
    if (kind === 'podman') return context.skip('The tests look at containers through Docker only');
    await ahead();
    const later = createDockerEngine().executor;
    expect(await later.recover(studyId)).toEqual({ok: true, value: []});
    expect(await containersWith(`study-desk.run=${runId}`)).toEqual([]);
    await later.close();
  });
});
