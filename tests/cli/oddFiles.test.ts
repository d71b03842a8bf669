import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ODD_KINDS, putHuge, putOdd} from '../unit/files/oddFiles';
import {pythonStudy, runCli, startCli, writes, type CliEnd} from './runCli';

const NO_ENGINE = ['--executor', 'process'];

/** Every command that reads a study and needs no engine. */
const READING: readonly (readonly string[])[] = [
  ['validate'],
  ['graph'],
  ['plan', 'run_all'],
  ['status'],
  ['status', '--exit-code'],
  ['diff', 'first'],
  ['restore'],
  ['give-up'],
  ['outputs'],
  ['show', 'output/first.csv'],
  ['compare', 'output/first.csv'],
  ['compare'],
  ['check'],
  ['waive'],
  ['draft'],
  ['logs', 'first'],
  ['why', 'first'],
  ['settings'],
  ['limits'],
  ['unzip', 'output'],
  ['doctor', ...NO_ENGINE],
];

/** Those that write, last. */
const WRITING: readonly (readonly string[])[] = [
  ['restore', 'first'],
  ['mark', 'first', '--reason', 'looked at'],
  ['run', 'run_all', ...NO_ENGINE],
];

/** Longest that a command may take on a busy computer; each of them hung for ever. */
const END_MS = 30_000;

const CODES = [0, 1, 2, 4, 5, 6];

const OURS = 'metadata/study-desk';

let made = '';
const copies: string[] = [];

/** A copy of a git study whose one action has succeeded and is in the cache. */
function studyCopy(): string {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-odd-'));
  copies.push(dir);
  cpSync(made, dir, {recursive: true, preserveTimestamps: true});
  return dir;
}

beforeAll(async () => {
  made = pythonStudy({first: [[], writes('first', 'a\n1\n')]});
  execFileSync('git', ['init', '--quiet', made]);
  execFileSync('git', ['-C', made, 'add', '.']);
  const as = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  execFileSync('git', ['-C', made, ...as, 'commit', '--quiet', '-m', 'one']);
  const ran = await runCli(['run', 'run_all', ...NO_ENGINE, '--project-dir', made]);
  expect(ran.code, ran.stderr).toBe(0);
}, 120_000);

afterAll(() => {
  for (const dir of [made, ...copies]) rmSync(dir, {recursive: true, force: true});
});

/** Runs one command to its end; one that does not end is killed, and told so. */
async function ended(args: readonly string[], dir: string): Promise<CliEnd> {
  const call = startCli([...args, '--project-dir', dir], {cwd: dir});
  const timer = setTimeout(() => call.child.kill('SIGKILL'), END_MS);
  const end = await call.end;
  clearTimeout(timer);
  return end;
}

/** What is wrong with how a command ended; nothing where it did as it should. */
function faultOf(args: readonly string[], {code, stdout, stderr}: CliEnd): readonly string[] {
  const named = args.join(' ');
  if (code === null) return [`${named} did not end`];
  const said = `${stdout}${stderr}`;
  if (said.includes('Something went wrong inside')) return [`${named} broke down: ${said}`];
  if (!CODES.includes(code)) return [`${named} ended with ${code}`];
  return code !== 0 && said.trim() === '' ? [`${named} said nothing`] : [];
}

/** Runs every command, or each third from one on, four at a time while they only read. */
async function faultsOfAll(dir: string, third: number | null = null): Promise<readonly string[]> {
  const faults: string[] = [];
  const isMeant = (at: number): boolean => third === null || at % 3 === third % 3;
  const queue = READING.filter((_, at) => isMeant(at));
  const work = async (): Promise<void> => {
    for (let args = queue.shift(); args !== undefined; args = queue.shift())
      faults.push(...faultOf(args, await ended(args, dir)));
  };
  await Promise.all(Array.from({length: 4}, work));
  for (const args of WRITING.filter((_, at) => isMeant(at)))
    faults.push(...faultOf(args, await ended(args, dir)));
  return faults;
}

/** The one file or folder of a folder, study-relative. */
function onlyIn(dir: string, folder: string): string {
  return `${folder}/${readdirSync(join(dir, folder))[0] ?? ''}`;
}

const PLACES: readonly (readonly [string, (dir: string) => string])[] = [
  ...[
    'project.yaml',
    'analysis/first.py',
    'output/first.csv',
    'output/more.csv.gz',
    '.gitignore',
    '.git/config',
    '.git/HEAD',
    '.git/index',
    'metadata/first.log',
    'metadata/db.sqlite',
    `${OURS}/.gitignore`,
    `${OURS}/study.json`,
    `${OURS}/settings.json`,
    `${OURS}/overrides.json`,
    `${OURS}/provenance/successes.jsonl`,
    `${OURS}/provenance/marks.jsonl`,
    `${OURS}/provenance/hashes.json`,
  ].map((path) => [path, () => path] as const),
  ['the record of a run', (dir) => `${onlyIn(dir, `${OURS}/runs`)}/run.json`],
  ['a kept copy', (dir) => onlyIn(dir, `${OURS}/cache`)],
];

describe.skipIf(process.platform === 'win32')('every command ends with a sentence where', () => {
  it.each(PLACES.map(([name, path], at) => [name, path, at] as const))(
    '%s is a pipe, or another thing that is no file',
    {timeout: 400_000},
    async (_, pathIn, at) => {
      const other = ODD_KINDS[1 + (at % (ODD_KINDS.length - 1))] ?? 'pipe';
      const [piped, odd] = [studyCopy(), studyCopy()];
      putOdd(join(piped, pathIn(piped)), 'pipe');
      putOdd(join(odd, pathIn(odd)), other);
      expect(await faultsOfAll(piped)).toEqual([]);
      expect(await faultsOfAll(odd, at), other).toEqual([]);
    },
  );

  it.each([
    'project.yaml',
    '.gitignore',
    `${OURS}/.gitignore`,
    `${OURS}/study.json`,
    `${OURS}/provenance/successes.jsonl`,
    `${OURS}/provenance/hashes.json`,
  ])('%s is a file of 600 MB', {timeout: 400_000}, async (path) => {
    const dir = studyCopy();
    putHuge(join(dir, path), 600 * 1024 ** 2);
    expect(await faultsOfAll(dir)).toEqual([]);
  });
});

it('a record that is too large is put aside, said, and makes nothing surer than it is', async () => {
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
}, 240_000);

it.each(['.gitignore', '.git/config', `${OURS}/study.json`, 'project.yaml'])(
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
