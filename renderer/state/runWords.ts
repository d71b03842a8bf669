import type {PullProgress} from '../../shared/engine';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatList,
  formatPlural,
  formatWhen,
} from '../../shared/format';
import {isUnderWay, type Job, type JobState, type StatusCode} from '../../shared/job';
import {assertNever} from '../../shared/result';
import {remainingTime, remainingWords, timedJobs} from '../../shared/remainingTime';
import type {RunRecord} from '../../shared/run';
import type {QueuedRun} from '../../shared/runQueue';
import {runSummary} from '../../shared/runSummary';
import type {DeskState} from './deskStore';
import {activeRun, openJobs, remember} from './selectors';
import {settingsNow} from './settings';
import {errorCount, isShown} from './sides';

/** Words with the colour that goes with them. */
export interface TonedWords {
  readonly words: string;
  readonly tone: 'ok' | 'accent' | 'stale' | 'fail' | 'plain';
}

/** How far a job is, in the steps that matter to people. */
export type JobPhase = 'waiting' | 'starting' | 'running' | 'collecting' | 'ended';

const PHASES: Readonly<Record<StatusCode, JobPhase>> = {
  created: 'waiting',
  waiting_on_dependencies: 'waiting',
  waiting_on_workers: 'waiting',
  preparing: 'starting',
  prepared: 'starting',
  executing: 'running',
  executed: 'collecting',
  finalizing: 'collecting',
  finalized: 'collecting',
  succeeded: 'ended',
  dependency_failed: 'ended',
  nonzero_exit: 'ended',
  cancelled_by_user: 'ended',
  unmatched_patterns: 'ended',
  internal_error: 'ended',
  not_started: 'ended',
  cut_off: 'ended',
};

/** How far the job with this status is. */
export function phaseOf(statusCode: StatusCode): JobPhase {
  return PHASES[statusCode];
}

/** Where jobs run: as the run under way has it, else as set. */
export function executorOf(state: DeskState): RunRecord['options']['executor'] | null {
  return activeRun(state)?.options.executor ?? settingsNow(state)?.values.executor ?? null;
}

/** Whether a container engine is needed and known not to answer. */
export function lacksEngine(state: DeskState): boolean {
  return state.engine.state === 'down' && executorOf(state) === 'docker';
}

/** Whether something can be planned now, and why not or what comes of it. */
export interface RunAbility {
  /** `later` while another run is under way: what is planned waits for its turn. */
  readonly kind: 'now' | 'later' | 'refused';
  readonly why: string;
}

/** What comes of pressing Run; the same for every button that plans a run. */
export function runAbility(state: DeskState): RunAbility {
  return state.study === null || state.study.project === null || state.study.broken
    ? state.study?.text === null
      ? state.study.unreadable === null
        ? NO_PROJECT
        : UNREADABLE
      : broken(state.study)
    : state.unfinished !== null
      ? state.unfinished.reason.kind === 'no-engine'
        ? UNFINISHED
        : NOT_ENDED
      : state.activeRunId !== null
        ? LATER
        : NOW;
}

const broken = remember((study: DeskState['study']): RunAbility => ({
  kind: 'refused',
  why: `${fixLinesWords({study}) ?? 'project.yaml has errors'}; see Problems`,
}));
const NO_PROJECT: RunAbility = {kind: 'refused', why: 'This folder has no project.yaml'};
const UNREADABLE: RunAbility = {kind: 'refused', why: 'project.yaml can’t be read'};
const UNFINISHED: RunAbility = {
  kind: 'refused',
  why: 'An earlier run is waiting for the container engine: check again, or give it up',
};
const NOT_ENDED: RunAbility = {
  kind: 'refused',
  why: 'An earlier run could not be finished yet: the message above says why',
};
const LATER: RunAbility = {
  kind: 'later',
  why: 'A run is under way: plan this one now, and it waits for its turn',
};
const NOW: RunAbility = {kind: 'now', why: 'Shows the plan first'};

/** Whether the plan of the next run is on screen, with the button that starts it. */
export function isPlanning(state: DeskState): boolean {
  const {plan, bottomTab} = state;
  return plan.request !== null && bottomTab === 'plan' && isShown(state, 'bottom');
}

/** The window's words on the run: the one under way, else how the last one ended. */
export function runWords(state: DeskState, now: Date): TonedWords {
  const {runs, unfinished, queue} = state;
  const run = activeRun(state);
  const queued = queue.length === 0 ? '' : `; ${queueWords(queue)}`;
  if (run !== undefined) {
    const {words, tone} = underWayWords(state, run);
    return {words: `${words}${queued}`, tone};
  }
  if (state.activeRunId !== null) return {words: 'Running', tone: 'accent'};
  const wrong = brokenWords(state);
  if (wrong !== null) return {words: `${wrong}${queued}`, tone: 'fail'};
  if (unfinished !== null)
    return unfinished.reason.kind === 'no-engine'
      ? {words: `A run is waiting for the container engine${queued}`, tone: 'stale'}
      : {words: `A run could not be finished${queued}`, tone: 'fail'};
  const last = runs[0];
  const engine = lacksEngine(state);
  if (last !== undefined) {
    const {words, tone} = endWords(last);
    const when =
      last.endedAt === null
        ? `started ${formatWhen(last.startedAt, now)}`
        : formatWhen(last.endedAt, now);
    return {words: `${words}, ${when}${engine ? '; the engine is down' : ''}${queued}`, tone};
  }
  if (engine) return {words: 'The engine is down', tone: 'fail'};
  if (runAbility(state).kind === 'refused') return {words: 'Not ready', tone: 'stale'};
  return state.engine.state === 'checking' && executorOf(state) === 'docker'
    ? {words: 'Looking for the engine', tone: 'plain'}
    : {words: 'Ready', tone: 'ok'};
}

/** What keeps anything from running that is wrong with project.yaml itself; null where nothing is. */
function brokenWords(state: Pick<DeskState, 'study'>): string | null {
  const {study} = state;
  if (study === null || (study.project !== null && !study.broken)) return null;
  if (study.unreadable !== null) return 'project.yaml can’t be read';
  if (study.text === null) return 'No project.yaml';
  const errors = errorCount(state);
  const many = errors === 0 ? 'errors' : formatPlural(errors, 'error');
  return `project.yaml has ${many}: nothing can run`;
}

/** Most lines that are named of those that keep anything from running. */
const LINES_NAMED = 3;

/** Which lines must be fixed before anything runs; null where none are. */
export function fixLinesWords({study}: Pick<DeskState, 'study'>): string | null {
  if (study === null || !study.broken || study.text === null) return null;
  const errors = study.reading.problems.filter(({severity}) => severity === 'error');
  const lines = [...new Set(errors.map(({line}) => line))].sort((a, b) => a - b);
  if (lines.length === 0) return null;
  const named = formatList(lines.map(formatCount), LINES_NAMED);
  return `Nothing runs until ${lines.length === 1 ? `line ${named} is` : `lines ${named} are`} fixed`;
}

/** How many runs wait for their turn, and how many for the user to decide: `1 run waiting, 1 held`. */
export function queueWords(queue: readonly QueuedRun[]): string {
  const held = queue.filter((run) => run.held !== null).length;
  const waiting = queue.length - held;
  if (waiting === 0) return `${formatPlural(held, 'run')} held`;
  return `${formatPlural(waiting, 'run')} waiting${held === 0 ? '' : `, ${formatCount(held)} held`}`;
}

/**
 * The state of a run: a past one is never up to date, and one without an end goes by its jobs, as another process
 * may carry it out.
 */
export function stateOfRun(run: RunRecord, activeRunId: string | null): JobState {
  if (run.outcome !== null) return run.outcome;
  if (run.id === activeRunId) return 'running';
  const states = new Set(run.endedAt === null ? run.jobs.map(({state}) => state) : []);
  if (states.has('running') || states.has('waiting')) return 'running';
  return states.has('waiting-for-engine') ? 'waiting-for-engine' : 'cut-off';
}

/** How a run ended, or how far one is that another process carries out. */
export function endWords(run: RunRecord): TonedWords {
  const words = runSummary(run.jobs, run.outcome === 'cancelled');
  switch (run.outcome) {
    case 'succeeded':
      return {words, tone: 'ok'};
    case 'failed':
      return {words, tone: 'fail'};
    case 'cancelled':
      return {words, tone: 'plain'};
    case null:
      return {words, tone: stateOfRun(run, null) === 'running' ? 'accent' : 'stale'};
    default:
      return assertNever(run.outcome);
  }
}

function underWayWords(state: DeskState, run: RunRecord): TonedWords {
  const pull = [...state.pulls.values()][0];
  if (pull !== undefined) {
    return {words: `Downloading ${pull.image}: ${pullWords(pull)}`, tone: 'accent'};
  }
  const open = openJobs(state);
  const lost = open.filter((job) => job.state === 'waiting-for-engine');
  if (lost.length > 0)
    return {words: `Waiting for the container engine: ${namesOf(lost)}`, tone: 'stale'};
  return {words: progressWords(run.jobs.length, open), tone: 'accent'};
}

/** How far the download of an image is: `120 MB of 1.2 GB`. */
export function pullWords({phase, downloadedBytes, totalBytes}: PullProgress): string {
  if (phase !== 'downloading') return phase === 'resolving' ? 'looking it up' : 'unpacking';
  const total = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
  return `${formatBytes(downloadedBytes)}${total}`;
}

/** E.g. `Running model_a, 3 waiting`; the most advanced word that is true of a job under way. */
const progressWords = remember((total: number, open: readonly Job[]): string => {
  const waiting = open.filter((job) => !isUnderWay(job.state)).length;
  const tail = waiting === 0 ? '' : `, ${formatCount(waiting)} waiting`;
  const inPhase = (phase: JobPhase) => open.filter((job) => phaseOf(job.statusCode) === phase);
  const running = inPhase('running');
  if (running.length > 0) return `Running ${namesOf(running)}${tail}`;
  const starting = inPhase('starting');
  if (starting.length > 0) return `Starting ${namesOf(starting)}${tail}`;
  const collecting = inPhase('collecting');
  if (collecting.length > 0) return `Collecting outputs of ${namesOf(collecting)}${tail}`;
  if (open.length === 0) return `Finishing the run, ${doneWords(total, 0)}`;
  return open.length === total
    ? 'Starting the run'
    : `Starting the next, ${doneWords(total, waiting)}`;
});

function namesOf(jobs: readonly Job[]): string {
  return formatList(jobs.map(({action}) => action));
}

function doneWords(total: number, open: number): string {
  return `${formatCount(total - open)} of ${formatCount(total)} done`;
}

/** How long the run under way is still expected to take, going by earlier ones; null where those don't show it. */
export function timeLeftWords(state: DeskState, now: Date): string | null {
  const run = activeRun(state);
  if (run === undefined || state.pulls.size > 0) return null;
  const jobs = new Map(run.jobs.map((job) => [job.action, job]));
  const timed = timedJobs(run.jobs, (action) => jobs.get(action), now.getTime());
  const seconds = (action: string) => state.statuses.get(action)?.expectedSeconds ?? null;
  return remainingWords(remainingTime(timed, seconds, run.options.concurrency));
}

/** How long it takes to run actions again, going by earlier runs; null where none of them is known to have run. */
export function rerunWords({statuses}: DeskState, actions: readonly string[]): string | null {
  const known = actions.flatMap((action) => statuses.get(action)?.expectedSeconds ?? []);
  if (known.length === 0) return null;
  const which = known.length === actions.length ? 'them' : 'those that ran before';
  return `Running ${which} again takes about ${formatDuration(known.reduce((sum, each) => sum + each, 0))}.`;
}

/** How many jobs of the run under way have ended, e.g. `3 of 7 done`. */
export function runProgress(state: DeskState): string {
  const total = activeRun(state)?.jobs.length ?? 0;
  return doneWords(total, openJobs(state).length);
}
