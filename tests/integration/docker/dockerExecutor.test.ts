import {execFile} from 'node:child_process';
import {createHash} from 'node:crypto';
import {createServer} from 'node:http';
import {mkdtemp, rm, symlink} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {BUSYBOX_IMAGES, ensureTestImages} from '../../../build/testImages.mjs';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import type {JobSpec, RunningJob} from '../../../electron/executor/executor';
import {isLong, longTest} from '../../gateShare';
import {
  BUSYBOX,
  changesOf,
  collected,
  exitOf,
  logOf,
  never,
  specOf,
  start,
  studyWith,
} from '../../contract/jobOf';
import {remoteEngine} from '../../contract/remoteEngine';

const run = promisify(execFile);
const runId = `docker-${process.pid}`;
const studyId = `docker-study-${process.pid}`;
const {executor, imageStore} = createDockerEngine();
const cleanUps: (() => Promise<unknown>)[] = [];

beforeAll(() => ensureTestImages(), 900_000);
afterEach(async () => {
  await executor.removeRun(studyId, runId);
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});
afterAll(() => executor.close());

async function shell(
  script: string,
  given: Partial<Parameters<typeof specOf>[1]> = {},
): Promise<JobSpec> {
  const study = await studyWith({'code.txt': 'code', 'input.csv': 'a,b'});
  cleanUps.push(() => study.remove());
  const args = ['sh', '-c', script];
  const patterns = ['input.csv'];
  return specOf(study.dir, {
    image: BUSYBOX,
    args,
    runId,
    studyId,
    patterns,
    inputs: patterns,
    ...given,
  });
}

async function docker(...args: readonly string[]): Promise<string> {
  return (await run('docker', [...args])).stdout.trim();
}

async function ended(job: RunningJob): Promise<string> {
  const {stdout} = await logOf(job);
  await exitOf(job);
  return stdout.toString();
}

describe('a container', () => {
  it('has no network but itself, the parameters asked for, and is labelled', async () => {
    const spec = await shell('ip -o link; grep localhost /etc/hosts; env; id -u; sleep 600');
    const job = await start(executor, spec);
    const inspected = JSON.parse(await docker('inspect', job.handle)) as {
      Name: string;
      Config: {Labels: Record<string, string>; User: string};
      HostConfig: {NetworkMode: string; Init: boolean; Memory: number; NanoCpus: number};
      Mounts: unknown[];
    }[];
    await job.stop();
    const log = await ended(job);
    expect(log).toMatch(/^1: lo: <LOOPBACK,UP/);
    expect(log).not.toMatch(/^2: /m);
    expect(log).toContain('127.0.0.1\tlocalhost');
    expect(log).toContain('HOME=/tmp');
    expect(log).toContain(`\n${process.getuid?.() ?? 0}\n`);
    expect(inspected[0]).toMatchObject({
      Name: `/os-job-${spec.jobId}`,
      Config: {Labels: {workspace: spec.workspace, action: 'an_action', 'study-desk.run': runId}},
      HostConfig: {NetworkMode: 'none', Init: true, Memory: 1024 ** 3, NanoCpus: 1e9},
      Mounts: [],
    });
  });

  it('that runs out of memory says so', async () => {
    const spec = await shell('x=$(yes | head -c 200000000); echo "$x" | wc -c', {
      memoryBytes: 32 * 1024 ** 2,
    });
    const exit = await exitOf(await start(executor, spec));
    expect(exit).toMatchObject({exitCode: 137, outOfMemory: true});
  });

  it('that runs for a while tells its peak memory and CPU time', async () => {
    const spec = await shell('x=$(yes | head -c 20000000); sleep 1.2; echo "$x" | wc -c');
    const exit = await exitOf(await start(executor, spec));
    expect(exit.peakMemoryBytes).toBeGreaterThan(20_000_000);
    expect(exit.cpuSeconds).toBeGreaterThan(0);
  });

  it('that ends within a quarter of a second says so too, unless the processors were busy', async () => {
    const spec = await shell('x=$(yes | head -c 2000000); sleep 0.1');
    let exit = await exitOf(await start(executor, spec));
    for (let again = 0; exit.peakMemoryBytes === null && again < 10; again += 1)
      exit = await exitOf(await start(executor, {...spec, jobId: `${spec.jobId}-${again}`}));
    expect(exit.peakMemoryBytes).toBeGreaterThan(100_000);
    expect(exit.cpuSeconds).toBeGreaterThan(0);
  });

  it('whose image lacks the program ends as a shell would, and its log says why', async () => {
    const job = await start(executor, {...(await shell('')), args: ['no-such-program']});
    expect((await logOf(job)).stderr.toString()).toContain('no-such-program');
    expect((await exitOf(job)).exitCode).toBe(127);
  });

  it('is kept for a look inside while debugging', async () => {
    const job = await start(executor, await shell('true', {debug: true}));
    await exitOf(job);
    await job.remove();
    expect(
      await docker('ps', '--all', '--quiet', '--no-trunc', '--filter', `id=${job.handle}`),
    ).toBe(job.handle);
  });

  it('belongs to the invoking user, code and folders too', async () => {
    const job = await start(
      executor,
      await shell('stat -c "%u %n" . code.txt input.csv .opensafely-timestamp'),
    );
    const uid = process.getuid?.() ?? 0;
    expect(
      (await ended(job))
        .split('\n')
        .filter(Boolean)
        .every((line) => line.startsWith(`${uid} `)),
    ).toBe(true);
  });
});

describe('what cannot be prepared or started is told in a sentence', () => {
  it('an image that is not here', async () => {
    const prepared = await executor.prepare(
      await shell('true', {image: 'study-desk-test/none:v1'}),
      never,
    );
    expect(prepared).toMatchObject({ok: false, error: {kind: 'image-missing'}});
  });

  it('limits that the engine does not have', async () => {
    const spec = await shell('true');
    const many = await executor.prepare({...spec, limits: {...spec.limits, cpus: 9999}}, never);
    expect(many).toMatchObject({ok: false, error: {kind: 'invalid-request'}});
    const little = await executor.prepare(
      {...spec, limits: {...spec.limits, memoryBytes: 1024}},
      never,
    );
    expect(little).toMatchObject({ok: false, error: {kind: 'invalid-request'}});
  });

  it('an image with a volume at the workspace', async () => {
    const image = `study-desk-test/volume:v${process.pid}`;
    const id = await docker('create', BUSYBOX);
    await docker('commit', '--change', 'VOLUME /workspace', id, image);
    await docker('rm', id);
    cleanUps.push(() => docker('rmi', image));
    const prepared = await executor.prepare(await shell('true', {image}), never);
    if (prepared.ok) throw new Error('It was prepared');
    expect(prepared.error.message).toContain('/workspace');
    expect(await executor.recover(studyId)).toEqual({ok: true, value: []});
  });

  it('code that vanished after it was looked at', async () => {
    const spec = await shell('true');
    await rm(spec.staging.code[0]?.source ?? '');
    expect(await executor.prepare(spec, never)).toMatchObject({
      ok: false,
      error: {kind: 'file-system'},
    });
    expect(await executor.recover(studyId)).toEqual({ok: true, value: []});
  });
});

describe('after a restart of ours', () => {
  it('running and ended jobs are found, with what they wrote; those never started are removed', async () => {
    const script = 'cat input.csv; echo new > out.csv; echo b > input.csv; cp -p code.txt copy.csv';
    const done = await start(executor, await shell(script));
    await exitOf(done);
    const running = await start(executor, await shell('echo up; sleep 600'));
    await executor.prepare(await shell('true'), never);
    const later = createDockerEngine().executor;
    cleanUps.push(() => later.close());
    const found = await later.recover(studyId);
    if (!found.ok) throw new Error(found.error.message);
    expect(found.value.map(({jobId}) => jobId).sort()).toEqual([done.jobId, running.jobId].sort());
    const again = found.value.find(({jobId}) => jobId === done.jobId);
    const alive = found.value.find(({jobId}) => jobId === running.jobId);
    if (again === undefined || alive === undefined) throw new Error('A job was not found');
    expect(again).toMatchObject({runId, action: 'an_action', handle: done.handle});
    expect((await exitOf(again)).exitCode).toBe(0);
    expect((await logOf(again)).stdout.toString()).toBe('a,b');
    expect((await changesOf(again)).files).toMatchObject({'out.csv': 4, 'copy.csv': 4});
    expect(await collected(again, ['out.csv', 'copy.csv'])).toEqual({
      'out.csv': 'new\n',
      'copy.csv': 'code',
    });
    await alive.stop();
    expect((await exitOf(alive)).exitCode).not.toBe(0);
  });
});

describe('a job of `opensafely run`', () => {
  it('is seen while it runs, and ours are not taken for it', async () => {
    const spec = await shell('sleep 600');
    await start(executor, spec);
    expect(await executor.foreignJobs(spec.workspace)).toEqual([]);
    const labels = ['--label', 'jobrunner-local', '--label', `workspace=${spec.workspace}`];
    const id = await docker(
      'run',
      '--detach',
      '--network',
      'none',
      '--name',
      'os-job-theirs',
      ...labels,
      BUSYBOX,
      'sleep',
      '600',
    );
    cleanUps.push(() => docker('rm', '--force', id));
    expect(await executor.foreignJobs(spec.workspace)).toEqual(['theirs']);
    expect(await executor.foreignJobs('another')).toEqual([]);
    expect(await executor.removeRun(studyId, runId)).toBeUndefined();
    expect(await docker('ps', '--quiet', '--no-trunc', '--filter', `id=${id}`)).toBe(id);
  });
});

describe('files', () => {
  const [count, megabytes] = isLong ? [3000, 300] : [600, 80];
  longTest(
    'of any number and size are listed and taken out, and a broken-off taking holds nothing up',
    async () => {
      const job = await start(
        executor,
        await shell(
          `mkdir out; i=0; while [ $i -lt ${count} ]; do echo $i > out/$i.csv; i=$((i+1)); done; ` +
            `dd if=/dev/zero of=out/big.dta bs=1M count=64 2>/dev/null; truncate -s ${megabytes}M out/sparse.dta`,
        ),
      );
      await exitOf(job);
      const {files} = await changesOf(job);
      expect(Object.keys(files)).toHaveLength(count + 2);
      expect(files['out/big.dta']).toBe(64 * 1024 ** 2);
      const failing = await job.collect(
        ['out/big.dta'],
        () => Promise.reject(new Error('x')),
        never,
      );
      expect(failing.ok).toBe(false);
      let bytes = 0;
      const taken = await job.collect(
        ['out/sparse.dta'],
        async (_name, _size, content) => {
          for await (const chunk of content) bytes += chunk.length;
        },
        never,
      );
      expect(taken).toEqual({ok: true, value: null});
      expect(bytes).toBe(megabytes * 1024 ** 2);
      const many = await collected(
        job,
        [...Array(count).keys()].map((i) => `out/${i}.csv`),
      );
      expect(Object.entries(many).every(([name, text]) => name === `out/${text.trim()}.csv`)).toBe(
        true,
      );
      expect(Object.keys(many)).toHaveLength(count);
      await job.remove();
    },
  );

  longTest(
    'large code and inputs arrive whole, packed once for all jobs with the same code',
    async () => {
      const big = 'x'.repeat(40 * 1024 ** 2);
      const study = await studyWith({'big.txt': big, 'data.csv': big, 'code.R': 'c'});
      cleanUps.push(() => study.remove());
      const args = ['sh', '-c', 'md5sum big.txt data.csv; cat code.R'];
      const given = {
        image: BUSYBOX,
        args,
        runId,
        studyId,
        patterns: ['data.csv'],
        inputs: ['data.csv'],
      };
      const first = await ended(await start(executor, await specOf(study.dir, given)));
      const second = await ended(await start(executor, await specOf(study.dir, given)));
      const [one = '', two = '', code = ''] = first.split('\n');
      expect(one.slice(0, 32)).toBe(two.slice(0, 32));
      expect(one.slice(0, 32)).toBe(createHash('md5').update(big).digest('hex'));
      expect(code).toBe('c');
      expect(second).toBe(first);
    },
  );
});

describe('images', () => {
  it('are told present or missing', async () => {
    const images = await imageStore.images([...BUSYBOX_IMAGES, 'study-desk-test/none:v1'], never);
    if (!images.ok) throw new Error(images.error.message);
    expect(images.value.map(({present}) => present)).toEqual([true, true, false]);
    expect(images.value[0]?.sizeBytes).toBeGreaterThan(1_000_000);
  });

  it('that no registry has are told in a sentence', async () => {
    const registry = createServer((_request, response) => {
      response.statusCode = 404;
      response.end('{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}');
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => new Promise((resolve) => registry.close(resolve)));
    const address = registry.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const pulled = await imageStore.pull(`127.0.0.1:${port}/none:v1`, () => undefined, never);
    if (pulled.ok) throw new Error('It was pulled');
    expect(pulled.error.kind).toBe('image-missing');
  });
});

describe('an engine that is not there', () => {
  it('is down, with what to do', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'study-desk-socket-'));
    cleanUps.push(() => rm(dir, {recursive: true}));
    const none = createDockerEngine({socketPath: path.join(dir, 'none.sock')});
    expect(await none.executor.status(never)).toMatchObject({
      state: 'down',
      message: 'No container engine answers.',
    });
    expect(await none.imageStore.images(['a:v1'], never)).toMatchObject({
      ok: false,
      error: {kind: 'no-engine'},
    });
    await symlink('/var/run/docker.sock', path.join(dir, 'none.sock'));
    expect(await none.executor.status(never)).toMatchObject({state: 'ready'});
    await none.executor.close();
  });
});

it('follows links also in a workspace that is too large to be read through', async () => {
  const remote = await remoteEngine('/var/run/docker.sock');
  const elsewhere = createDockerEngine({host: remote.host}).executor;
  try {
    const spec = await shell(
      [
        'truncate -s 300M large.bin; echo x > a.csv; mkdir runs; echo y > runs/b.csv',
        'ln -s a.csv latest.csv; ln -s runs newest; ln -s newest/b.csv by-folder.csv',
        'ln -s /etc etc; ln -s etc/passwd out.csv; ln -s /tmp/back back.csv',
        'ln -s /workspace/a.csv /tmp/back',
      ].join('; '),
    );
    const job = await start(elsewhere, spec);
    await ended(job);
    const {files, refused} = await changesOf(job);
    expect(Object.keys(files).sort()).toEqual([
      'a.csv',
      'by-folder.csv',
      'large.bin',
      'latest.csv',
      'newest/b.csv',
      'runs/b.csv',
    ]);
    expect(Object.keys(refused).sort()).toEqual(['back.csv', 'etc', 'newest', 'out.csv']);
    expect(await collected(job, ['latest.csv', 'by-folder.csv'])).toEqual({
      'latest.csv': 'x\n',
      'by-folder.csv': 'y\n',
    });
  } finally {
    await elsewhere.close();
    await remote.close();
  }
});

it('reads nothing of this computer for a command that puts a link in place of its workspace', async () => {
  const spec = await shell('cd /; rm -rf /workspace; ln -s /etc /workspace');
  const job = await start(executor, spec);
  await ended(job);
  const changes = await job.changes();
  expect(changes.ok ? changes.value.files : []).toEqual([]);
});
