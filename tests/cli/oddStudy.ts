import {execFileSync} from 'node:child_process';
import {cpSync, mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pythonStudy, runCli, startCli, writes, type CliEnd} from './runCli';

/** Options of a command that needs no engine. */
export const NO_ENGINE = ['--executor', 'process'];

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

/** Our own folder of a study. */
export const OURS = 'metadata/study-desk';

let made = '';
const copies: string[] = [];

/** A copy of the git study whose one action has succeeded and is in the cache. */
export function studyCopy(): string {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-odd-'));
  copies.push(dir);
  cpSync(made, dir, {recursive: true, preserveTimestamps: true});
  return dir;
}

/** Makes the study that the copies are of. */
export async function makeStudy(): Promise<void> {
  made = pythonStudy({first: [[], writes('first', 'a\n1\n')]});
  execFileSync('git', ['init', '--quiet', made]);
  execFileSync('git', ['-C', made, 'add', '.']);
  const as = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
  execFileSync('git', ['-C', made, ...as, 'commit', '--quiet', '-m', 'one']);
  const ran = await runCli(['run', 'run_all', ...NO_ENGINE, '--project-dir', made]);
  if (ran.code !== 0) throw new Error(ran.stderr);
}

/** Removes it and its copies. */
export function removeStudies(): void {
  for (const dir of [made, ...copies]) rmSync(dir, {recursive: true, force: true});
}

/** Runs one command to its end; one that does not end is killed, and told so. */
export async function ended(args: readonly string[], dir: string): Promise<CliEnd> {
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
export async function faultsOfAll(
  dir: string,
  third: number | null = null,
): Promise<readonly string[]> {
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

/** Where something that is no file may lie, each as a path of a study. */
export const PLACES: readonly (readonly [string, (dir: string) => string])[] = [
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
