import {mkdtemp, readdir, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {createDockerExecutor} from '../../electron/docker/dockerExecutor';
import {createProcessExecutor} from '../../electron/process/processExecutor';
import type {Executor, RunningJob} from '../../electron/engine/executor';
import {
  changesOf,
  collected,
  exitOf,
  logOf,
  never,
  PYTHON,
  specOf,
  start,
  studyWith,
} from './jobOf';
import {hasPodman, startPodman} from './podmanEngine';
import {remoteEngine} from './remoteEngine';

/** An executor to be held to the contract, and what has to be ended after it. */
interface Subject {
  readonly executor: Executor;
  close(): Promise<void>;
}

let temporaryRoot = '';
const subjects: Readonly<Record<string, () => Promise<Subject>>> = {
  docker: async () => ({executor: createDockerExecutor(), close: async () => undefined}),
  // nothing of it is on this computer: what jobs wrote is told by the engine alone
  'docker elsewhere': async () => {
    const remote = await remoteEngine('/var/run/docker.sock');
    const executor = createDockerExecutor({host: remote.host});
    return {executor, close: () => remote.close()};
  },
  podman: async () => {
    const engine = await startPodman([PYTHON]);
    const executor = createDockerExecutor({socketPath: engine.socketPath});
    return {executor, close: () => engine.close()};
  },
  process: async () => ({
    executor: createProcessExecutor({temporaryRoot}),
    close: async () => undefined,
  }),
};
const podman = await hasPodman();
if (!podman)
  console.warn(
    'Podman is NOT held to the contract here: it is not installed, or this is not root.',
  );

beforeAll(async () => {
  await ensureTestImages();
  temporaryRoot = await mkdtemp(path.join(os.tmpdir(), 'study-desk-jobs-'));
}, 900_000);

afterAll(() => rm(temporaryRoot, {recursive: true, force: true}));

const kinds = Object.keys(subjects).filter((kind) => kind !== 'podman' || podman);

describe.each(kinds)('the %s executor', (kind) => {
  let subject: Subject;
  let executor: Executor;
  const cleanUps: (() => Promise<void>)[] = [];
  const runId = `contract-${kind.replace(' ', '-')}-${process.pid}`;
  const studyId = `study-${kind.replace(' ', '-')}-${process.pid}`;

  beforeAll(async () => {
    const make = subjects[kind];
    if (make === undefined) throw new Error(`There is no ${kind}`);
    subject = await make();
    executor = subject.executor;
  }, 300_000);
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
    await executor.removeRun(runId);
  });
  afterAll(async () => {
    await executor.close();
    await subject.close();
  });

  /** Starts `main.py` in a study with it and other files. */
  async function run(
    script: string,
    files: Readonly<Record<string, string>> = {},
    given: {readonly inputs?: readonly string[]; readonly patterns?: readonly string[]} = {},
  ): Promise<RunningJob> {
    const study = await studyWith({...files, 'main.py': script});
    cleanUps.push(() => study.remove());
    const args = ['python', 'main.py', 'with space'];
    return start(executor, await specOf(study.dir, {args, runId, studyId, ...given}));
  }

  it('is ready, and says what it is', async () => {
    const status = await executor.status(never);
    if (status.state !== 'ready') throw new Error(JSON.stringify(status));
    expect(status.name).toMatch(/Docker|Podman|Python/);
    expect(status.cpus).toBeGreaterThan(0);
  });

  it('runs the command in a workspace of code and inputs, and nothing else', async () => {
    const job = await run(
      'import os, sys\n' +
        'print(sorted(os.path.relpath(os.path.join(d, f), ".") for d, _, fs in os.walk(".") for f in fs))\n' +
        'print(sys.argv[1], os.environ["OPENSAFELY_BACKEND"], open("lib/part.py").read().strip())\n' +
        'print(open("output/data.csv").read().strip(), os.path.isdir("empty/deeper"))\n',
      {
        'lib/part.py': 'x = 1',
        'output/data.csv': 'a,b',
        'output/other.csv': 'hidden',
        'metadata/x.log': 'hidden',
        '.git/HEAD': 'hidden',
        'empty/deeper/.keep': '',
      },
      {patterns: ['output/*.csv'], inputs: ['output/data.csv']},
    );
    const {stdout} = await logOf(job);
    expect((await exitOf(job)).exitCode).toBe(0);
    const [list = '', ...rest] = stdout.toString().trim().split('\n');
    const files = list.replace(/[[\]' ]/g, '').split(',');
    expect(files.filter((file) => file !== '.opensafely-timestamp')).toEqual([
      'empty/deeper/.keep',
      'lib/part.py',
      'main.py',
      'output/data.csv',
    ]);
    expect(rest).toEqual(['with space expectations x = 1', 'a,b True']);
    expect(job.runId).toBe(runId);
    expect(job.action).toBe('an_action');
  });

  it('passes on both streams of the log byte by byte, again for who asks later', async () => {
    const job = await run(
      'import sys\n' +
        'sys.stdout.buffer.write("é€😀\\n".encode() * 20000 + "aé€😀".encode() * 20000)\n' +
        'sys.stdout.buffer.write(b"\\xff no newline"); sys.stdout.flush()\n' +
        'sys.stderr.write("to stderr\\n")\n',
    );
    const first = await logOf(job);
    await exitOf(job);
    const again = await logOf(job);
    const text = Buffer.concat([
      Buffer.from('é€😀\n'.repeat(20000) + 'aé€😀'.repeat(20000)),
      Buffer.from([0xff]),
      Buffer.from(' no newline'),
    ]);
    expect(first.stdout.equals(text)).toBe(true);
    expect(first.stderr.toString()).toBe('to stderr\n');
    expect(again.stdout.equals(text)).toBe(true);
  });

  it('gives log lines while the command still runs', async () => {
    const job = await run(
      'import sys, time\nprint("early", flush=True)\nwhile True: time.sleep(1)\n',
    );
    let stopped = false;
    await job.logs(async (_stream, chunk) => {
      if (!chunk.toString().includes('early')) return;
      stopped = true;
      await job.stop();
    });
    expect(stopped).toBe(true);
    expect((await exitOf(job)).exitCode).not.toBe(0);
  });

  it('tells the exit code and the times', async () => {
    const job = await run('raise SystemExit(7)');
    const exit = await exitOf(job);
    expect(exit).toMatchObject({exitCode: 7, outOfMemory: false});
    expect(Date.parse(exit.finishedAt)).toBeGreaterThanOrEqual(Date.parse(exit.startedAt));
    expect(new Date(exit.startedAt).toISOString()).toBe(exit.startedAt);
  });

  it('stops a command that ignores the request to end, and all it started', async () => {
    const job = await run(
      'import signal, subprocess, time\n' +
        'signal.signal(signal.SIGTERM, signal.SIG_IGN)\n' +
        'subprocess.Popen(["sleep", "600"])\n' +
        'print("ready", flush=True)\n' +
        'while True: time.sleep(1)\n',
    );
    await job.logs(async () => job.stop());
    expect((await exitOf(job)).exitCode).toBe(137);
    await job.stop();
  });

  it('collects what links inside the workspace lead to, as their own content', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out/runs/1"); os.makedirs("out/deep")\n' +
        'open("out/run1.csv", "w").write("first"); open("out/runs/1/x.csv", "w").write("deep")\n' +
        'os.symlink("run1.csv", "out/latest.csv")\n' +
        'os.symlink("latest.csv", "out/chain.csv")\n' +
        'os.symlink("../../out/./chain.csv", "out/deep/long.csv")\n' +
        'os.symlink("/workspace/out/run1.csv", "out/absolute.csv")\n' +
        'os.symlink(os.path.abspath("out/run1.csv"), "out/own.csv")\n' +
        'os.symlink("../input/data.csv", "out/input.csv")\n' +
        'os.symlink("runs/1", "out/newest"); os.symlink("newest/x.csv", "out/by-folder.csv")\n',
      {'input/data.csv': 'given'},
      {patterns: ['input/*.csv'], inputs: ['input/data.csv']},
    );
    await exitOf(job);
    const {files, refused} = await changesOf(job);
    const linked = {
      'out/latest.csv': 'first',
      'out/chain.csv': 'first',
      'out/deep/long.csv': 'first',
      'out/absolute.csv': 'first',
      'out/own.csv': 'first',
      'out/input.csv': 'given',
      'out/by-folder.csv': 'deep',
      'out/newest/x.csv': 'deep',
    };
    const all = {'out/run1.csv': 'first', 'out/runs/1/x.csv': 'deep', ...linked};
    expect(refused).toEqual({});
    expect(files).toEqual(
      Object.fromEntries(Object.entries(all).map(([name, text]) => [name, text.length])),
    );
    expect(await collected(job, Object.keys(all))).toEqual(all);
    expect(await collected(job, ['out/latest.csv'])).toEqual({'out/latest.csv': 'first'});
  });

  it('follows no link out of the workspace, wherever on the way it is', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out")\n' +
        'os.symlink("/etc", "etc"); os.symlink("../etc/passwd", "out/folder.csv")\n' +
        'os.symlink("/workspace/../etc/passwd", "out/up.csv")\n' +
        'os.symlink("../../workspace/main.py", "out/over.csv")\n' +
        'os.symlink("/workspace/etc/passwd", "out/absolute.csv")\n' +
        'os.symlink("a.csv", "out/b.csv"); os.symlink("b.csv", "out/a.csv")\n' +
        'os.symlink("gone.csv", "out/dangling.csv"); os.symlink("../main.py/x", "out/file.csv")\n' +
        'os.mkfifo("out/pipe.csv"); os.symlink("pipe.csv", "out/to-pipe.csv")\n',
    );
    await exitOf(job);
    const {files, refused} = await changesOf(job);
    expect(files).toEqual({});
    const outside = 'which is not in the workspace; copy the file instead.';
    const link = (target: string, why: string) => `It is a link to "${target}", ${why}`;
    expect(refused).toEqual({
      etc: link('/etc', outside),
      'out/folder.csv': link('../etc/passwd', outside),
      'out/up.csv': link('/workspace/../etc/passwd', outside),
      'out/over.csv': link('../../workspace/main.py', outside),
      'out/absolute.csv': link('/workspace/etc/passwd', outside),
      'out/a.csv': link('b.csv', 'which leads round in a circle.'),
      'out/b.csv': link('a.csv', 'which leads round in a circle.'),
      'out/dangling.csv': link('gone.csv', 'which does not exist.'),
      'out/file.csv': link('../main.py/x', 'which does not exist.'),
      'out/pipe.csv': 'It is a pipe, not a file.',
      'out/to-pipe.csv': link('pipe.csv', "which can't be collected: it is a pipe, not a file."),
    });
    expect(await job.collect(['out/folder.csv'], async () => undefined, never)).toMatchObject({
      ok: false,
    });
  });

  it('lists new and changed files, and refuses what is not a plain file', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out/deep/er"); os.makedirs("out/nothing")\n' +
        'open("out/a.csv", "w").write("12345")\n' +
        'open("out/deep/er/.b.csv", "w").close()\n' +
        'open("code.txt", "a").write(" more")\n' +
        'open("main.py").read(); os.remove("gone.txt")\n' +
        'os.symlink("/etc/passwd", "out/link.csv"); os.symlink("../../up", "out/up.csv")\n' +
        'os.symlink("/dev/null", "out/null.csv"); os.symlink("/etc", "out/etc")\n' +
        'os.mkfifo("out/pipe.csv")\n' +
        'open("out/line\\nbreak \'quote\' \\"two\\".csv", "w").write("x")\n' +
        'open(b"out/bad\\xff.csv", "w").write("x")\n',
      {'code.txt': 'code', 'gone.txt': 'x', 'same.txt': 'same'},
    );
    await exitOf(job);
    const {files, refused, untouched} = await changesOf(job);
    expect(untouched).toEqual(['main.py', 'same.txt']);
    expect(files).toEqual({
      'out/a.csv': 5,
      'out/deep/er/.b.csv': 0,
      'code.txt': 9,
      'out/line\nbreak \'quote\' "two".csv': 1,
    });
    const reasons = Object.entries(refused).map(([name, reason]) => `${name}: ${reason}`);
    expect(reasons.sort()).toEqual([
      'out/bad\ufffd.csv: Its name is not UTF-8.',
      'out/etc: It is a link to "/etc", which is not in the workspace; copy the file instead.',
      'out/link.csv: It is a link to "/etc/passwd", which is not in the workspace; copy the file instead.',
      'out/null.csv: It is a link to "/dev/null", which is not in the workspace; copy the file instead.',
      'out/pipe.csv: It is a pipe, not a file.',
      'out/up.csv: It is a link to "../../up", which is not in the workspace; copy the file instead.',
    ]);
  });

  it('collects few and many files whole, and each once', async () => {
    const job = await run(
      'import os\n' +
        'os.makedirs("out/d")\n' +
        'for i in range(500): open(f"out/d/{i}.csv", "w").write(f"number {i}")\n' +
        'open("out/empty.csv", "w").close()\n' +
        'open("out/name \\n\\"é\\".csv", "w").write("named")\n' +
        'open("out/long" + "x" * 150 + ".csv", "w").write("long")\n' +
        'os.link("out/d/7.csv", "out/hard.csv")\n',
    );
    await exitOf(job);
    const few = [
      'out/d/3.csv',
      'out/empty.csv',
      'out/name \n"é".csv',
      `out/long${'x'.repeat(150)}.csv`,
    ];
    expect(Object.keys((await changesOf(job)).files)).toHaveLength(504);
    expect(Object.values(await collected(job, few))).toHaveLength(4);
    expect(await collected(job, few)).toEqual({
      [few[0] ?? '']: 'number 3',
      [few[1] ?? '']: '',
      [few[2] ?? '']: 'named',
      [few[3] ?? '']: 'long',
    });
    const many = [...Array(500).keys()].map((i) => `out/d/${i}.csv`);
    const all = await collected(job, [...many, 'out/hard.csv', ...few.slice(1)]);
    expect(Object.keys(all)).toHaveLength(504);
    expect(many.every((name, index) => all[name] === `number ${index}`)).toBe(true);
    expect(all['out/hard.csv']).toBe('number 7');
  });

  it('says so when a file is not there or its receiver fails', async () => {
    const job = await run('open("a.csv", "w").write("x"); open("b.csv", "w").write("y")');
    await exitOf(job);
    const missing = await job.collect(['not.csv'], async () => undefined, never);
    expect(missing).toMatchObject({ok: false});
    const failing = await job.collect(
      ['a.csv', 'b.csv'],
      () => Promise.reject(new Error('disk full')),
      never,
    );
    expect(failing).toMatchObject({ok: false});
    const stopped = await job.collect(['a.csv'], async () => undefined, AbortSignal.abort());
    expect(stopped).toMatchObject({ok: false});
    expect(await collected(job, ['a.csv'])).toEqual({'a.csv': 'x'});
  });

  it('sees which staged files were read', async () => {
    const job = await run('open("read.txt").read()\nopen("written.txt", "w").write("x")\n', {
      'read.txt': 'r',
      'unread.txt': 'u',
      'written.txt': 'w',
    });
    await exitOf(job);
    const read = await job.filesRead();
    // seen on the disk of the computer that the engine runs on
    expect(read).toEqual(kind === 'docker elsewhere' ? null : ['main.py', 'read.txt']);
  });

  it('removes a job, also twice, also while it runs', async () => {
    const job = await run('import time\nprint("up", flush=True)\ntime.sleep(600)');
    await job.remove();
    await job.remove();
    expect(await executor.recover(studyId)).toEqual({ok: true, value: []});
    if (kind === 'process') expect(await readdir(temporaryRoot)).toEqual([]);
  });

  it('leaves nothing of a run or of a job that never started', async () => {
    const study = await studyWith({'main.py': 'print(1)'});
    cleanUps.push(() => study.remove());
    const spec = await specOf(study.dir, {args: ['python', 'main.py'], runId, studyId});
    const prepared = await executor.prepare(spec, never);
    expect(prepared.ok).toBe(true);
    await executor.removeRun(runId);
    expect(await executor.recover(studyId)).toEqual({ok: true, value: []});
    if (kind === 'process') expect(await readdir(temporaryRoot)).toEqual([]);
  });

  it('fails with a sentence and a way on for an image that it can not run', async () => {
    const study = await studyWith({});
    cleanUps.push(() => study.remove());
    const image = 'ghcr.io/opensafely-core/stata-mp:v9';
    const spec = await specOf(study.dir, {image, args: ['x.do'], runId, studyId});
    const prepared = await executor.prepare(spec, never);
    if (prepared.ok) throw new Error('It was prepared');
    expect(prepared.error.message).toMatch(/\.$/);
    expect(prepared.error.hint).toMatch(/\.$/);
  });

  it('does not prepare what was stopped already', async () => {
    const study = await studyWith({'main.py': 'print(1)'});
    cleanUps.push(() => study.remove());
    const spec = await specOf(study.dir, {args: ['python', 'main.py'], runId, studyId});
    const prepared = await executor.prepare(spec, AbortSignal.abort());
    expect(prepared).toMatchObject({ok: false, error: {kind: 'cancelled'}});
    expect(await executor.recover(studyId)).toEqual({ok: true, value: []});
  });

  it('knows no job of `opensafely run` where none runs', async () => {
    expect(await executor.foreignRunner('no-such-workspace')).toBe(false);
  });
});
