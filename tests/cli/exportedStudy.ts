import {execFile} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {createHash} from 'node:crypto';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import {folderOf, runCli} from './runCli';

/** What an action does, in Python, with what it needs and its outputs by tier. */
export interface TriedAction {
  readonly needs?: readonly string[];
  readonly code: string;
  readonly outputs: Readonly<Record<string, readonly string[]>>;
}

/** A study of these actions. */
export function studyOf(actions: Readonly<Record<string, TriedAction>>): string {
  const yaml = Object.entries(actions).map(([name, {needs = [], outputs}]) => {
    const tiers = Object.entries(outputs).map(
      ([tier, patterns]) =>
        `      ${tier}:\n${patterns.map((pattern, at) => `        o${at}: ${pattern}\n`).join('')}`,
    );
    return `  ${name}:\n    run: python:v2 python analysis/${name}.py\n    needs: [${needs.join(', ')}]\n    outputs:\n${tiers.join('')}`;
  });
  const scripts = Object.entries(actions).map(
    ([name, {code}]) => [`analysis/${name}.py`, `import os, sys\n${code}\n`] as const,
  );
  return folderOf({
    'project.yaml': `version: 5\nactions:\n${yaml.join('')}`,
    'output/.gitkeep': '',
    ...Object.fromEntries(scripts),
  });
}

/** Whether Snakemake is on this computer; says so where it is not, as what needs it is then left out. */
export async function hasSnakemake(): Promise<boolean> {
  const found = await inFolder('/', 'snakemake', ['--version']);
  if (found.code === 0) return true;
  process.stderr.write(
    '\nNOT TRIED: no exported study is run, as Snakemake is not installed (apt-get install snakemake).\n',
  );
  return false;
}

interface Ended {
  readonly code: number;
  readonly text: string;
}

/** Runs a program to its end. */
export function inFolder(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {cwd, env: {...process.env, ...env}, maxBuffer: 256 * 1024 ** 2},
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({code, text: `${stdout}${stderr}`});
      },
    );
  });
}

/** Exports a study to a new folder; answers it and what was said. */
export async function exported(dir: string, ...args: readonly string[]) {
  const to = mkdtempSync(join(tmpdir(), 'study-desk-export-'));
  const said = await runCli(['export', 'snakemake', '--to', to, '--project-dir', dir, ...args]);
  return {to, study: join(to, 'study'), said};
}

/** Runs an exported folder with its own settings. */
export function snakemake(to: string, ...args: readonly string[]): Promise<Ended> {
  return inFolder(to, 'snakemake', ['--cores', '2', ...args]);
}

/** Files below a folder and their digests. */
export function filesBelow(folder: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const look = (at: string): void => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) look(path);
      else
        found[relative(folder, path)] = createHash('sha256')
          .update(readFileSync(path))
          .digest('hex');
    }
  };
  look(folder);
  return Object.fromEntries(Object.entries(found).sort());
}

/** All that a run leaves and that must not depend on who ran it: outputs, states, what is said of failures, logs. */
export async function leftBy(dir: string): Promise<Readonly<Record<string, unknown>>> {
  const at = ['--json', '--project-dir', dir];
  const states = (await runCli(['status', ...at])).json().map((line) => ({
    ...pick(line, 'action', 'state', 'statusCode', 'message', 'exitCode', 'outputsPresent'),
    ...pick(line, 'outputCounts', 'notCollected'),
  }));
  const outputs = (await runCli(['outputs', ...at])).json().map((line) => ({
    ...pick(line, 'path', 'tier', 'size', 'sha256', 'action', 'present', 'excludedReason'),
  }));
  const logs = readdirSync(join(dir, 'metadata'))
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => [name, withoutTimes(readFileSync(join(dir, 'metadata', name), 'utf8'))]);
  const byPath = (one: object, other: object) =>
    JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
  return {
    files: filesBelow(join(dir, 'output')),
    states: states.sort(byPath),
    outputs: outputs.sort(byPath),
    logs: Object.fromEntries(logs) as Readonly<Record<string, string>>,
  };
}

function pick(line: Readonly<Record<string, unknown>>, ...names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, line[name]]));
}

function withoutTimes(log: string): string {
  return (
    log
      .replaceAll(/^\d{4}-\d\d-\d\dT\S{18,22} /gmu, '')
      // Podman's own word, without root where control groups are of version 1
      .replace(/^Resource limits are not supported and ignored on cgroups V1 rootless.*\n/mu, '')
      // in the order in which they were looked at, which is anyone's
      .replace(/(?<=not collected:\n)(?: .*\n)+/u, (lines) => lines.split('\n').sort().join('\n'))
      .replaceAll(
        /^(job_definition_id|job_definition_request_id|created_at|completed_at): .*\n/gmu,
        '',
      )
  );
}
