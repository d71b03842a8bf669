import {rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {folderOf, runCli} from './runCli';

const dir = folderOf({
  'good/project.yaml': `version: 5
actions:
  generate_dataset:
    run: ehrql:v1 generate-dataset analysis/d.py --output output/d.csv.gz
    outputs:
      highly_sensitive:
        data: output/d.csv.gz
  model:
    run: "r:v2 analysis/model.R 'two words'"
    needs: [generate_dataset]
    config: {name: "caf\\u00e9's"}
    outputs:
      moderately_sensitive:
        table: output/model.csv
      minimally_sensitive: {}
`,
  'good/analysis/d.py': '',
  'good/analysis/model.R': '',
  'bad/project.yaml': `version: 5
actions:
  a:
    run: r:v2 analysis/a.R
    needs: [zz]
    outputs:
      moderately_sensitive:
        t: out.rds
`,
});
afterAll(() => rmSync(dir, {recursive: true}));

const DEFINITIONS = join(import.meta.dirname, '../fixtures/definitions');

describe('validate', () => {
  it('warns of what definitions say in their texts, each at its place, and of none that is well made', async () => {
    const of = async (study: string) => {
      const end = await runCli(['validate', '--json', study], {cwd: DEFINITIONS});
      const [line] = end.json();
      return (line?.['problems'] ?? []) as readonly {
        readonly rule: string;
        readonly action: string;
        readonly line: number;
        readonly place?: {readonly file: string; readonly line: number};
        readonly reason?: string;
        readonly link?: string;
      }[];
    };
    const found = (await of('faulty')).filter(({reason}) => reason !== undefined);
    expect(
      found
        .map(({rule, place, line}) => `${place?.file ?? ''}:${place?.line ?? line} ${rule}`)
        .sort(),
    ).toEqual([
      ':16 E-EHRQL-MISMATCH',
      ':19 S-EHRQL-OUTPUT',
      ':22 E-EHRQL-MISMATCH',
      ':31 S-DUMMY-BOTH',
      ':7 S-DUMMY-BOTH',
      'analysis/coded.py:4 D-CODELIST-COLUMN',
      'analysis/coded.py:5 D-CODELIST-FILE',
      'analysis/coded.py:7 D-CODELIST-COLUMN',
      'analysis/codelists.py:3 D-CODELIST-COLUMN',
      'analysis/eventful.py:9 D-EVENT-OUTPUT',
      'analysis/restricted.py:12 D-EVENT-OUTPUT',
    ]);
    expect(found.every(({link}) => link?.startsWith('https://docs.opensafely.org/ehrql/'))).toBe(
      true,
    );
    expect((await of('wellMade')).filter(({reason}) => reason !== undefined)).toEqual([]);
  });

  it('tells a valid file in one line, nothing else on standard output', async () => {
    const end = await runCli(['validate', '--json', 'good'], {cwd: dir});
    expect(end.code).toBe(0);
    expect(end.stderr).toBe('');
    const [line, ...more] = end.json();
    expect(more).toEqual([]);
    expect(line).toMatchObject({
      file: 'good',
      valid: true,
      acceptedByReference: true,
      version: 5,
      expectations: null,
      runAll: ['generate_dataset', 'model'],
      actions: [
        {
          name: 'generate_dataset',
          argv: ['ehrql:v1', 'generate-dataset', 'analysis/d.py', '--output', 'output/d.csv.gz'],
          needs: [],
          outputs: {highly_sensitive: {data: 'output/d.csv.gz'}},
          usesDatabase: true,
        },
        {
          name: 'model',
          argv: ['r:v2', 'analysis/model.R', 'two words'],
          needs: ['generate_dataset'],
          outputs: {moderately_sensitive: {table: 'output/model.csv'}, minimally_sensitive: {}},
          usesDatabase: false,
          commandWithConfig: String.raw`r:v2 analysis/model.R 'two words' --config '{"name": "caf\u00e9\u0027s"}'`,
        },
      ],
    });
    expect(Object.keys(line ?? {})).toEqual([
      'file',
      'valid',
      'acceptedByReference',
      'version',
      'expectations',
      'problems',
      'actions',
      'runAll',
    ]);
  });

  it('reads many files and folders in one process and ends with 2 if one is invalid', async () => {
    const given = ['good/project.yaml', 'bad', join(dir, 'good'), 'missing'];
    const end = await runCli(['validate', '--json', ...given], {cwd: dir});
    expect(end.code).toBe(2);
    const lines = end.json();
    expect(lines.map(({file}) => file)).toEqual(given);
    expect(lines.map(({valid}) => valid)).toEqual([true, false, true, false]);
    expect(lines[1]).toMatchObject({acceptedByReference: false, actions: [], runAll: []});
    const {problems} = lines[1] as {problems: Record<string, unknown>[]}; // checked by what follows
    expect(problems[0]).toMatchObject({
      severity: 'error',
      rule: 'E-PATH-L4TYPE',
      action: 'a',
      line: 8,
    });
    expect(problems.map(({rule}) => rule)).toContain('E-NEEDS-UNKNOWN');
    expect(Object.keys(problems[0] ?? {})).toEqual([
      'severity',
      'rule',
      'message',
      'hint',
      'line',
      'column',
      'action',
    ]);
  });

  it('gives every problem its place in text too, and takes the study folder without arguments', async () => {
    const end = await runCli(['validate', '--project-dir', 'bad'], {cwd: dir});
    expect(end.code).toBe(2);
    expect(end.stdout).toMatch(/^bad:8:\d+: error: .*\[E-PATH-L4TYPE\]$/m);
    expect(end.stdout).toContain('bad: not valid');
  });

  it('needs no engine', async () => {
    const end = await runCli(['validate', 'good'], {
      cwd: dir,
      env: {DOCKER_HOST: 'unix:///nowhere.sock'},
    });
    expect(end.code).toBe(0);
    expect(end.stdout).toContain('good: valid, 2 actions');
  });
});

describe('the command line itself', () => {
  it('ends the events of a run with `finished`, also where nothing could start', async () => {
    for (const args of [
      ['run', 'a', '-c', '0', '--json'],
      ['--project-dir', '/nowhere', 'run', 'a', '--json'],
    ])
      expect((await runCli(args)).json()).toMatchObject([
        {
          event: 'finished',
          succeeded: false,
          jobs: [],
          error: {message: expect.any(String) as unknown},
        },
      ]);
    expect((await runCli(['--project-dir', 'run', 'plan', 'a', '--json'])).json()).toMatchObject([
      {error: {kind: 'not-found'}},
    ]);
  });

  it('ends with 2 for what it does not know, with 0 for help', async () => {
    expect((await runCli(['validte'])).code).toBe(2);
    expect((await runCli(['plan', '--nope'])).code).toBe(2);
    expect((await runCli(['run', 'a', '--memory', 'lots'])).code).toBe(2);
    expect((await runCli(['run', 'a', '-c', '0'])).code).toBe(2);
    expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const help = await runCli(['--help']);
    expect(help.code).toBe(0);
    for (const command of [
      'validate',
      'graph',
      'plan',
      'run',
      'status',
      'diff',
      'restore',
      'mark',
      'give-up',
      'outputs',
      'logs',
      'doctor',
      'open',
    ])
      expect(help.stdout).toContain(command);
  });
});
