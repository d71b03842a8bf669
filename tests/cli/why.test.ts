import {rm} from 'node:fs/promises';
import {afterAll, beforeAll, expect, it} from 'vitest';
import {pythonStudy, runCli, writes} from './runCli';

const PROCESS = ['--executor', 'process', '--continue-on-error'];

let dir: string;
let at: readonly string[];

/** Fails of a file that another action makes, of something that nobody knows, and not at all. */
beforeAll(async () => {
  dir = pythonStudy({
    cohort: [[], writes('cohort', 'patient_id\n1\n')],
    model: [[], 'first = 1\nopen("output/cohort.csv")\nlast = 3'],
    late: [[], 'import atexit\natexit.register(print, "late")\nopen("output/cohort.csv")'],
    other: [[], 'sys.exit("the study says no")'],
    fresh: [[], writes('fresh', 'a\n')],
  });
  at = ['--project-dir', dir];
  const run = await runCli(['run', 'cohort', 'model', 'late', 'other', ...PROCESS, ...at]);
  expect(run.code, run.stderr).toBe(1);
});

afterAll(() => rm(dir, {recursive: true, force: true}));

it('tells why an action failed, where, and what helps', async () => {
  const why = await runCli(['why', 'model', ...at]);
  expect(why.code, why.stderr).toBe(0);
  const lines = why.stdout.split('\n');
  expect(lines[0]).toBe('`output/cohort.csv` is made by `cohort`, which is not in `needs`.');
  expect(lines).toContain('  analysis/model.py, line 4');
  expect(lines).toContain('  >    4  open("output/cohort.csv")');
  expect(lines).toContain('  +    needs: [cohort]');
});

it('takes what stdout had in the same moment for printed before, as the two streams race', async () => {
  const why = await runCli(['why', 'late', ...at]);
  expect(why.stdout).toContain('is made by `cohort`');
});

it('tells the same as JSON', async () => {
  const [line] = (await runCli(['why', 'model', '--json', ...at])).json();
  expect(line).toMatchObject({
    action: 'model',
    state: 'failed',
    card: {
      rule: 'py-file',
      place: {
        path: 'analysis/model.py',
        line: 4,
        firstLine: 2,
        foundBy: 'message',
        changedSince: false,
      },
      fix: {title: 'Add `cohort` to the needs of `model`'},
    },
  });
});

it('ends with 1 where the failure is not a known one, and says where to look', async () => {
  const why = await runCli(['why', 'other', ...at]);
  expect(why.code).toBe(1);
  expect(why.stdout).toContain('study-desk logs other');
});

it('says of an action that it did not fail, was never run, or is not there', async () => {
  const fine = await runCli(['why', 'cohort', ...at]);
  expect({code: fine.code, stdout: fine.stdout}).toEqual({
    code: 0,
    stdout: 'cohort did not fail: succeeded.\n',
  });
  const never = await runCli(['why', 'fresh', ...at]);
  expect(never.code).toBe(2);
  expect(never.stderr).toContain('has not been run yet');
  const mistyped = await runCli(['why', 'modle', ...at]);
  expect(mistyped.code).toBe(2);
  expect(mistyped.stderr).toContain('model');
});
