import {rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {pythonStudy, runCli} from './runCli';

const PROCESS = ['--executor', 'process'];

let dir: string;
let at: readonly string[];

function talking(attempt: string): string {
  return [
    'import os, sys',
    'for n in range(3000): print("line", n)',
    `print("attempt ${attempt}")`,
    'print("on the other stream", file=sys.stderr)',
    'os.makedirs("output", exist_ok=True)',
    'open("output/talk.csv", "w").write("a\\n1\\n")',
    '',
  ].join('\n');
}

/** Two attempts at one action, each of which says which it is. */
beforeAll(async () => {
  dir = pythonStudy({talk: [[], '']});
  at = ['--project-dir', dir];
  for (const attempt of ['one', 'two']) {
    await writeFile(join(dir, 'analysis/talk.py'), talking(attempt));
    const run = await runCli(['run', 'talk', ...PROCESS, ...at]);
    expect(run.code, run.stderr).toBe(0);
  }
});

afterAll(() => rm(dir, {recursive: true, force: true}));

it('prints every line of the latest job', async () => {
  const end = await runCli(['logs', 'talk', '--json', ...at]);
  expect(end.code).toBe(0);
  const lines = end.json();
  expect(lines).toHaveLength(3002);
  expect(lines.map(({seq}) => seq)).toEqual(lines.map((_, index) => index));
  expect(lines.map(({text}) => text)).toContain('attempt two');
});

it('prints the lines that a pattern matches, and ends with 1 where none does', async () => {
  const found = await runCli(['logs', 'talk', '--grep', '^line 29[0-9]{2}$', '--json', ...at]);
  expect(found.code).toBe(0);
  expect(found.json().map(({text}) => text)).toHaveLength(100);
  const none = await runCli(['logs', 'talk', '--grep', 'ATTEMPT', ...at]);
  expect({code: none.code, stdout: none.stdout}).toEqual({code: 1, stdout: ''});
  expect((await runCli(['logs', 'talk', '--grep', 'ATTEMPT', '-i', ...at])).code).toBe(0);
  const bad = await runCli(['logs', 'talk', '--grep', '(', ...at]);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('can’t be understood');
});

it('prints an earlier attempt, by its number or its run', async () => {
  const first = await runCli(['logs', 'talk', '--attempt', '1', '--grep', '^attempt', ...at]);
  expect(first.stdout).toMatch(/ attempt one\n$/);
  const second = await runCli(['logs', 'talk', '--attempt', '2', '--grep', '^attempt', ...at]);
  expect(second.stdout).toMatch(/ attempt two\n$/);
  const third = await runCli(['logs', 'talk', '--attempt', '3', ...at]);
  expect(third.code).toBe(2);
  expect(third.stderr).toContain('Logs of 2 attempts are kept');
  const [runId] = /runs (\w+)/.exec(third.stderr)?.slice(1) ?? [];
  const byRun = await runCli(['logs', 'talk', '--run', runId ?? '', '--grep', '^attempt', ...at]);
  expect(byRun.stdout).toMatch(/ attempt one\n$/);
});

it('prints the lines of a time on', async () => {
  expect((await runCli(['logs', 'talk', '--since', '1h', '--json', ...at])).json()).toHaveLength(
    3002,
  );
  expect((await runCli(['logs', 'talk', '--since', '2999-01-01', ...at])).stdout).toBe('');
  const bad = await runCli(['logs', 'talk', '--since', 'yesterday', ...at]);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('is no time');
});

it('follows the job under way to its end', async () => {
  await writeFile(
    join(dir, 'analysis/talk.py'),
    `import time\nprint("begun", flush=True)\ntime.sleep(1.5)\nprint("ended")\n${talking('three').replace('3000', '1')}`,
  );
  const run = runCli(['run', 'talk', ...PROCESS, ...at]);
  while (!(await runCli(['logs', 'talk', ...at])).stdout.includes('begun')) await delay(100);
  const followed = await runCli(['logs', 'talk', '-f', '--json', ...at]);
  expect(followed.code).toBe(0);
  const texts = followed.json().map(({text}) => text);
  expect(texts[0]).toBe('begun');
  expect(texts).toEqual(expect.arrayContaining(['ended', 'attempt three']));
  expect((await run).code).toBe(0);
});
