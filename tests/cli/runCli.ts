import {spawn, type ChildProcess, type ChildProcessByStdio} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import type {Readable, Writable} from 'node:stream';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The command line as it is built. */
export const bundledCli = join(root, 'dist/host/cli.cjs');

/** How a call of the command line ended. */
export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as JSON lines; a line that is none throws. */
  json(): readonly Record<string, unknown>[];
}

/** A call of the command line that goes on. */
export interface CliCall {
  readonly child: ChildProcess;
  readonly end: Promise<CliEnd>;
  /** Resolves once standard output or error holds the text. */
  saw(text: string): Promise<void>;
}

/** Starts the bundled command line as a process of its own. */
export function startCli(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** What is typed to it; nothing by default. */
    readonly input?: string;
  } = {},
): CliCall {
  if (!existsSync(bundledCli))
    throw new Error('dist/host/cli.cjs is not there: run `npm run build` first.');
  const child = spawn(process.execPath, [bundledCli, ...args], {
    cwd: options.cwd ?? root,
    // what the developer chose in the window is not what is tested
    env: {
      ...process.env,
      XDG_CONFIG_HOME: join(tmpdir(), 'study-desk-no-settings'),
      ...options.env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  return callOf(child);
}

/** Follows a call of the command line that has been started. */
export function callOf(child: ChildProcessByStdio<Writable | null, Readable, Readable>): CliCall {
  let stdout = '';
  let stderr = '';
  const watching = new Set<() => void>();
  const take = (text: string, isError: boolean): void => {
    if (isError) stderr += text;
    else stdout += text;
    for (const look of watching) look();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => take(text, false));
  child.stderr.setEncoding('utf8').on('data', (text: string) => take(text, true));
  const end = new Promise<CliEnd>((resolve) => {
    child.once('close', (code) => {
      for (const look of watching) look();
      resolve({
        code,
        stdout,
        stderr,
        json: () =>
          stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as Record<string, unknown>), // lines of our own making
      });
    });
  });
  const saw = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stdout.includes(text) || stderr.includes(text)) resolve();
        else if (child.exitCode !== null)
          reject(new Error(`It ended without "${text}":\n${stdout}\n${stderr}`));
        else return;
        watching.delete(look);
      };
      watching.add(look);
      look();
    });
  return {child, end, saw};
}

/** Runs the bundled command line to its end. */
export function runCli(
  args: readonly string[],
  options: {readonly cwd?: string; readonly env?: Readonly<Record<string, string>>} = {},
): Promise<CliEnd> {
  return startCli(args, options).end;
}

type CallOptions = Parameters<typeof runCli>[1];

/** The state of each action, as `status --json` tells it. */
export async function statesOf(
  dir: string,
  options: CallOptions = {},
): Promise<Readonly<Record<string, unknown>>> {
  const lines = (await runCli(['status', '--json', '--project-dir', dir], options)).json();
  return Object.fromEntries(lines.map(({action, state}) => [String(action), state] as const));
}

/** Names of the actions that `plan` would run for one argument, in its order. */
export async function plannedFor(dir: string, query: string): Promise<readonly string[]> {
  const [line] = (await runCli(['plan', query, '--json', '--project-dir', dir])).json() as [
    {jobs: {action: string}[]},
  ]; // our own shape
  return line.jobs.map(({action}) => action);
}

/** A folder with the given files. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-cli-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), {recursive: true});
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

/** A copy of the sample study. */
export function sampleStudy(): string {
  const dir = mkdtempSync(join(tmpdir(), 'study-desk-cli-sample-'));
  cpSync(join(root, 'electron/sample/study'), dir, {recursive: true});
  return dir;
}

/** A study of plain Python actions: `name: [needs, code]`, each writing `output/<name>.csv` unless its code does not. */
export function pythonStudy(
  actions: Readonly<Record<string, readonly [needs: readonly string[], code: string]>>,
): string {
  const yaml = Object.entries(actions).map(
    ([name, [needs]]) =>
      `  ${name}:\n    run: python:v2 python analysis/${name}.py\n    needs: [${needs.join(', ')}]\n    outputs:\n      moderately_sensitive:\n        table: output/${name}.csv\n`,
  );
  const scripts = Object.entries(actions).map(
    ([name, [, code]]) =>
      [
        `analysis/${name}.py`,
        `import os, sys, time\nos.makedirs("output", exist_ok=True)\n${code}\n`,
      ] as const,
  );
  return folderOf({
    'project.yaml': `version: 5\nactions:\n${yaml.join('')}`,
    ...Object.fromEntries(scripts),
  });
}

/** Python that writes the action's output. */
export function writes(name: string, text: string): string {
  return `open("output/${name}.csv", "w").write(${JSON.stringify(text)})`;
}
