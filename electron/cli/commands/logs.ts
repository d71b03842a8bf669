import {setTimeout as delay} from 'node:timers/promises';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import type {Study} from '../../core/core';
import {unknownActionError} from '../../planner/requestErrors';
import type {CommandContext} from '../command';
import {validProject, withStudy} from '../command';
import type {Console} from '../console';
import {plainText} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';

const PAGE_LINES = 5000;
const FOLLOW_MS = 300;

/** `logs ACTION [-f]`: the log of the action's latest job; with `follow` until that job ends. */
export function logsCommand(
  context: CommandContext,
  action: string,
  options: {readonly follow: boolean},
): Promise<ExitCode> {
  return withStudy(context, async (study) => {
    const job = await latestJob(study, action);
    if (!job.ok) return job;
    const interrupt = new AbortController();
    const stop = (): void => interrupt.abort();
    process.on('SIGINT', stop);
    try {
      return await printLog(context.console, study, job.value, options.follow, interrupt.signal);
    } finally {
      process.removeListener('SIGINT', stop);
    }
  });
}

async function latestJob(study: Study, action: string): Promise<Result<string, AppError>> {
  const valid = validProject(study);
  if (valid.ok && !valid.value.graph.names.includes(action))
    return err(unknownActionError(action, valid.value.project.runAll));
  const statuses = await study.statuses();
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

async function printLog(
  console: Console,
  study: Study,
  jobId: string,
  follow: boolean,
  interrupt: AbortSignal,
): Promise<Result<ExitCode, AppError>> {
  for (let from = 0; ;) {
    const page = await study.readLog(jobId, from, PAGE_LINES);
    if (!page.ok) return page;
    const {lines, firstSeq, totalLines, complete} = page.value;
    lines.forEach((line, index) => {
      console.json({seq: firstSeq + index, ...line});
      console.print(`${line.time} ${plainText(line.text)}`);
    });
    from = firstSeq + lines.length;
    if (interrupt.aborted) return ok(EXIT.interrupted);
    if (lines.length > 0 && from < totalLines) continue;
    if (complete || !follow) return ok(EXIT.done);
    await delay(FOLLOW_MS, undefined, {signal: interrupt}).catch(() => undefined);
  }
}
