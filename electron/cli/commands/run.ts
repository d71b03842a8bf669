import {LEAST_MEMORY_BYTES} from '../../../shared/engine';
import {appError, type AppError} from '../../../shared/errors';
import {formatList, formatMemory} from '../../../shared/format';
import {nothingPlanned} from '../../../shared/planSummary';
import type {PreparedRun} from '../../../shared/preview';
import {err, ok, type Result} from '../../../shared/result';
import {runOptionsOf, type RunOptions} from '../../../shared/run';
import {restoreFitting} from '../../core/commits/commitValue';
import type {Study} from '../../core/study';
import {carryOut, settleAloud} from '../carryOut';
import {describeRunSettings} from './settings';
import {type CommandContext, withEngine} from '../command';
import type {Console} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {NOTHING_RAN, noticeLine} from '../jsonLines';
import {createWaiting, obstacleOf, obstacleText, type Obstacle, type Waiting} from '../waitForTurn';
import {selectExisting} from '../selectActions';
import {type PlanOptions, prepare, reuseWarning} from './plan';

/** Actions named in one sentence. */
const NAMES_TOLD = 5;

/** What `run` can be remarks. */
export interface RunCommandOptions extends PlanOptions {
  readonly timestamps: boolean;
  readonly debug: boolean;
  readonly formatOutputForGithub: boolean;
  /** Wait for whoever else runs the study, or for the engine that a run that was cut off needs. */
  readonly wait: boolean;
  /** Take the study from whoever holds it. */
  readonly takeOver: boolean;
  /** A commit, branch or tag that is run in place of the study as it is. */
  readonly commit?: string;
}

/** `run ACTION…`: carries the plan out and reports it; with `wait` once the study is free. */
export function runCommand(
  context: CommandContext,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<ExitCode> {
  // outputs that a commit holds are no results of its code
  return options.commit === undefined
    ? runHere(context, args, options)
    : runHere({...context, commit: options.commit}, args, {...options, stale: true});
}

async function runHere(
  context: CommandContext,
  args: readonly string[],
  options: RunCommandOptions,
): Promise<ExitCode> {
  const remarks = createRemarks(context.console);
  const turn: Turn = {waiting: null, waitedWith: null, taken: false};
  try {
    for (;;) {
      const met: {obstacle: Obstacle | null} = {obstacle: null};
      const code = await withEngine(context, async (study) => {
        const done = await tryOnce(context, study, args, options, turn, remarks);
        if (done.ok) return done;
        const obstacle = await obstacleOf(study, done.error);
        if (obstacle === null || !options.wait) return err(withWayOn(done.error, obstacle));
        met.obstacle = obstacle;
        turn.waiting ??= createWaiting();
        remarks.say(obstacleText(obstacle));
        if (obstacle.kind === 'busy') await turn.waiting.untilFree(study);
        return ok(EXIT.done);
      });
      const {obstacle} = met;
      if (obstacle === null || turn.waiting === null) return code;
      if (obstacle.kind === 'engine') await turn.waiting.forEngine(obstacle.ask);
      if (turn.waiting.isOver()) return stopWaiting(context);
    }
  } finally {
    turn.waiting?.close();
  }
}

/** What is kept from one try to the next. */
interface Turn {
  /** Null before it had to wait. */
  waiting: Waiting | null;
  /** Actions of the plan with which it had to wait. */
  waitedWith: readonly string[] | null;
  /** The study was taken over already. */
  taken: boolean;
}

/** Prepares the run and carries it out, if there is something to run and nothing in its way. */
async function tryOnce(
  context: CommandContext,
  study: Study,
  args: readonly string[],
  options: RunCommandOptions,
  turn: Turn,
  remarks: Remarks,
): Promise<Result<ExitCode, AppError>> {
  if (options.takeOver && !turn.taken) {
    turn.taken = true;
    const taken = await study.runs.takeOver();
    if (!taken.ok) return taken;
  }
  const settings = study.settings.current();
  const runOptions = runOptionsOf(settings.values, options.debug);
  if (context.commit !== null) {
    const restored = await restoreNeeds(study, args, options);
    if (!restored.ok) return restored;
  }
  const first = await prepare(study, args, options, runOptions);
  // a name that does not exist need not wait for anything
  if (!first.ok) return first;
  noteChange(first.value, turn, remarks);
  const settled = await settleAloud(context, study, {...options, ...runOptions});
  if (!settled.ok) return settled;
  if (settled.value === null) return ok(EXIT.interrupted);
  // what a run that was cut off has done by now is not done again
  const prepared = settled.value ? await prepare(study, args, options, runOptions) : first;
  if (!prepared.ok) return prepared;
  const preview = prepared.value;
  if (context.commit !== null)
    remarks.say(`Commit ${context.commit}, in ${study.dir}. Its outputs stay there.`);
  if (preview === null) return nothingToDo(context, 'No action matches. Nothing to do.');
  noteChange(preview, turn, remarks);
  for (const line of reuseWarning(preview)) remarks.warn(line);
  if (preview.plan.jobs.length === 0) return nothingToDo(context, nothingToRun(preview, options));
  const chosen = describeRunSettings(settings);
  if (chosen !== null) remarks.say(chosen);
  for (const fault of study.settings.own().faults) remarks.warn(fault);
  for (const line of findingWarnings(preview)) remarks.warn(line);
  const refusal = limitsRefused(study, preview.options);
  if (refusal !== null) return err(refusal);
  if (turn.waiting?.isOver() === true) return ok(stopWaiting(context));
  turn.waiting?.close();
  turn.waiting = null;
  return carryOut(context, study, preview, {...options, ...preview.options});
}

/** Takes what the named actions need from the cache, as far as it was made from exactly what the commit holds. */
async function restoreNeeds(
  study: Study,
  args: readonly string[],
  {forceRunDependencies}: RunCommandOptions,
): Promise<Result<null, AppError>> {
  if (forceRunDependencies) return ok(null);
  const named = await selectExisting(study, args);
  if (!named.ok) return named;
  const restored = await restoreFitting(study, named.value, false);
  return restored.ok ? ok(null) : restored;
}

/** Says what is another in the plan than when it last had to wait. */
function noteChange(preview: PreparedRun | null, turn: Turn, remarks: Remarks): void {
  const jobs = (preview?.plan.jobs ?? []).map(({action}) => action);
  if (turn.waitedWith !== null) remarks.change(turn.waitedWith, jobs);
  turn.waitedWith = jobs;
}

/** Says each thing once, however often a run is tried. */
type Remarks = ReturnType<typeof createRemarks>;

function createRemarks(console: Console) {
  const printed = new Set<string>();
  const once = (message: string, print: (line: string) => void): void => {
    if (printed.has(message)) return;
    printed.add(message);
    print(message);
  };
  const say = (message: string): void => {
    if (!printed.has(message)) console.json(noticeLine(message));
    once(message, (line) => console.print(line));
  };
  return {
    say,
    warn: (line: string) => once(line, (plain) => console.warn(plain)),
    /** What is another in a plan than when it began to wait. */
    change(before: readonly string[], now: readonly string[]): void {
      const more = now.filter((action) => !before.includes(action));
      const less = before.filter((action) => !now.includes(action));
      const parts = [
        ...(more.length === 0 ? [] : [`${named(more)} will run too.`]),
        ...(less.length === 0 ? [] : [`${named(less)} need not run any more.`]),
      ];
      if (parts.length > 0) say(['The plan has changed while it waited.', ...parts].join(' '));
    },
  };
}

function named(actions: readonly string[]): string {
  return formatList(
    actions.map((action) => `\`${action}\``),
    NAMES_TOLD,
  );
}

/** Warnings of the checks made before a run; what the run itself gives notice of is left to it. */
function findingWarnings({findings}: PreparedRun): readonly string[] {
  return findings
    .filter(({level, check}) => level === 'warning' && check !== 'other-runner')
    .flatMap(({message, hint}) => [`Warning: ${message}`, ...(hint === null ? [] : [hint])]);
}

/** The error of a run that could have waited says so. */
function withWayOn(error: AppError, obstacle: Obstacle | null): AppError {
  if (obstacle === null) return error;
  const hints = [
    ...(error.hint === undefined ? [] : [error.hint]),
    ...(obstacle.kind === 'engine' ? ['`study-desk give-up` does that.'] : []),
    'With --wait the run begins by itself once it can.',
  ];
  return {...error, hint: hints.join(' ')};
}

/** Nothing was run, as the user ended the waiting. */
function stopWaiting({console}: CommandContext): ExitCode {
  console.json({...NOTHING_RAN, cancelled: true});
  console.warn('Stopped waiting. Nothing was run.');
  return EXIT.interrupted;
}

/** What to say of a plan without jobs, with the option that makes one with jobs. */
function nothingToRun(preview: PreparedRun, {stale}: RunCommandOptions): string {
  const wayOn =
    preview.reusedOutOfDate.length === 0
      ? '-f to run it again'
      : `${stale ? '-f' : '--stale to make that again, or -f'} to make all again`;
  return `${nothingPlanned(preview)} Use ${wayOn}.`;
}

/** Limits with which the engine would make no container; programs of this computer have none. */
function limitsRefused(study: Study, {executor, limits}: RunOptions): AppError | null {
  const engine = study.engines.status(executor);
  if (executor === 'process' || engine.state !== 'ready') return null;
  if (limits.cpus > engine.cpus)
    return appError(
      'invalid-request',
      `A job is to have ${limits.cpus} processors, and the engine has ${engine.cpus}.`,
      {hint: `Ask for ${engine.cpus} at most, with --cpus or in the settings.`},
    );
  return limits.memoryBytes < LEAST_MEMORY_BYTES
    ? appError(
        'invalid-request',
        'A job is to have less memory than a container can be made with.',
        {
          hint: `Ask for ${formatMemory(LEAST_MEMORY_BYTES)} at least, with --memory or in the settings.`,
        },
      )
    : null;
}

function nothingToDo(context: CommandContext, message: string): Result<ExitCode, AppError> {
  context.console.json({...NOTHING_RAN, succeeded: true});
  context.console.print(message);
  return ok(EXIT.done);
}
