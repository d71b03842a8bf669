import {execFile} from 'node:child_process';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {promisify} from 'node:util';
import type {Core} from '../../../electron/core/core';
import type {Study} from '../../../electron/core/study';
import {createCore, type CoreOptions} from '../../../electron/core/createCore';

const run = promisify(execFile);

/** An action of a test study: what its shell script does and which files it lists. */
export interface ShellAction {
  /** Is `analysis/<name>.sh`. */
  readonly script: string;
  /** The run line where it is not to run that script in the image of `python:v2`. */
  readonly run?: string;
  readonly needs?: readonly string[];
  /** Patterns by tier; without, one highly sensitive file `output/<name>.csv`. */
  readonly outputs?: Readonly<Record<string, readonly string[]>>;
}

/** The files of a study of shell scripts, run in the test image that stands in for `python:v2`. */
export function studyFiles(
  actions: Readonly<Record<string, ShellAction>>,
): Readonly<Record<string, string>> {
  const lines = ["version: '4.0'", 'actions:'];
  const files: Record<string, string> = {};
  for (const [name, action] of Object.entries(actions)) {
    const outputs = action.outputs ?? {highly_sensitive: [`output/${name}.csv`]};
    lines.push(`  ${name}:`, `    run: ${action.run ?? `python:v2 sh analysis/${name}.sh`}`);
    if (action.needs !== undefined) lines.push(`    needs: [${action.needs.join(', ')}]`);
    lines.push('    outputs:');
    for (const [tier, patterns] of Object.entries(outputs)) {
      lines.push(`      ${tier}:`);
      for (const [index, pattern] of patterns.entries())
        lines.push(`        o${index}: ${pattern}`);
    }
    files[`analysis/${name}.sh`] = `set -e\nmkdir -p output\n${action.script}\n`;
  }
  return {...files, 'project.yaml': `${lines.join('\n')}\n`};
}

/** Writes such a study. */
export async function writeStudy(
  dir: string,
  actions: Readonly<Record<string, ShellAction>>,
): Promise<void> {
  await mkdir(join(dir, 'analysis'), {recursive: true});
  for (const [path, text] of Object.entries(studyFiles(actions)))
    await writeFile(join(dir, path), text);
}

/** A study in a temporary folder with a core of its own. */
export interface TestStudy {
  readonly root: string;
  readonly dir: string;
  readonly core: Core;
  readonly study: Study;
  close(): Promise<void>;
}

/** Opens a new study of these actions. */
export async function openTestStudy(
  actions: Readonly<Record<string, ShellAction>>,
  options: CoreOptions = {},
): Promise<TestStudy> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-run-'));
  const dir = join(root, 'study');
  await writeStudy(dir, actions);
  const core = createCore({cacheDir: join(root, 'cache'), ...options});
  const opened = await core.openStudy(dir, {watch: false});
  if (!opened.ok) throw new Error(opened.error.message);
  return {
    root,
    dir,
    core,
    study: opened.value,
    async close() {
      await opened.value.close();
      await core.close();
      await chmod(dirname(dir), 0o755);
      await rm(root, {recursive: true, force: true, maxRetries: 3});
    },
  };
}

/** Removes what runs of a study that were killed have left in the engine. */
export async function removeContainersOf(dir: string): Promise<void> {
  const identity = await readFile(join(dir, 'metadata/study-desk/study.json'), 'utf8');
  const {studyId} = JSON.parse(identity) as {studyId: string}; // of our own making
  const left = await containersWith(`study-desk.study=${studyId}`);
  if (left.length > 0) await run('docker', ['rm', '--force', ...left]);
}

/** Ids of containers with a label, running or not. */
export async function containersWith(label: string): Promise<readonly string[]> {
  const {stdout} = await run('docker', ['ps', '-aq', '--filter', `label=${label}`]);
  return stdout.split('\n').filter((line) => line !== '');
}
