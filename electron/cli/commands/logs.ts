import {setTimeout as delay} from 'node:timers/promises';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import type {Study} from '../../core/study';
import {unknownActionError} from '../../planner/requestErrors';
import type {CommandContext} from '../command';
import {validProject, withStudy} from '../command';
import type {Console} from '../console';
import {plainText} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';

const PAGE_LINES = 5000;
const FOLLOW_MS = 300;

/** `logs ACTION [-f]`: the log of the action's latest job; with `follow` until that job ends, or is seen to be cut off. */
export function logsCommand(
  context: CommandContext,
  action: string,
  options: {readonly follow: boolean},
): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const jobId = await latestJob(study, action);
    if (!jobId.ok) return jobId;
    const interrupt = new AbortController();
    const stop = (): void => interrupt.abort();
    process.on('SIGINT', stop);
    try {
      const {console} = context;
      return await printLog(console, study, jobId.value, options.follow, interrupt.signal);
    } finally {
      process.removeListener('SIGINT', stop);
    }
  });
}

/** The job under way, be it in another process, else the latest one that has ended. */
async function latestJob(study: Study, action: string): Promise<Result<string, AppError>> {
  const valid = validProject(study);
  if (valid.ok && !valid.value.graph.names.includes(action))
    return err(unknownActionError(action, valid.value.project.runAll));
  const open = await study.runs.open();
  const underWay = open
    .flatMap(({run}) => run.jobs)
    .filter((job) => job.action === action && job.startedAt !== null)
    .at(-1);
  if (underWay !== undefined) return ok(underWay.id);
  const statuses = await study.provenance.statuses();
  if (!statuses.ok) return statuses;
  const job = statuses.value.find((status) => status.action === action)?.lastJob;
  if (job === undefined || job === null)
    return err(
      appError('not-found', `\`${action}\` has not been run yet, so it has no log.`, {
        hint: `Run it with \`study-desk run ${action}\`.`,
      }),
    );
  return ok(job.jobId);
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
  interrupt: AbortSignal,
): Promise<Result<ExitCode, AppError>> {
  for (let from = 0; ;) {
    // asked before the log is read, so that its last lines are not missed
    const rest = follow ? await restOf(study, jobId) : 'none';
    const page = await study.logs.read(jobId, from, PAGE_LINES);
    // a job that has only just begun may have no log yet
    if (!page.ok && (rest !== 'more' || page.error.kind !== 'not-found')) return page;
    const {lines, firstSeq, totalLines} = page.ok
      ? page.value
      : {lines: [], firstSeq: from, totalLines: from};
    lines.forEach((line, index) => {
      console.json({seq: firstSeq + index, ...line});
      console.print(`${line.time} ${plainText(line.text)}`);
    });
    from = firstSeq + lines.length;
    if (interrupt.aborted) return ok(EXIT.interrupted);
    if (lines.length > 0 && from < totalLines) continue;
    if (rest === 'cut-off')
      console.warn('The job was cut off: nothing writes to this log any more.');
    if (rest !== 'more' || console.isClosed()) return ok(EXIT.done);
    await delay(FOLLOW_MS, undefined, {signal: interrupt}).catch(() => undefined);
  }
}
