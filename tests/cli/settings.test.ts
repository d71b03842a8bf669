import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import type {RunOptions} from '../../shared/run';
import {pythonStudy, runCli, writes} from './runCli';

let dir: string;
let home: string;
beforeEach(() => {
  dir = pythonStudy({gen: [[], writes('gen', 'a\n1\n')]});
  home = mkdtempSync(join(tmpdir(), 'study-desk-user-'));
});
afterEach(() => {
  for (const folder of [dir, home]) rmSync(folder, {recursive: true, force: true});
});

function call(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return runCli([...args, '--project-dir', dir], {env: {XDG_CONFIG_HOME: home, ...env}});
}

/** How the only run of the study was carried out. */
function optionsOfRun(): RunOptions {
  const runs = join(dir, 'metadata/study-desk/runs');
  const [run] = readdirSync(runs);
  const record = readFileSync(join(runs, run ?? '', 'run.json'), 'utf8');
  return (JSON.parse(record) as {options: RunOptions}).options; // of our own making
}

describe('settings', () => {
  it('of command line, environment, study and user are honoured in that order, and told', async () => {
    expect((await call(['settings', 'executor', 'process'])).code).toBe(0);
    expect((await call(['settings', 'memory', '1G'])).code).toBe(0);
    for (const [name, value] of [
      ['memory', '2G'],
      ['cpus', '1.5'],
      ['concurrency', '4'],
    ] as const)
      expect((await call(['settings', name, value, '--study'])).code).toBe(0);
    const run = await call(['run', 'gen', '--concurrency', '7'], {STUDY_DESK_CPUS: '0.5'});
    expect(run.code, run.stderr).toBe(0);
    expect(run.stdout).toContain(
      'As chosen in the settings: Run jobs with: This computer’s own Python and R (yours); ' +
        'Memory for a job: 2G (this study’s); Processors for a job: 0.5 (STUDY_DESK_CPUS).',
    );
    expect(optionsOfRun()).toMatchObject({
      executor: 'process',
      concurrency: 7,
      limits: {memoryBytes: 2 * 1024 ** 3, cpus: 0.5},
    });
  });

  it('are told each with where it comes from, and can be taken back', async () => {
    await call(['settings', 'concurrency', '3']);
    await call(['settings', 'concurrency', '5', '--study']);
    const told = await call(['settings', 'concurrency', '--json']);
    expect(told.json()).toEqual([
      {
        name: 'concurrency',
        value: '5',
        source: 'study',
        default: '2',
        flag: '--concurrency',
        variable: 'STUDY_DESK_CONCURRENCY',
        perStudy: true,
        label: 'Jobs at a time',
      },
    ]);
    await call(['settings', 'concurrency', '--unset', '--study']);
    expect((await call(['settings', 'concurrency'])).stdout).toMatch(/^concurrency +3 +yours/);
  });

  it('that a study can’t choose are refused, and not heard where its file has them', async () => {
    const refused = await call(['settings', 'executor', 'process', '--study']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('A study can’t choose “Run jobs with”.');
    await call(['settings', 'cpus', '1', '--study']);
    const file = join(dir, 'metadata/study-desk/settings.json');
    writeFileSync(file, JSON.stringify({executor: 'process', cpus: 1.5}));
    const told = await call(['settings', '--json']);
    expect(told.stderr).toContain('A study can’t choose “Run jobs with”. That setting is ignored.');
    const values = new Map(told.json().map(({name, value}) => [name, value]));
    expect([values.get('executor'), values.get('cpus')]).toEqual(['docker', '1.5']);
    // nor do they stand in the way of what is chosen later, and what the file said is kept beside it
    expect((await call(['settings', 'concurrency', '4', '--study'])).code).toBe(0);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({cpus: 1.5, concurrency: 4});
    expect(JSON.parse(readFileSync(`${file}.damaged`, 'utf8'))).toEqual({
      executor: 'process',
      cpus: 1.5,
    });
  });

  it('tell where images come from, which no study can choose', async () => {
    const told = await runCli(['settings', 'registry', '--json', '--project-dir', dir], {
      env: {DOCKER_REGISTRY: 'mirror.example/opensafely'},
    });
    expect(told.json()).toMatchObject([
      {value: 'mirror.example/opensafely', source: 'environment', perStudy: false},
    ]);
    expect((await call(['settings', 'registry', 'other.example', '--study'])).code).toBe(2);
  });

  it('of single actions are set, told and taken away', async () => {
    const name = 'gen';
    const set = await call(['limits', name, '--memory', '8G', '--json']);
    expect(set.json()).toEqual([
      {action: name, memoryBytes: 8 * 1024 ** 3, cpus: null, timeoutSeconds: null},
    ]);
    await call(['limits', name, '--timeout', '1.5']);
    expect((await call(['limits'])).stdout).toBe(`${name}  8 GB of memory, 1 m 30 s at most\n`);
    expect((await call(['limits', 'nothing', '--cpus', '1'])).code).toBe(2);
    await call(['limits', name, '--unset']);
    expect((await call(['limits'])).stdout).toBe('No action has limits of its own.\n');
  });

  it.each([
    [['settings', 'colour'], 'There is no setting “colour”.'],
    [['settings', 'cpus', 'many'], 'cpus can’t be “many”.'],
    [['settings', '--unset'], 'Name the setting.'],
  ])('refuse %j', async (args, message) => {
    const refused = await call(args);
    expect([refused.code, refused.stderr.split('\n')[0]]).toEqual([2, `study-desk: ${message}`]);
  });
});
