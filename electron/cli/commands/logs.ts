import {setTimeout as delay} from 'node:timers/promises';
import {type AppError, failWith} from '../../../shared/errors';
import {formatList, formatPlural} from '../../../shared/format';
import type {KeptLog} from '../../../shared/log';
import {err, ok, type Result} from '../../../shared/result';
import type {Study} from '../../core/study';
import {unknownActionError} from '../../planner/requestErrors';
import {type CommandContext, neverRun, validProject, withStudy} from '../command';
import type {Console} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';

const PAGE_LINES = 5000;
const FOLLOW_MS = 300;

/** What `logs` was asked for. */
export interface LogsOptions {
  readonly follow: boolean;
  /** From when on: a time, or how long ago. */
  readonly since?: string;
  /** A regular expression as RE2 reads it. */
  readonly grep?: string;
  readonly ignoreCase: boolean;
  /** Counts from 1, the oldest attempt whose log is kept. */
  readonly attempt?: number;
  readonly run?: string;
}

/** Which lines of a log are printed. */
interface LineFilter {
  /** Milliseconds since 1970; null for all. */
  readonly since: number | null;
  readonly matches: ((text: string) => boolean) | null;
}

/**
 * `logs ACTION [-f]`: the log of the action's latest job, or of the attempt asked for; with `follow` until that job
 * ends, or is seen to be cut off. Ends with 1 where a pattern was given that matches no line.
 */
export function logsCommand(
  context: CommandContext,
  action: string,
  options: LogsOptions,
): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const filter = await filterOf(study, options);
    if (!filter.ok) return filter;
    const jobId = await chosenJob(study, action, options);
    if (!jobId.ok) return jobId;
    const interrupt = new AbortController();
    const stop = (): void => interrupt.abort();
    process.on('SIGINT', stop);
    try {
      const {signal} = interrupt;
      const {console} = context;
      return await printLog(console, study, jobId.value, options.follow, filter.value, signal);
    } finally {
      process.removeListener('SIGINT', stop);
    }
  });
}

async function filterOf(
  study: Study,
  {since, grep, ignoreCase}: LogsOptions,
): Promise<Result<LineFilter, AppError>> {
  const from = since === undefined ? null : timeOf(since, Date.now());
  if (Number.isNaN(from))
    return failWith('invalid-request', `\`${since ?? ''}\` is no time.`, {
      hint: 'Give a time such as 2026-04-01T10:00Z, or how long ago: 30s, 10m, 2h, 1d.',
    });
  if (grep === undefined) return ok({since: from, matches: null});
  const test = await study.logs.test({
    text: grep,
    caseSensitive: !ignoreCase,
    wholeWord: false,
    regex: true,
  });
  return test.ok ? ok({since: from, matches: test.value}) : test;
}

const SECONDS: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400};

/** Milliseconds since 1970 of a time or of how long ago it was; NaN for anything else. */
function timeOf(text: string, now: number): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([smhd])$/u.exec(text) ?? [];
  if (amount !== undefined) return now - Number(amount) * (SECONDS[unit] ?? 0) * 1000;
  return /^\d{4}-\d\d-\d\d/u.test(text) ? Date.parse(text) : NaN;
}

/** The attempt that was asked for, else the latest job. */
async function chosenJob(
  study: Study,
  action: string,
  {attempt, run}: LogsOptions,
): Promise<Result<string, AppError>> {
  if (attempt === undefined && run === undefined) return latestJob(study, action);
  const ofCommits = run === undefined ? ok([]) : await study.runs.ofCommits();
  const ofCommit = (ofCommits.ok ? ofCommits.value : [])
    .find(({id}) => id === run)
    ?.jobs.find((job) => job.action === action);
  if (ofCommit !== undefined) return ok(ofCommit.id);
  const known = knownAction(study, action);
  if (!known.ok) return known;
  const all = await study.logs.kept(action);
  const kept = run === undefined ? all : all.filter(({runId}) => runId === run);
  const chosen = attempt === undefined ? kept.at(-1) : kept[attempt - 1];
  if (chosen !== undefined) return ok(chosen.jobId);
  const of = run === undefined ? '' : ` of run ${run}`;
  return failWith('not-found', `There is no such log of \`${action}\`${of}.`, {
    hint: `Logs of ${formatPlural(all.length, 'attempt')} are kept${runsOf(all)}.`,
  });
}

/** The runs of some attempts, for a message. */
function runsOf(kept: readonly KeptLog[]): string {
  return kept.length === 0 ? '' : `, of the runs ${formatList(kept.map(({runId}) => runId))}`;
}

/** The job under way, be it in another process, else the latest one that has ended. */
async function latestJob(study: Study, action: string): Promise<Result<string, AppError>> {
  const known = knownAction(study, action);
  if (!known.ok) return known;
  const open = await study.runs.open();
  const underWay = open
    .flatMap(({run}) => run.jobs)
    .filter((job) => job.action === action && job.startedAt !== null)
    .at(-1);
  if (underWay !== undefined) return ok(underWay.id);
  const statuses = await study.provenance.statuses();
  if (!statuses.ok) return statuses;
  const job = statuses.value.find((status) => status.action === action)?.lastJob;
  if (job === undefined || job === null) return err(neverRun(study, action, ', so it has no log'));
  if (job.ranBy === 'elsewhere')
    return failWith('not-found', `\`${action}\` has no log.`, {
      why: 'Its outputs were supplied: no job here made them.',
    });
  return ok(job.jobId);
}

/** An action that is not in project.yaml is mistyped; where that can't be read, it may be there. */
function knownAction(study: Study, action: string): Result<null, AppError> {
  const valid = validProject(study);
  return valid.ok && !valid.value.graph.names.includes(action)
    ? err(unknownActionError(action, valid.value.project.runAll))
    : ok(null);
}

/** What is still to come of a job's log: more, nothing, or nothing since its run was cut off. */
type Rest = 'more' | 'none' | 'cut-off';

async function restOf(study: Study, jobId: string): Promise<Rest> {
  const open = await study.runs.open();
  const job = open.flatMap(({run}) => run.jobs).find(({id}) => id === jobId);
  if (job === undefined || job.completedAt !== null) return 'none';
  return open.every(({process}) => process === null) ? 'cut-off' : 'more';
}

async function printLog(
  console: Console,
  study: Study,
  jobId: string,
  follow: boolean,
  {since, matches}: LineFilter,
  interrupt: AbortSignal,
): Promise<Result<ExitCode, AppError>> {
  let printed = 0;
  for (let from = 0; ;) {
    // asked before the log is read, so that its last lines are not missed
    const rest = follow ? await restOf(study, jobId) : 'none';
    const page = await study.logs.read({jobId, fromSeq: from, limit: PAGE_LINES});
    // a job that has only just begun may have no log yet
    if (!page.ok && (rest !== 'more' || page.error.kind !== 'not-found')) return page;
    const {lines, firstSeq, totalLines} = page.ok
      ? page.value
      : {lines: [], firstSeq: from, totalLines: from};
    lines.forEach((line, index) => {
      if (since !== null && Date.parse(line.time) < since) return;
      if (matches !== null && !matches(line.text)) return;
      printed += 1;
      console.json({seq: firstSeq + index, ...line});
      console.print(`${line.time} ${line.text}`);
    });
    from = firstSeq + lines.length;
    if (interrupt.aborted) return ok(EXIT.interrupted);
    // whoever read what is printed has seen enough
    if (console.isClosed()) return ok(EXIT.done);
    if (lines.length > 0 && from < totalLines) continue;
    if (rest === 'cut-off')
      console.warn('The job was cut off: nothing writes to this log any more.');
    if (rest !== 'more') return ok(matches !== null && printed === 0 ? EXIT.failed : EXIT.done);
    await delay(FOLLOW_MS, undefined, {signal: interrupt}).catch(() => undefined);
  }
}
