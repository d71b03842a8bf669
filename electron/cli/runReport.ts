import type {ExecutorKind, PullProgress} from '../../shared/engine';
import {formatBytes, formatClock, formatList, formatPlural} from '../../shared/format';
import {isFinal, isUnderWay, type Job, type JobState, type StatusCode} from '../../shared/job';
import type {PlannedJob} from '../../shared/plan';
import type {RunEvent} from '../../shared/run';
import {remainingTime, remainingWords, timedJobs} from '../../shared/remainingTime';
import {runSummary} from '../../shared/runSummary';
import {STATE_WORDS} from '../../shared/status';
import type {Console} from './console';
import {columns, jobSummary} from './render';

/** Lines of a failed job's log that are shown (RULES "End of a job"). */
const TAIL_LINES = 32;

/** Changes of a job that are shown as they happen; the others pass in an instant, or are listed at the end. */
const SHOWN: ReadonlySet<StatusCode> = new Set([
  'executing',
  'succeeded',
  'nonzero_exit',
  'cancelled_by_user',
  'unmatched_patterns',
  'internal_error',
  'cut_off',
] as const);

/** States of jobs that are listed one by one at the end, in this order. */
const TOLD_AT_END: readonly JobState[] = ['succeeded', 'failed', 'cut-off', 'cancelled'];

/** How a run is shown. */
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

/** Shows a run as text on the console: its plan, each change of a job, and a summary. */
export class RunReport {
  private readonly jobs = new Map<string, Job>();
  private readonly logs = new Map<string, string[]>();
  private readonly pulling = new Map<string, string>();
  private planned: readonly PlannedJob[] = [];
  private startedAt = Date.now();
  private readonly timer: NodeJS.Timeout | null;

  constructor(
    private readonly console: Console,
    private readonly options: ReportOptions,
    private readonly expectedSeconds: (action: string) => number | null,
  ) {
    this.timer = console.isTerminal ? setInterval(() => this.drawProgress(), 1000) : null;
  }

  take(event: RunEvent): void {
    switch (event.event) {
      case 'started':
        return this.begin(event.run.plan.jobs);
      case 'job':
        return this.takeJob(event.job);
      case 'log':
        return this.takeLog(
          event.batch.action,
          event.batch.lines.map((line) => line.text),
        );
      case 'pull':
        return this.takePull(event.progress);
      case 'options':
        // nothing in this process changes them
        return;
      case 'notice':
        if (event.level === 'warning') this.console.warn(`Warning: ${event.message}`);
        else this.say(event.message);
        return;
      case 'finished':
        return this.summarise(event);
    }
  }

  /** Ends the line of progress; safe to call twice. */
  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.console.progress(null);
  }

  private say(line: string): void {
    this.console.print(this.options.timestamps ? `${new Date().toISOString()} ${line}` : line);
  }

  private drawProgress(): void {
    const {console, planned} = this;
    if (planned.length === 0 || !console.isTerminal) return;
    const pull = [...this.pulling.values()].find((line) => line !== '');
    if (pull !== undefined) return console.progress(pull);
    const jobs = [...this.jobs.values()];
    const underWay = jobs.filter((job) => isUnderWay(job.state));
    const done = jobs.filter((job) => isFinal(job.statusCode)).length;
    const names = underWay.some(waitsForEngine)
      ? 'waiting for the container engine'
      : underWay.length === 0
        ? 'waiting'
        : formatList(underWay.map((job) => job.action));
    const clock = formatClock((Date.now() - this.startedAt) / 1000);
    console.progress(`${clock}  ${done} of ${planned.length} done${this.timeLeft()}  ${names}`);
  }

  /** `, about 1 m 20 s left`, going by earlier runs; nothing where there were none. */
  private timeLeft(): string {
    const timed = timedJobs(this.planned, (action) => this.jobs.get(action), Date.now());
    const left = remainingTime(timed, this.expectedSeconds, this.options.concurrency);
    const words = remainingWords(left);
    return words === null ? '' : `, ${words}`;
  }

  private begin(planned: readonly PlannedJob[]): void {
    this.startedAt = Date.now();
    this.planned = planned;
    // a run that was cut off may have been brought to its end before
    this.jobs.clear();
    this.logs.clear();
    if (this.options.formatOutputForGithub) this.say('::group::Run');
    this.say(`Running ${formatPlural(planned.length, 'action')}:`);
    const names = planned.map((job) => [job.action]);
    for (const line of columns(names, '  ')) this.say(line);
  }

  private takePull({image, phase, downloadedBytes, totalBytes}: PullProgress): void {
    if (!this.pulling.has(image)) this.say(`Pulling ${image}`);
    if (phase === 'done') this.say(`Pulled ${image}`);
    const of = totalBytes === null ? '' : ` of ${formatBytes(totalBytes)}`;
    const line = phase === 'done' ? '' : `${image}: ${phase}, ${formatBytes(downloadedBytes)}${of}`;
    this.pulling.set(image, line);
    this.drawProgress();
  }

  private takeJob(job: Job): void {
    const {jobs} = this;
    const before = jobs.get(job.action);
    const didWait = [...jobs.values()].some(waitsForEngine);
    jobs.set(job.action, job);
    const doesWait = [...jobs.values()].some(waitsForEngine);
    if (doesWait && !didWait) this.say('Waiting for the container engine');
    // a job that ended instead says so itself
    if (didWait && !doesWait && isUnderWay(job.state))
      this.say('The container engine answers again');
    if (SHOWN.has(job.statusCode) && before?.statusCode !== job.statusCode)
      this.say(`${job.action}: ${job.message}`);
    this.drawProgress();
  }

  private takeLog(action: string, lines: readonly string[]): void {
    const kept = this.logs.get(action) ?? [];
    kept.push(...lines);
    // all of it is only shown in groups
    if (!this.options.formatOutputForGithub && kept.length > 2 * TAIL_LINES)
      kept.splice(0, kept.length - TAIL_LINES);
    this.logs.set(action, kept);
  }

  private summarise({jobs, error, outcome}: Extract<RunEvent, {event: 'finished'}>): void {
    const {console} = this;
    console.progress(null);
    if (this.options.formatOutputForGithub) this.say('::endgroup::');
    const ended = (state: JobState): readonly Job[] => jobs.filter((job) => job.state === state);
    for (const job of TOLD_AT_END.flatMap(ended)) this.printEnd(job);
    console.print('');
    for (const state of ['blocked', 'not-started'] as const) {
      const names = ended(state).map((job) => job.action);
      if (names.length > 0) console.print(`${STATE_WORDS[state]}: ${names.join(', ')}`);
    }
    if (error !== null) {
      console.warn(error.message);
      if (error.hint !== undefined) console.warn(error.hint);
    }
    this.warnOfKept(jobs);
    const [failed] = ended('failed');
    if (failed !== undefined)
      console.print(`\`study-desk why ${failed.action}\` shows why it failed and what may help.`);
    console.print(jobs.length === 0 ? 'Nothing ran' : runSummary(jobs, outcome === 'cancelled'));
  }

  private printEnd(job: Job): void {
    const {console} = this;
    const log = this.logs.get(job.action) ?? [];
    console.print('');
    for (const line of jobSummary(job, log.slice(-TAIL_LINES))) console.print(line);
    if (!this.options.formatOutputForGithub) return;
    console.print(`::group::Log of ${job.action}`);
    for (const line of log) console.print(line);
    console.print('::endgroup::');
  }

  private warnOfKept(jobs: readonly Job[]): void {
    if (!this.options.debug || this.options.executor !== 'docker') return;
    const kept = jobs.filter((job) => job.startedAt !== null).map((job) => `os-job-${job.id}`);
    if (kept.length > 0)
      this.console.warn(
        `The containers were kept. Remove them with: docker rm --force ${kept.join(' ')}`,
      );
  }
}

function waitsForEngine(job: Job): boolean {
  return job.state === 'waiting-for-engine';
}
