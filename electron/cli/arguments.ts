import {InvalidArgumentError, Option, type Command} from 'commander';
import type {ExecutorKind} from '../../shared/engine';
import {parseMemory} from '../../shared/format';
import type {SomeSettings} from '../../shared/settings';
import type {RunCommandOptions} from './commands/run';

/** What `run` is asked for, with what of the settings it says; `pull` is true unless --no-pull is given. */
export interface RunFlags extends RunCommandOptions {
  readonly continueOnError: boolean;
  readonly concurrency?: number;
  readonly memory?: number;
  readonly cpus?: number;
  readonly executor?: ExecutorKind;
  readonly pull: boolean;
}

/** What an argument that names actions can be. */
export const ACTIONS =
  "action names, run_all, or queries such as 'model_*', 'stale+', 'status:failed'";

/** The options that `plan` and `run` share. */
export function planOptions(command: Command): Command {
  return command
    .option(
      '-f, --force-run-dependencies',
      'run needed actions again even if they succeeded',
      false,
    )
    .option('--stale', 'also run actions that are out of date or not verified', false);
}

/** The options of `run` alone. */
export function runOptions(command: Command): Command {
  return command
    .option('--commit <ref>', 'run a commit, branch or tag in a clean checkout of its own')
    .option('--continue-on-error', 'keep going after a failure', false)
    .option('-c, --concurrency <n>', 'jobs at a time (2)', wholeNumber)
    .addOption(
      new Option('-m, --memory <size>', 'memory of a job, such as 512m (4G)').argParser(memorySize),
    )
    .option('--cpu, --cpus <n>', 'processors of a job, fractions too (2)', positiveNumber)
    .addOption(executorOption())
    .option('--timestamps', 'begin each line with its time (UTC)', false)
    .option('--debug', 'keep containers, and say how to remove them', false)
    .option('--format-output-for-github', "use the groups of GitHub's log viewer", false)
    .option('--wait', 'wait if something else is running the study', false)
    .option('--take-over', 'take the study over from the Study Desk that runs jobs in it', false)
    .option('--no-pull', 'fail if an image is missing, instead of downloading it');
}

/** The settings that a run's options say. */
export function settingsOfFlags(flags: RunFlags): SomeSettings {
  const {concurrency, memory, cpus, executor} = flags;
  return {
    ...(concurrency === undefined ? {} : {concurrency}),
    ...(memory === undefined ? {} : {memoryBytes: memory}),
    ...(cpus === undefined ? {} : {cpus}),
    ...(executor === undefined ? {} : {executor}),
    ...(flags.continueOnError ? {continueOnError: true} : {}),
    ...(flags.pull ? {} : {offline: true}),
  };
}

/** Where jobs run. */
export function executorOption(): Option {
  return new Option(
    '--executor <kind>',
    "containers (docker), or this computer's own programs",
  ).choices(['docker', 'process']);
}

/** Two places of rows, such as `1:20`. */
export function rowRange(text: string): readonly [number, number] {
  const [, from = '', to = ''] = /^(\d*):(\d*)$/.exec(text) ?? [];
  const range = [from === '' ? 1 : Number(from), to === '' ? Infinity : Number(to)] as const;
  if ((from === '' && to === '') || range[0] < 1 || range[1] < range[0])
    throw new InvalidArgumentError('Give two places such as 1:20, 101: or :20.');
  return range;
}

/** A whole number from 1. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1)
    throw new InvalidArgumentError('Give a whole number from 1.');
  return value;
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || value <= 0)
    throw new InvalidArgumentError('Give a number above 0, such as 2 or 0.5.');
  return value;
}

/** An amount of memory, in bytes. */
export function memorySize(text: string): number {
  const bytes = parseMemory(text);
  if (bytes === null) throw new InvalidArgumentError('Give a size such as 4G or 512m.');
  return bytes;
}

/** A port; 0 for any that is free. */
export function portNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return value;
}
