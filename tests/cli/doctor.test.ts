import {execFileSync} from 'node:child_process';
import {hostname} from 'node:os';
import {readFileSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {DOCTOR_CHECK_NAMES} from '../../shared/doctor';
import {folderOf, pythonStudy, runCli, writes} from './runCli';

const study = pythonStudy({first: [[], writes('first', 'a\n1\n')]});
const bare = folderOf({'notes.txt': 'no study'});
afterAll(() => {
  for (const dir of [study, bare]) rmSync(dir, {recursive: true, force: true});
});

const of = (lines: readonly Record<string, unknown>[], check: string) =>
  lines.filter((line) => line['check'] === check);

describe('doctor', () => {
  it('tells of every check, and sends nothing over the network unasked', async () => {
    execFileSync('git', ['init', '--quiet', study]);
    const at = ['--project-dir', study, '--json'];
    const end = await runCli(['doctor', '--executor', 'process', ...at]);
    expect(end.code).toBe(0);
    const lines = end.json();
    expect([...new Set(lines.map(({check}) => check))]).toEqual(DOCTOR_CHECK_NAMES);
    expect(of(lines, 'git')).toMatchObject([
      {result: 'ok'},
      {result: 'ok', message: 'There is no commit yet.'},
    ]);
    expect(of(lines, 'project')).toMatchObject([{message: 'project.yaml is valid, version 5.'}]);
    const env = {DOCKER_HOST: 'unix:///nowhere.sock'};
    const down = (await runCli(['doctor', ...at], {env})).json();
    expect(of(down, 'registry')).toMatchObject([{result: 'not-checked'}]);
    expect(of(down, 'memory')).toMatchObject([{result: 'not-checked'}]);
  });

  it('finds in definitions what needs no engine, and says what it could not look at', async () => {
    const dir = folderOf({
      'project.yaml': `version: 5
actions:
  extract:
    run: ehrql:v1 generate-dataset d.py --output output/d.csv
    outputs: {highly_sensitive: {d: output/d.csv}}
`,
      'd.py': 'x = codelist_from_csv("codes.csv", column="code")\n',
    });
    const end = await runCli(['doctor', '--executor', 'process', '--project-dir', dir, '--json']);
    expect(of(end.json(), 'definitions')).toMatchObject([
      {
        result: 'warning',
        message: 'd.py, line 1: There is no codelist `codes.csv`. [D-CODELIST-FILE]',
      },
      {result: 'not-checked', message: expect.stringMatching(/^1 definition was/) as unknown},
    ]);
    rmSync(dir, {recursive: true});
  });

  it('says of a folder without project.yaml that it holds no study', async () => {
    const end = await runCli(['doctor', '--executor', 'process', '--project-dir', bare]);
    expect(end.code).toBe(2);
    expect(end.stdout).toContain('the folder holds no study');
    expect(end.stdout).not.toContain('errors');
    const planned = await runCli(['plan', 'run_all', '--project-dir', bare]);
    expect(planned.stderr).not.toContain('has errors');
    const nowhere = await runCli(['doctor', '--executor', 'process', '--project-dir', '/nowhere']);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('There is no folder /nowhere.');
    expect(nowhere.stdout).toContain('This computer');
  });

  it('writes the report for support, without names and paths', async () => {
    const file = join(bare, 'support.txt');
    const at = ['--project-dir', study];
    const end = await runCli(['doctor', '--executor', 'process', '--report', file, ...at]);
    expect(end.code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('Study: project.yaml is valid');
    for (const own of [study, 'first', hostname()]) expect(text).not.toContain(own);
    const missing = join(bare, 'nowhere/support.txt');
    expect((await runCli(['doctor', '--report', missing, ...at])).code).toBe(1);
  });
});
