import {formatDuration, formatWhen} from '../../../shared/format';
import {isFinal, type Job} from '../../../shared/job';
import {ok} from '../../../shared/result';
import type {ActionStatus} from '../../../shared/status';
import {STATE_WORDS, actionStateOf} from '../../../shared/status';
import type {Study} from '../../core/study';
import type {CommandContext} from '../command';
import {validProject, withStudy} from '../command';
import {plainText} from '../console';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns, diffHint, outOfDateReasonLines} from '../render';

/** `status`: how every action stands, and why what is out of date is so. */
export function statusCommand(context: CommandContext): Promise<ExitCode> {
  return withStudy(
    context,
    async (study) => {
      const valid = validProject(study);
      if (!valid.ok) return valid;
      const known = await study.provenance.statuses();
      if (!known.ok) return known;
      const underWay = await jobsUnderWay(study);
      const statuses = known.value.map((status) => withLiveJob(status, underWay));
      const now = new Date();
      for (const status of statuses) context.console.json(statusLine(status));
      for (const line of columns(statuses.map((status) => row(status, now))))
        context.console.print(line);
      const stale = statuses.map(({action, provenance}) => ({
        action,
        reasons: provenance.kind === 'out-of-date' ? provenance.reasons : [],
      }));
      for (const line of [...outOfDateReasonLines(stale, now), ...diffHint(stale)])
        context.console.print(line);
      return ok(EXIT.done);
    },
    'docker',
  );
}

/** Jobs of runs that have not ended, be it in another process, by action. */
async function jobsUnderWay(study: Study): Promise<ReadonlyMap<string, Job>> {
  const runs = await study.runs.list(1);
  const open = runs.ok ? runs.value.filter((run) => run.endedAt === null) : [];
  return new Map(open.flatMap((run) => run.jobs).map((job) => [job.action, job]));
}

function withLiveJob(status: ActionStatus, underWay: ReadonlyMap<string, Job>): ActionStatus {
  const job = underWay.get(status.action);
  if (job === undefined || isFinal(job.statusCode)) return status;
  return {...status, lastJob: {...job, jobId: job.id, ranBy: 'study-desk'}};
}

function statusLine(status: ActionStatus): object {
  const job = status.lastJob;
  return {
    action: status.action,
    state: actionStateOf(status),
    statusCode: job?.statusCode ?? null,
    message: job?.message ?? null,
    exitCode: job?.exitCode ?? null,
    startedAt: job?.startedAt ?? null,
    completedAt: job?.completedAt ?? null,
    ranBy: job?.ranBy ?? null,
    outputsPresent: status.outputsPresent,
    outputCounts: status.outputCounts,
    provenance: status.provenance,
    expectedSeconds: status.expectedSeconds,
  };
}

/** The user's word on an action that is up to date only by that. */
function markedWords({provenance}: ActionStatus): string {
  const reason = provenance.kind === 'up-to-date' ? provenance.markedBecause : null;
  return reason === null ? '' : `marked: ${reason}`;
}

function row(status: ActionStatus, now: Date): readonly string[] {
  const job = status.lastJob;
  const seconds =
    job === null || job.startedAt === null || job.completedAt === null
      ? null
      : (Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000;
  const failed = job !== null && job.state === 'failed';
  return [
    plainText(status.action),
    STATE_WORDS[actionStateOf(status)],
    job === null || job.completedAt === null ? '' : formatWhen(job.completedAt, now),
    seconds === null ? '' : formatDuration(seconds),
    failed ? plainText(job.message) : plainText(markedWords(status)),
  ];
}
