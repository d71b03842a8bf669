import type {ExecutorKind, PullProgress} from '../../shared/engine';
import {formatBytes, formatClock, formatList, formatPlural} from '../../shared/format';
import {isFinal, isUnderWay, type Job, type JobState, type StatusCode} from '../../shared/job';
import type {PlannedJob} from '../../shared/plan';
import type {RunEvent} from '../../shared/run';
import {remainingTime, remainingWords, timedJobs} from '../../shared/remainingTime';
import {runSummary} from '../../shared/runSummary';
import {STATE_WORDS} from '../../shared/status';
import type {Console} from './console';
import {plainText} from './console';
import {columns, jobSummary} from './render';

/** Lines of a failed job's log that are shown (RULES "End of a job"). */
const TAIL_LINES = 32;

/** Changes of a job that are told as they happen; the others pass in an instant, or are listed at the end. */
const TOLD: ReadonlySet<StatusCode> = new Set([
  'executing',
  'succeeded',
  'nonzero_exit',
  'cancelled_by_user',
  'unmatched_patterns',
  'internal_error',
  'cut_off',
] as const);

/** States of jobs that are told one by one at the end, in this order. */
const TOLD_AT_END: readonly JobState[] = ['succeeded', 'failed', 'cut-off', 'cancelled'];

/** How a run is told. */
export interface ReportOptions {
  /** UTC times before the lines. */
  readonly timestamps: boolean;
  /** Groups that GitHub's log viewer folds. */
  readonly formatOutputForGithub: boolean;
  /** Containers are kept: say how to remove them. */
  readonly debug: boolean;
  readonly executor: ExecutorKind;
  readonly concurrency: number;
}

/** Tells a run as text: its plan, each change of a job, and a summary. */
export interface RunReport {
  take(event: RunEvent): void;
  /** Ends the line of progress; safe to call twice. */
  close(): void;
}

/** Writes to the console what happens in one run. */
export function createRunReport(
  console: Console,
  options: ReportOptions,
  expectedSeconds: (action: string) => number | null,
): RunReport {
  const jobs = new Map<string, Job>();
  const logs = new Map<string, string[]>();
  const pulling = new Map<string, string>();
  let planned: readonly PlannedJob[] = [];
  let startedAt = Date.now();
  const timer = console.isTerminal ? setInterval(drawProgress, 1000) : null;

  function say(line: string): void {
    console.print(options.timestamps ? `${new Date().toISOString()} ${line}` : line);
  }

  function drawProgress(): void {
    const underWay = [...jobs.values()].filter((job) => isUnderWay(job.state));
    const done = [...jobs.values()].filter((job) => isFinal(job.statusCode)).length;
    if (planned.length === 0 || !console.isTerminal) return;
    const pull = [...pulling.values()].find((line) => line !== '');
    if (pull !== undefined) return console.progress(pull);
    const names = underWay.some(waitsForEngine)
      ? 'waiting for the container engine'
      : underWay.length === 0
        ? 'waiting'
        : formatList(underWay.map((job) => job.action));
    const clock = formatClock((Date.now() - startedAt) / 1000);
    console.progress(
      `${clock}  ${done} of ${planned.length} done${timeLeft()}  ${plainText(names)}`,
    );
  }

  /** `, about 1 m 20 s left`, going by earlier runs; nothing where there were none. */
  function timeLeft(): string {
    const timed = timedJobs(planned, (action) => jobs.get(action), Date.now());
    const words = remainingWords(remainingTime(timed, expectedSeconds, options.concurrency));
    return words === null ? '' : `, ${words}`;
  }

  function take(event: RunEvent): void {
    switch (event.event) {
      case 'started':
        startedAt = Date.now();
        planned = event.run.plan.jobs;
        // a run that was cut off may have been brought to its end before
        jobs.clear();
        logs.clear();
        if (options.formatOutputForGithub) say('::group::Run');
        say(`Running ${formatPlural(planned.length, 'action')}:`);
        for (const line of columns(
          event.run.plan.jobs.map((job) => [plainText(job.action)]),
          '  ',
        ))
          say(line);
        break;
      case 'job':
        takeJob(event.job);
        break;
      case 'log':
        takeLog(
          event.batch.action,
          event.batch.lines.map((line) => line.text),
        );
        break;
      case 'pull':
        takePull(event.progress);
        break;
      case 'options':
        // nothing in this process changes them
        break;
      case 'notice':
        if (event.level === 'warning') console.warn(`Warning: ${plainText(event.message)}`);
        else say(plainText(event.message));
        break;
      case 'finished':
        summarise(event);
        break;
    }
  }

  function takePull({image, phase, downloadedBytes, totalBytes}: PullProgress): void {
    if (!pulling.has(image)) say(`Pulling ${image}`);
    if (phase === 'done') say(`Pulled ${image}`);
    const of = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
    const line = phase === 'done' ? '' : `${image}: ${phase}, ${formatBytes(downloadedBytes)}${of}`;
    pulling.set(image, line);
    drawProgress();
  }

  function takeJob(job: Job): void {
    const before = jobs.get(job.action);
    const didWait = [...jobs.values()].some(waitsForEngine);
    jobs.set(job.action, job);
    const doesWait = [...jobs.values()].some(waitsForEngine);
    if (doesWait && !didWait) say('Waiting for the container engine');
    // a job that ended instead says so itself
    if (didWait && !doesWait && isUnderWay(job.state)) say('The container engine answers again');
    if (TOLD.has(job.statusCode) && before?.statusCode !== job.statusCode)
      say(`${plainText(job.action)}: ${plainText(job.message)}`);
    drawProgress();
  }

  function takeLog(action: string, lines: readonly string[]): void {
    const kept = logs.get(action) ?? [];
    kept.push(...lines);
    // all of it is only shown in groups
    if (!options.formatOutputForGithub && kept.length > 2 * TAIL_LINES)
      kept.splice(0, kept.length - TAIL_LINES);
    logs.set(action, kept);
  }

  function summarise(end: Extract<RunEvent, {event: 'finished'}>): void {
    console.progress(null);
    if (options.formatOutputForGithub) say('::endgroup::');
    const ended = (state: JobState): readonly Job[] =>
      end.jobs.filter((job) => job.state === state);
    for (const job of TOLD_AT_END.flatMap(ended)) {
      console.print('');
      for (const line of jobSummary(job, (logs.get(job.action) ?? []).slice(-TAIL_LINES)))
        console.print(line);
      if (options.formatOutputForGithub) printGroup(job);
    }
    console.print('');
    for (const state of ['blocked', 'not-started'] as const) {
      const names = ended(state).map((job) => plainText(job.action));
      if (names.length > 0) console.print(`${STATE_WORDS[state]}: ${names.join(', ')}`);
    }
    if (end.error !== null) {
      console.warn(plainText(end.error.message));
      if (end.error.hint !== undefined) console.warn(plainText(end.error.hint));
    }
    if (options.debug && options.executor === 'docker') {
      const kept = end.jobs
        .filter((job) => job.startedAt !== null)
        .map((job) => `os-job-${job.id}`);
      if (kept.length > 0)
        console.warn(
          `The containers were kept. Remove them with: docker rm --force ${kept.join(' ')}`,
        );
    }
    const [failed] = ended('failed');
    if (failed !== undefined)
      console.print(
        `\`study-desk why ${plainText(failed.action)}\` tells why it failed and what helps, where that is known.`,
      );
    console.print(
      end.jobs.length === 0 ? 'Nothing ran' : runSummary(end.jobs, end.outcome === 'cancelled'),
    );
  }

  function printGroup(job: Job): void {
    console.print(`::group::Log of ${plainText(job.action)}`);
    for (const line of logs.get(job.action) ?? []) console.print(plainText(line));
    console.print('::endgroup::');
  }

  return {
    take,
    close() {
      if (timer !== null) clearInterval(timer);
      console.progress(null);
    },
  };
}

function waitsForEngine(job: Job): boolean {
  return job.state === 'waiting-for-engine';
}
