import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, beforeEach, describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {plannedFor, pythonStudy, runCli, statesOf, writes} from './runCli';

const folders: string[] = [];
afterAll(() => {
  for (const dir of folders) rmSync(dir, {recursive: true, force: true});
});

/** Makes a study whose three actions have run; `use` needs `gen`. */
async function makeStudy(): Promise<string> {
  const dir = pythonStudy({
    gen: [[], writes('gen', 'a\n1\n')],
    use: [['gen'], 'text = open("output/gen.csv").read()\nopen("output/use.csv", "w").write(text)'],
    other: [[], writes('other', 'b\n1\n')],
  });
  folders.push(dir);
  const end = await runCli(['run', 'run_all', '--executor', 'process', '--project-dir', dir]);
  expect(end.code).toBe(0);
  return dir;
}

describe('what stands in for a run', () => {
  let dir = '';
  let at: readonly string[] = [];
  let made = '';
  beforeAll(async () => {
    made = await makeStudy();
  });
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'study-desk-decided-'));
    folders.push(dir);
    cpSync(made, dir, {recursive: true, preserveTimestamps: true});
    at = ['--project-dir', dir];
  });

  it('earlier outputs are listed, put back with what they build on, and told', async () => {
    rmSync(join(dir, 'output/gen.csv'));
    rmSync(join(dir, 'output/use.csv'));
    const status = await runCli(['status', ...at]);
    expect(status.stdout).toMatch(/^use +Outputs missing .*gone: `output\/use\.csv`$/m);
    expect(status.stdout).toMatch(/^use: outputs missing\n {2}\S/m);
    // a file that is gone has no lines to show
    expect(status.stdout).not.toContain('study-desk diff');
    expect(await plannedFor(dir, 'status:outputs-missing')).toEqual(['gen', 'use']);
    const marked = await runCli(['mark', 'use', '--reason', 'I know it', ...at]);
    expect([marked.code, marked.stdout]).toEqual([2, '']);
    expect(marked.stderr).toContain('Some of its outputs are missing');

    const offered = await runCli(['restore', '--json', ...at]);
    expect(offered.code).toBe(0);
    const line = {
      producedAt: expect.stringMatching(/^\d{4}-/) as unknown,
      outputCounts: {highly_sensitive: 0, moderately_sensitive: 1, minimally_sensitive: 0},
    };
    expect(offered.json()).toEqual([
      {action: 'gen', ...line},
      {action: 'use', ...line},
    ]);
    expect(await statesOf(dir)).toMatchObject({gen: 'outputs-missing'});

    const restored = await runCli(['restore', 'use', '--json', ...at]);
    expect(restored.code).toBe(0);
    expect(restored.json().map(({action}) => action)).toEqual(['gen', 'use']);
    expect(readFileSync(join(dir, 'output/use.csv'), 'utf8')).toBe('a\n1\n');
    expect(await statesOf(dir)).toEqual({
      gen: 'up-to-date',
      use: 'up-to-date',
      other: 'up-to-date',
    });
    expect((await runCli(['status', ...at])).stdout).toMatch(/^use .*restored from the cache$/m);
  });

  it('only what was put back is told, and a query means what can be', async () => {
    rmSync(join(dir, 'output/gen.csv'));
    // `use` is out of date by that too, and up to date again once `gen` is back
    const restored = await runCli(['restore', 'gen', '--json', ...at]);
    expect(restored.json().map(({action}) => action)).toEqual(['gen']);
    rmSync(join(dir, 'output/other.csv'));
    const all = await runCli(['restore', '*', '--json', ...at]);
    expect([all.code, all.json().map(({action}) => action)]).toEqual([0, ['other']]);
  });

  it('what is not offered is refused with the reason, and an unknown name by its nearest', async () => {
    const fine = await runCli(['restore', 'other', '--json', ...at]);
    expect(fine.code).toBe(2);
    expect(fine.json()).toMatchObject([
      {error: {kind: 'not-found', why: expect.stringContaining('It is up to date') as unknown}},
    ]);
    writeFileSync(join(dir, 'analysis/other.py'), 'print("another script")\n');
    const changed = await runCli(['restore', 'other', ...at]);
    expect([changed.code, changed.stderr]).toEqual([
      2,
      expect.stringContaining('The cache has no outputs of it'),
    ]);
    expect((await runCli(['restore', 'uze', ...at])).stderr).toContain('Did you mean `use`?');
  });

  it('nothing is put back where a kept copy is a pipe or damaged, and it is said which', async () => {
    const sha256 = createHash('sha256').update('a\n1\n').digest('hex');
    const copy = join(dir, 'metadata/study-desk/cache', sha256);
    for (const name of ['gen', 'other']) rmSync(join(dir, `output/${name}.csv`));
    rmSync(copy);
    execFileSync('mkfifo', [copy]);
    const odd = await runCli(['restore', 'other', 'gen', ...at]);
    expect(odd.code).toBe(1);
    expect(odd.stderr).toContain('The kept copy of "output/gen.csv" is a pipe, not a file.');
    expect(odd.stderr).toContain(`remove \`metadata/study-desk/cache/${sha256}\``);
    rmSync(copy);
    writeFileSync(copy, 'b\n1\n');
    const damaged = await runCli(['restore', 'other', 'gen', ...at]);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('The kept copy of "output/gen.csv" is damaged.');
    expect(readdirSync(join(dir, 'output'))).toEqual(['use.csv']);
    expect(existsSync(join(dir, 'metadata/study-desk/incoming'))).toBe(false);
    expect((await runCli(['restore', 'other', ...at])).code).toBe(0);
  });

  longTest(
    'a file that two actions have made is put back as the later of them made it',
    async () => {
      for (const [name, pattern, text] of [
        ['gen', 'output/s*.csv', 'a\n1\n'],
        ['use', 'output/*d.csv', 'a\n2\n'],
      ] as const) {
        const yaml = readFileSync(join(dir, 'project.yaml'), 'utf8');
        const own = yaml
          .replace(`output/${name}.csv`, pattern)
          .replace('needs: [gen]', 'needs: []');
        writeFileSync(join(dir, 'project.yaml'), own);
        writeFileSync(
          join(dir, `analysis/${name}.py`),
          `import os\nos.makedirs("output", exist_ok=True)\n${writes('shared', text)}\n`,
        );
        const end = await runCli(['run', name, '-f', '--executor', 'process', ...at]);
        expect(end.code, end.stdout + end.stderr).toBe(0);
      }
      rmSync(join(dir, 'output/shared.csv'));
      const restored = await runCli(['restore', 'gen', 'use', '--json', ...at]);
      expect([restored.code, restored.stderr]).toEqual([0, '']);
      expect(readFileSync(join(dir, 'output/shared.csv'), 'utf8')).toBe('a\n2\n');
      expect(existsSync(join(dir, 'metadata/study-desk/incoming'))).toBe(false);
    },
  );

  it('a mark holds with its reason until anything changes, and needs one', async () => {
    writeFileSync(
      join(dir, 'analysis/other.py'),
      `import os\nos.makedirs("output", exist_ok=True)\n${writes('other', 'b\n2\n')}\n`,
    );
    expect(await statesOf(dir)).toMatchObject({other: 'out-of-date'});
    for (const args of [
      ['mark', 'other'],
      ['mark', 'other', '--reason', ' '],
      ['mark', 'othr', '--reason', 'mistyped'],
    ])
      expect((await runCli([...args, ...at])).code).toBe(2);
    expect(await statesOf(dir)).toMatchObject({other: 'out-of-date'});

    const reason = 'only a comment';
    const marked = await runCli(['mark', 'stale', '--reason', reason, '--json', ...at]);
    expect(marked.code).toBe(0);
    expect(marked.json()).toEqual([
      {action: 'other', reason, markedAt: expect.stringMatching(/^\d{4}-/) as unknown},
    ]);
    expect(await statesOf(dir)).toMatchObject({other: 'up-to-date'});
    expect((await runCli(['status', ...at])).stdout).toMatch(/^other .*marked: only a comment$/m);
    const stale = await runCli(['run', '--stale', 'run_all', '--executor', 'process', ...at]);
    expect([stale.code, stale.stdout]).toEqual([
      0,
      expect.stringContaining('Everything is up to date.'),
    ]);
  });

  longTest(
    'no mark covers an attempt that failed: neither one from before, nor a new one',
    async () => {
      expect((await runCli(['mark', 'other', '--reason', 'as it was', ...at])).code).toBe(0);
      writeFileSync(join(dir, 'analysis/other.py'), 'raise SystemExit(3)\n');
      const process = ['--executor', 'process', ...at];
      expect((await runCli(['run', 'other', ...process])).code).toBe(1);
      writeFileSync(join(dir, 'analysis/other.py'), `${writes('other', 'b\n1\n')}\n`);
      const refused = await runCli(['mark', 'other', '--reason', 'I know it', ...at]);
      expect([refused.code, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toContain('Its latest attempt did not succeed');
      const again = await runCli(['run', '--stale', 'run_all', '--json', ...process]);
      expect(again.json()[0]).toMatchObject({jobs: [{action: 'other', reason: 'failed-before'}]});
    },
  );

  longTest(
    'a success whose record is gone is not verified, found by its word, and made again',
    async () => {
      rmSync(join(dir, 'metadata/study-desk/provenance'), {recursive: true});
      const status = await runCli(['status', ...at]);
      expect(status.stdout).not.toContain('study-desk diff');
      expect(status.stdout).toMatch(/^other +Not verified/m);
      expect(status.stdout).toMatch(/^other: not verified\n {2}\S/m);
      expect((await runCli(['status', '--exit-code', ...at])).code).toBe(6);
      expect(await plannedFor(dir, 'status:not-verified')).toEqual(['gen', 'use', 'other']);
      const run = await runCli([
        'run',
        '--stale',
        'other',
        '--executor',
        'process',
        '--json',
        ...at,
      ]);
      expect(run.json()[0]).toMatchObject({jobs: [{action: 'other'}]});
      expect(await statesOf(dir)).toMatchObject({other: 'up-to-date', gen: 'not-verified'});
    },
  );

  it('released files stand in for a run, later actions run on them, and they are taken out again', async () => {
    const process = ['--executor', 'process', ...at];
    execFileSync('git', ['init', '-q', dir]);
    const came = mkdtempSync(join(tmpdir(), 'study-desk-released-'));
    folders.push(came);
    writeFileSync(join(came, 'gen.csv'), 'a\n99\n');
    writeFileSync(join(came, 'letter.txt'), 'Released.');
    const supply = ['supply', 'gen', '--from', came, '--source', 'release 12'];
    const none = await runCli(['supply', 'other', '--from', came, ...at]);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('output/other.csv')]);
    const tried = await runCli([...supply, '--dry-run', ...at]);
    expect(tried.stdout).toContain('output/gen.csv (gen.csv there)');
    expect(await statesOf(dir)).toMatchObject({gen: 'up-to-date', use: 'up-to-date'});

    expect((await runCli([...supply, '--date', '2026-11-30', ...at])).code).toBe(0);
    expect((await runCli(['status', 'gen', ...at])).stdout).toMatch(
      /^gen +Supplied .*from release 12, of 2026-11-30$/m,
    );
    expect((await runCli(['status', 'gen', '--exit-code', ...at])).code).toBe(6);
    expect((await runCli(['logs', 'gen', ...at])).stderr).toContain('Its outputs were supplied');
    // its code does not count any more, and what needs it is out of date by its content
    writeFileSync(join(dir, 'analysis/gen.py'), 'raise SystemExit(1)\n');
    const states = {gen: 'supplied', use: 'out-of-date', other: 'up-to-date'};
    expect(await statesOf(dir)).toEqual(states);
    expect(await plannedFor(dir, 'run_all')).toEqual([]);
    const run = await runCli(['run', '--stale', 'use', '--json', ...process]);
    expect([run.code, run.json()[0]]).toEqual([
      0,
      expect.objectContaining({skipped: [{action: 'gen', reason: 'supplied'}]}),
    ]);
    expect(readFileSync(join(dir, 'output/use.csv'), 'utf8')).toBe('a\n99\n');
    expect(await statesOf(dir)).toMatchObject({gen: 'supplied', use: 'up-to-date'});

    // what they replaced comes back under another name too
    const renamed = await runCli(['rename', 'gen', 'made', '--json', ...at]);
    const carried = expect.arrayContaining(['what its supplied files replaced']) as unknown;
    expect([renamed.code, renamed.json()]).toEqual([0, [expect.objectContaining({carried})]]);
    expect(await statesOf(dir)).toMatchObject({made: 'supplied', use: 'up-to-date'});

    writeFileSync(join(dir, 'output/gen.csv'), 'by hand');
    const edited = await runCli(['supply', 'made', '--remove', ...at]);
    expect(edited.stderr).toContain('output/gen.csv has changed since.');
    writeFileSync(join(dir, 'output/gen.csv'), 'a\n99\n');
    expect((await runCli(['supply', 'made', '--remove', ...at])).code).toBe(0);
    expect(readFileSync(join(dir, 'output/gen.csv'), 'utf8')).toBe('a\n1\n');
    expect(await statesOf(dir)).toMatchObject({made: 'out-of-date', use: 'out-of-date'});
  });

  it('nothing is to be given up where no run was cut off', async () => {
    const end = await runCli(['give-up', '--yes', '--json', ...at]);
    expect([end.code, end.json()]).toEqual([0, []]);
  });
});
