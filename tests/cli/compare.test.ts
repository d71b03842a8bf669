import {execFileSync} from 'node:child_process';
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {pythonStudy, runCli, writes} from './runCli';

/** Python that writes 5,000 rows, three cells of which depend on `edit`. */
const table = (edit: string) => `
with open("output/table.csv", "w") as out:
    out.write("patient_id,sex,n\\n")
    for at in range(5000):
        n = "${edit}" if at in (0, 777, 4999) else at * 3
        out.write(f"{at:06d},{'FM'[at % 2]},{n}\\n")
${writes('note', `first\n${edit}\n`)}
${writes('same', 'a,b\n1,2\n')}
open("output/${edit}.csv", "w").write("x\\n1\\n")
`;

let dir = '';
let at: readonly string[] = [];
const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args], {
    cwd: dir,
    encoding: 'utf8',
  });
const run = async () => {
  const end = await runCli(['run', 'table', '-f', '--executor', 'process', ...at]);
  expect(end.code).toBe(0);
};

describe('compare', () => {
  beforeAll(async () => {
    dir = pythonStudy({table: [[], table('before')]});
    at = ['--project-dir', dir];
    const project = `version: 5
actions:
  table:
    run: python:v2 python analysis/table.py
    outputs:
      moderately_sensitive:
        all: output/*.csv
`;
    writeFileSync(join(dir, 'project.yaml'), project);
    await run();
    git('init', '--quiet');
    git('add', '--force', 'output/table.csv');
    git('commit', '--quiet', '--message', 'Outputs of the first run');
    rmSync(join(dir, 'output/before.csv'));
    writeFileSync(
      join(dir, 'analysis/table.py'),
      `import os\nos.makedirs("output", exist_ok=True)\n${table('after')}`,
    );
    await run();
  });
  afterAll(() => rmSync(dir, {recursive: true}));

  it('finds exactly the 3 cells that differ among 5,000 rows, against a run and a commit', async () => {
    for (const version of [[], ['--with', 'HEAD']]) {
      const end = await runCli(['compare', 'output/table.csv', '--json', ...version, ...at]);
      const [head, ...cells] = end.json();
      expect(head).toMatchObject({
        path: 'output/table.csv',
        visible: true,
        kind: 'table',
        matching: {by: 'key', columns: ['patient_id']},
        changedCells: 3,
        changedRows: 3,
        newRows: 0,
        goneRows: 0,
      });
      expect(cells).toEqual(
        [1, 778, 5000].map((row) => ({
          change: 'cell',
          row,
          oldRow: row,
          column: 'n',
          before: 'before',
          after: 'after',
        })),
      );
    }
    const text = await runCli(['compare', 'output/table.csv', '--with', 'HEAD', ...at]);
    expect(text.stdout).toBe(
      [
        'output/table.csv against commit HEAD: 3 cells changed in 3 rows',
        'rows matched by patient_id',
        'row 1     n  before → after',
        'row 778   n  before → after',
        'row 5000  n  before → after',
        '',
      ].join('\n'),
    );
  });

  it('compares an output that no run here made with a commit', async () => {
    writeFileSync(join(dir, 'output/by_hand.csv'), 'a,b\n1,2\n');
    git('add', '--force', 'output/by_hand.csv');
    git('commit', '--quiet', '--message', 'An output of elsewhere');
    writeFileSync(join(dir, 'output/by_hand.csv'), 'a,b\n1,3\n');
    const end = await runCli(['compare', 'output/by_hand.csv', '--with', 'HEAD', '--json', ...at]);
    rmSync(join(dir, 'output/by_hand.csv'));
    expect(end.json()).toEqual([
      expect.objectContaining({path: 'output/by_hand.csv', kind: 'table', changedCells: 1}),
      {change: 'cell', row: 1, oldRow: 1, column: 'b', before: '2', after: '3'},
    ]);
  });

  it('tells of all outputs of the latest run what became of them', async () => {
    const end = await runCli(['compare', '--json', ...at]);
    expect(
      end.json().map(({path, change, difference}) => [path, change, difference ?? null]),
    ).toEqual([
      ['output/after.csv', 'new', null],
      ['output/note.csv', 'changed', expect.objectContaining({kind: 'table', changedCells: 1})],
      ['output/same.csv', 'same', null],
      ['output/table.csv', 'changed', expect.objectContaining({changedCells: 3})],
      ['output/before.csv', 'gone', null],
    ]);
  });

  it('says what can’t be compared, and why', async () => {
    for (const [args, message] of [
      [['analysis/table.py'], 'No run of Study Desk has made "analysis/table.py".'],
      [
        ['analysis/table.py', '--with', 'HEAD'],
        '"analysis/table.py" is not an output of this study.',
      ],
      [
        ['output/table.csv', '--with', 'nothing'],
        'There is no commit "nothing" in this repository.',
      ],
      [['output/note.csv', '--with', 'HEAD'], /^Commit .{7} holds no "output\/note.csv"\.$/],
      [['output/table.csv', '--key', 'sex'], /^Several rows have the same sex\./],
    ] as const) {
      const end = await runCli(['compare', '--json', ...args, ...at]);
      expect(end.code, args.join(' ')).not.toBe(0);
      expect(end.json().at(-1)).toHaveProperty(
        'error.message',
        typeof message === 'string' ? message : expect.stringMatching(message),
      );
    }
    rmSync(join(dir, 'metadata/study-desk/cache'), {recursive: true});
    const end = await runCli(['compare', 'output/table.csv', '--json', ...at]);
    expect(end.json().at(-1)).toHaveProperty(
      'error.message',
      expect.stringMatching(/^What "output\/table.csv" held after run \w+ is no longer kept\.$/),
    );
  });
});
