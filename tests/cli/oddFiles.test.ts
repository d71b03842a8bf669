import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {everyNth, longTest} from '../gateShare';
import {putHuge, putOdd} from '../unit/files/oddFiles';
import {
  ended,
  faultsOfAll,
  makeStudy,
  NO_ENGINE,
  OURS,
  PLACES,
  removeStudies,
  studyCopy,
} from './oddStudy';
import {startCli} from './runCli';

beforeAll(makeStudy, 120_000);
afterAll(removeStudies);

/** A third of the commands for each twelfth place; tests/long has all of them, with every kind of thing. */
describe.skipIf(process.platform === 'win32')('commands end with a sentence where', () => {
  it.each(
    PLACES.map(([name, path], at) => [name, path, at] as const).filter(([, , at]) => at % 12 === 0),
  )('%s is a pipe', {timeout: 200_000}, async (_, pathIn, at) => {
    const dir = studyCopy();
    putOdd(join(dir, pathIn(dir)), 'pipe');
    expect(await faultsOfAll(dir, at / 12)).toEqual([]);
  });
});

longTest(
  'a record that is too large is put aside, said, and makes nothing surer than it is',
  async () => {
    for (const path of [`${OURS}/provenance/successes.jsonl`, `${OURS}/.gitignore`]) {
      const dir = studyCopy();
      putHuge(join(dir, path), 600 * 1024 ** 2);
      const status = await ended(['status', '--exit-code'], dir);
      expect(status.code === 0, status.stdout).toBe(!path.endsWith('.jsonl'));
      const doctor = await ended(['doctor', ...NO_ENGINE], dir);
      expect(doctor.stdout).toContain(path);
      expect(doctor.stdout).toContain('larger than');
      const run = await ended(['run', 'run_all', ...NO_ENGINE], dir);
      expect(run.code, run.stderr).toBe(0);
      expect(existsSync(join(dir, `${path}.damaged`))).toBe(true);
      // what the ledger knew is not known again until the action has run anew
      const after = await ended(['status', '--exit-code'], dir);
      expect(after.code === 0, after.stdout).toBe(!path.endsWith('.jsonl'));
    }
  },
  240_000,
);

// git waits ten seconds for a pipe in the place of its settings
it.each(everyNth(['.gitignore', '.git/config', `${OURS}/study.json`, 'project.yaml'], 3))(
  'the doctor names %s where it is a pipe',
  async (path) => {
    const dir = studyCopy();
    putOdd(join(dir, path), 'pipe');
    const {stdout} = await ended(['doctor', ...NO_ENGINE], dir);
    expect(stdout).toContain(path);
    expect(stdout).not.toContain('Nothing is in its way');
    expect(stdout.includes('All of it can be read')).toBe(path === 'project.yaml');
  },
  60_000,
);

it('Ctrl-C ends a command at once while things that are no files lie all over a git study', async () => {
  const dir = studyCopy();
  for (const path of ['.gitignore', '.git/config', '.git/index', 'analysis/first.py'])
    putOdd(join(dir, path), 'pipe');
  const call = startCli(['run', 'run_all', '-f', ...NO_ENGINE, '--project-dir', dir]);
  await new Promise((wait) => setTimeout(wait, 700));
  call.child.kill('SIGINT');
  const timer = setTimeout(() => call.child.kill('SIGKILL'), 15_000);
  await call.end;
  clearTimeout(timer);
  expect(call.child.signalCode).not.toBe('SIGKILL');
}, 60_000);
