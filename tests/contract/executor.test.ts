import {execFile} from 'node:child_process';
import {readdir} from 'node:fs/promises';
import {promisify} from 'node:util';
import {describe, expect, it} from 'vitest';
import {firstOf} from '../gateShare';
import {changesOf, collected, exitOf, logOf, never, specOf, studyWith} from './jobOf';
import {benchOf, kinds} from './subjects';

async function docker(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('docker', [...args]);
}

describe.each(firstOf(kinds, 2))('the %s executor', (kind) => {
  const bench = benchOf(kind);
  const {run, cleanUps, runId, studyId} = bench;

  it('is ready, and says what it is', async () => {
    const status = await bench.executor().status(never);
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

  it('tells the command its backend', async () => {
    const job = await run(
      'import os\nprint(os.environ["OPENSAFELY_BACKEND"])',
      {},
      {backend: 'tpp'},
    );
    expect((await logOf(job)).stdout.toString()).toBe('tpp\n');
  });

  it('gives a command the network that is named, and else none', async (context) => {
    if (kind === 'process')
      return context.skip('A command without a container has no network of its own');
    if (kind === 'podman') return context.skip('The tests have no way to make a network of Podman');
    const network = `study-desk-${kind.replace(' ', '-')}-${process.pid}`;
    await docker('network', 'create', '--internal', network);
    cleanUps.push(() => docker('network', 'rm', network));
    const main = 'import socket\nprint(*sorted(name for _, name in socket.if_nameindex()))';
    const interfaces = async (given: {readonly network?: string}): Promise<string> => {
      const job = await run(main, {}, given);
      // its network can't be removed before it
      cleanUps.unshift(() => job.remove());
      return (await logOf(job)).stdout.toString().trim();
    };
    expect(await interfaces({})).toBe('lo');
    expect(await interfaces({network})).toBe('eth0 lo');
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

  it('shows what a job has written so far to who looks beside, and all of it at its end', async () => {
    const job = await run(
      'import os, time\n' +
        'os.makedirs("output/made", exist_ok=True)\n' +
        'open("output/made/half.csv", "w").write("half\\n")\n' +
        'print("half", flush=True)\n' +
        'time.sleep(3)\n' +
        'open("output/made/half.csv", "a").write("whole\\n")\n',
    );
    let beside = await bench.executor().running(job.jobId);
    const written = async () => (beside === null ? {} : (await changesOf(beside)).files);
    await expect.poll(written, {timeout: 10_000}).toEqual({'output/made/half.csv': 5});
    if (beside === null) throw new Error('The job runs, and was not found.');
    expect(await collected(beside, ['output/made/half.csv'])).toEqual({
      'output/made/half.csv': 'half\n',
    });
    await exitOf(job);
    expect((await changesOf(job)).files).toEqual({'output/made/half.csv': 11});
    await job.remove();
    beside = await bench.executor().running('nosuchjob');
    expect(beside).toBeNull();
  });

  it('gives whoever finds a job again its log with the times at which lines were printed', async (context) => {
    if (kind === 'process') return context.skip('Nothing is kept of a command without a container');
    const job = await run(
      'import time\nprint("x" * 40000, flush=True)\ntime.sleep(1.2)\nprint("two\\nthree", end="")\n',
    );
    await exitOf(job);
    const found = await bench.executor().recover(studyId);
    const again = found.ok ? found.value.find(({jobId}) => jobId === job.jobId) : undefined;
    const parts: {readonly text: string; readonly time: string | undefined}[] = [];
    await again?.logs((_stream, chunk, time) => void parts.push({text: chunk.toString(), time}));
    expect(parts.map(({text}) => text).join('')).toBe(`${'x'.repeat(40_000)}\ntwo\nthree`);
    const times = parts.map(({time}) => time ?? '');
    expect(times.filter((time) => !/^\S{10}T\S{8}\.\d{9}Z$/u.test(time))).toEqual([]);
    const [first = '', last = ''] = [times[0], times.at(-1)];
    expect(Date.parse(last) - Date.parse(first)).toBeGreaterThanOrEqual(1000);
    expect(Date.parse(last)).toBeLessThanOrEqual(Date.now());
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
    expect(await bench.executor().recover(studyId)).toEqual({ok: true, value: []});
    if (kind === 'process') expect(await readdir(bench.temporaryRoot())).toEqual([]);
  });

  it('leaves nothing of a run or of a job that never started', async () => {
    const study = await studyWith({'main.py': 'print(1)'});
    cleanUps.push(() => study.remove());
    const spec = await specOf(study.dir, {args: ['python', 'main.py'], runId, studyId});
    const prepared = await bench.executor().prepare(spec, never);
    expect(prepared.ok).toBe(true);
    await bench.executor().removeRun(studyId, runId);
    expect(await bench.executor().recover(studyId)).toEqual({ok: true, value: []});
    if (kind === 'process') expect(await readdir(bench.temporaryRoot())).toEqual([]);
  });

  it('fails with a sentence and a way on for an image that it cannot run', async () => {
    const study = await studyWith({});
    cleanUps.push(() => study.remove());
    const image = 'ghcr.io/opensafely-core/stata-mp:v9';
    const spec = await specOf(study.dir, {image, args: ['x.do'], runId, studyId});
    const prepared = await bench.executor().prepare(spec, never);
    if (prepared.ok) throw new Error('It was prepared');
    expect(prepared.error.message).toMatch(/\.$/);
    expect(prepared.error.hint).toMatch(/\.$/);
  });

  it('does not prepare what was stopped already', async () => {
    const study = await studyWith({'main.py': 'print(1)'});
    cleanUps.push(() => study.remove());
    const spec = await specOf(study.dir, {args: ['python', 'main.py'], runId, studyId});
    const prepared = await bench.executor().prepare(spec, AbortSignal.abort());
    expect(prepared).toMatchObject({ok: false, error: {kind: 'cancelled'}});
    expect(await bench.executor().recover(studyId)).toEqual({ok: true, value: []});
  });

  it('knows no job of `opensafely run` where none runs', async () => {
    expect(await bench.executor().foreignJobs('no-such-workspace')).toEqual([]);
  });
});
