import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import type {Study} from '../../../electron/core/study';
import {isInstalled, sshServer, type SshServer} from '../docker/engineWays';

const hasSshd = await isInstalled('/usr/sbin/sshd', '-V');

/** An exported folder as Snakemake has it, with a run of one action under way; `pid` holds the study. */
function exportedFolder(at: string, pid: number): void {
  const record = {
    ...{format: 1, id: 'abcdefghij', startedAt: '2026-01-02T03:04:05.000Z', endedAt: null},
    ...{outcome: null, git: null, jobs: [], ranBy: 'snakemake', plan: {jobs: [], skipped: []}},
    request: {
      ...{actions: ['first', 'second'], forceDependencies: false, includeStale: false},
      ...{force: [], takeOut: []},
    },
    options: {
      ...{executor: 'docker', concurrency: 2, limits: {memoryBytes: 1, cpus: 1}},
      ...{continueOnError: true, letRunningFinish: true, debug: false, pull: false},
    },
  };
  const files = {
    'plan.jsonl': '{}\n',
    'study/project.yaml': `version: 5
actions:
  first:
    run: python:v2 python analysis/first.py
    outputs: {moderately_sensitive: {o: output/first.csv}}
  second:
    run: python:v2 python analysis/first.py
    needs: [first]
    outputs: {moderately_sensitive: {o: output/second.csv}}
`,
    'study/analysis/first.py': 'print(1)\n',
    'study/metadata/study-desk/settings.json': '{"of": "another computer"}',
    'study/metadata/study-desk/runs/000001-abcdefghij/run.json': JSON.stringify(record),
    'study/metadata/study-desk/runs/000001-abcdefghij/snakemake.ndjson': '',
    'study/metadata/study-desk/runs/000001-abcdefghij/waiting.json':
      '{"since": "2026-01-02T03:04:05.000Z", "actions": ["first", "second"]}',
    'study/metadata/study-desk/lock.json': JSON.stringify({
      ...{format: 1, token: 'snakemake-1', takenAt: '2026-01-02T03:04:05.000Z', ranBy: 'snakemake'},
      ...{pid, host: hostname(), boot: 'of there', pidNamespace: null},
      ...{processStart: startOf(pid), study: join(at, 'study')},
    }),
    'work/first/log': '2026-01-02T03:04:06.000000000Z at work 1\n',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(at, name, '..'), {recursive: true});
    writeFileSync(join(at, name), text);
  }
}

function startOf(pid: number): string {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

describe.runIf(hasSshd)('a run on another computer', () => {
  let folder: string;
  let server: SshServer;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'study-desk-followed-'));
    server = await sshServer(folder);
    vi.stubEnv('PATH', `${server.bin}:${process.env['PATH'] ?? ''}`);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
    await rm(folder, {recursive: true});
  });

  it('is followed by ssh, outlives a lost link, and is stopped from here', async () => {
    const there = join(folder, 'there');
    const snakemake = spawn('sleep', ['600'], {detached: true, stdio: 'ignore'});
    const ended = once(snakemake, 'close');
    exportedFolder(there, snakemake.pid ?? 0);
    const core = createCore({cacheDir: join(folder, 'cache')});
    const hooks = {signal: new AbortController().signal, onProgress: () => undefined};
    let study: Study | null = null;
    try {
      const unknown = await core.followStudy(`lab:${there}`, hooks);
      expect(unknown).toMatchObject({ok: false, error: {kind: 'network'}});
      await server.trust();
      const wrong = await core.followStudy(`lab:${folder}`, hooks);
      expect(wrong).toMatchObject({
        error: {message: `"${folder}" on lab is no exported folder.`},
      });
      const found = await core.followStudy(`lab:${there}`, hooks);
      if (!found.ok) throw new Error(found.error.message);
      const dir = found.value;
      expect(readFileSync(join(dir, 'analysis/first.py'), 'utf8')).toBe('print(1)\n');
      // what windows there keep is none of ours
      expect(existsSync(join(dir, 'metadata/study-desk/settings.json'))).toBe(false);

      const opened = await core.openStudy(dir, {watch: true});
      if (!opened.ok) throw new Error(opened.error.message);
      study = opened.value;
      const notices: string[] = [];
      study.subscribe((event) => {
        if (event.kind === 'run-event' && event.event.event === 'notice')
          notices.push(event.event.message);
      });
      const [open] = await study.runs.open();
      expect(open?.run.jobs).toMatchObject([
        {action: 'first', state: 'waiting'},
        {action: 'second', state: 'waiting'},
      ]);

      const log = join(dir, '../work/first/log');
      appendFileSync(join(there, 'work/first/log'), 'at work 2\n');
      writeFileSync(join(there, 'study/analysis/second.py'), 'print(2)\n');
      rmSync(join(there, 'study/analysis/first.py'));
      await expect.poll(() => readFileSync(log, 'utf8')).toContain('at work 2');
      await expect.poll(() => existsSync(join(dir, 'analysis/second.py'))).toBe(true);
      await expect.poll(() => existsSync(join(dir, 'analysis/first.py'))).toBe(false);

      // the link is lost, and comes back
      const key = readFileSync(join(folder, 'authorized'));
      await server.lockOut();
      for (const link of await sshProcesses()) process.kill(link);
      await expect.poll(() => notices.join('\n')).toContain('The link to lab was lost.');
      appendFileSync(join(there, 'work/first/log'), 'at work 3\n');
      writeFileSync(join(folder, 'authorized'), key);
      await expect.poll(() => notices.join('\n')).toContain('is back.');
      expect(readFileSync(log, 'utf8')).toContain('at work 3');

      const runId = open?.run.id ?? '';
      expect(await study.runs.cancel({runId, action: null})).toEqual({ok: true, value: null});
      expect((await ended)[1]).toBe('SIGINT');
      // its lock lies there still, and counts for nothing
      await expect.poll(async () => (await study?.runs.open())?.length).toBe(0);
    } finally {
      await study?.close();
      await core.close();
      if (snakemake.exitCode === null && snakemake.signalCode === null) snakemake.kill('SIGKILL');
    }
    expect(await sshProcesses()).toEqual([]);
  }, 90_000);
});

/** The ssh that this process has started. */
async function sshProcesses(): Promise<readonly number[]> {
  const found = spawn('pgrep', ['-P', String(process.pid), '-x', 'ssh']);
  let text = '';
  found.stdout.on('data', (piece: Buffer) => (text += piece.toString()));
  await once(found, 'close');
  return text.trim().split('\n').filter(Boolean).map(Number);
}
