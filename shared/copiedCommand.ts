import {formatList} from './format';
import type {RunRequest} from './plan';
import {DEFAULT_RUN_OPTIONS, type RunOptions} from './run';
import {wordForShellOf} from './shellWord';

/** The programs that can run a study's actions in a terminal. */
export type RunProgram = 'study-desk' | 'opensafely';

/** A command line, quoted for the shell that the study's folder is of. */
export interface CopiedCommand {
  readonly text: string;
  /** What it does otherwise than the run or plan that it was made of; null where nothing. */
  readonly differs: string | null;
}

/** What is to be run. */
export interface CopiedRun {
  /** The study's folder, absolute. */
  readonly dir: string;
  readonly request: RunRequest;
  readonly options: RunOptions;
  /** The actions with a job in its plan, where there is one: for a program that would plan otherwise, each is named. */
  readonly planned: readonly string[] | null;
  /** The commit that it ran from, in a checkout of its own; absent where the study itself is run. */
  readonly commit?: string | undefined;
}

/** A selection, plan or run as the command line that does the same, whatever folder the terminal is in. */
export function copiedCommand(program: RunProgram, run: CopiedRun): CopiedCommand {
  const {dir, request, options, planned} = run;
  const ours = program === 'study-desk';
  // what is named is run whether or not it is needed
  const plansOtherwise = !ours && (request.includeStale || request.force.length > 0);
  const actions =
    plansOtherwise && planned !== null && planned.length > 0
      ? planned
      : [...new Set([...request.actions, ...request.force])];
  const words = [
    ...[program, 'run', ...actions],
    ...(request.forceDependencies ? ['--force-run-dependencies'] : []),
    ...(ours && request.includeStale ? ['--stale'] : []),
    ...optionWords(options, ours),
    ...(ours && run.commit !== undefined ? ['--commit', run.commit] : []),
    ...['--project-dir', dir],
  ];
  const word = wordForShellOf(dir);
  return {text: words.map(word).join(' '), differs: differences(run, ours)};
}

/** The options that are not those both programs have by default. */
function optionWords(options: RunOptions, ours: boolean): readonly string[] {
  const usual = DEFAULT_RUN_OPTIONS;
  const {concurrency, limits, continueOnError, executor, pull} = options;
  const cpus = ours ? limits.cpus : Math.ceil(limits.cpus);
  return [
    ...(continueOnError ? ['--continue-on-error'] : []),
    ...(concurrency === usual.concurrency ? [] : ['--concurrency', String(concurrency)]),
    ...(limits.memoryBytes === usual.limits.memoryBytes
      ? []
      : ['--memory', memoryWord(limits.memoryBytes)]),
    ...(cpus === usual.limits.cpus ? [] : ['--cpus', String(cpus)]),
    ...(ours && executor !== usual.executor ? ['--executor', executor] : []),
    ...(ours && !pull ? ['--no-pull'] : []),
  ];
}

/** As both programs read it, in the largest unit that it is a whole number of. */
function memoryWord(bytes: number): string {
  for (const [unit, size] of [
    ['G', 1024 ** 3],
    ['m', 1024 ** 2],
    ['k', 1024],
  ] as const)
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  return `${bytes}b`;
}

function differences({request, options, planned, commit}: CopiedRun, ours: boolean): string | null {
  const sentences = [
    request.takeOut.length === 0
      ? null
      : `It runs ${formatList(request.takeOut, 3)} too where needed: a command can’t exclude actions.`,
    !ours && request.includeStale && planned === null
      ? 'It reuses results that are out of date.'
      : null,
    !ours && commit !== undefined ? 'It runs the study as it is now.' : null,
    !ours && options.executor === 'process' ? 'It runs in containers.' : null,
  ].filter((sentence) => sentence !== null);
  return sentences.length === 0 ? null : sentences.join(' ');
}
