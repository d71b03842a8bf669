import {appError, type AppError} from '../../../shared/errors';
import {formatList, formatWhen} from '../../../shared/format';
import {isFinal, isUnderWay, type Job} from '../../../shared/job';
import type {RunRecord} from '../../../shared/run';
import {NEVER_STARTED} from '../../runs/jobEnding';
import {advanceJob, type JobEnding} from '../../runs/jobMachine';
import {readRunElsewhere, readUnfinished} from '../../runs/runStore';
import {lockHolder, programOf, TAKE_OVER_HINT, type LockHolder} from '../../runs/studyLock';
import type {StudyState} from '../studyState';

/** A run without an end. */
export interface UnendedRun {
  /** Its jobs as they stand now, so that none of a run that nobody carries out is shown as running. */
  readonly run: RunRecord;
  /** The process that carries it out, be it this one; null where the run was cut off. */
  readonly process: LockHolder | null;
}

/** Actions named of a run that is under way elsewhere. */
const ACTIONS_NAMED = 5;

const CUT_OFF_FOR_NOW: JobEnding = {
  statusCode: 'cut_off',
  message: 'Interrupted when Study Desk was closed; the next run first collects what is left',
  hint: null,
};

/** Every run of the study that has no end yet, oldest first, whichever process it belongs to. */
export async function readUnendedRuns({
  folder,
  context,
}: StudyState): Promise<readonly UnendedRun[]> {
  const [found, holder] = await Promise.all([readUnfinished(folder), lockHolder(folder.lock)]);
  const elsewhere = holder?.ranBy === undefined ? null : await readRunElsewhere(folder);
  if (elsewhere !== null) return [{run: elsewhere, process: holder}];
  if (found.length === 0) return [];
  if (holder !== null) return found.map(({record}) => ({run: record, process: holder}));
  // the process may have ended its run, and only then let go of the lock
  const before = new Set(found.map(({record}) => record.id));
  const cutOff = (await readUnfinished(folder)).filter(({record}) => before.has(record.id));
  return Promise.all(
    cutOff.map(async ({record}) => {
      const engine = await context.executors.checkRun(record);
      const jobs = record.jobs.map((job) => withoutCarrier(job, engine.state === 'down'));
      return {run: {...record, jobs}, process: null};
    }),
  );
}

/** Whether the process that holds a study is the one that asks. */
export function isThisProcess({pid, host}: LockHolder): boolean {
  return host === null && pid === process.pid;
}

/** A job of a run that was cut off, as long as nobody has brought it to its end. */
function withoutCarrier(job: Job, engineIsDown: boolean): Job {
  if (isFinal(job.statusCode)) return job;
  if (isUnderWay(job.state) && engineIsDown) return advanceJob(job, {kind: 'engine-lost'});
  const ending = isUnderWay(job.state) ? CUT_OFF_FOR_NOW : NEVER_STARTED;
  // since when is known to nobody
  return {...advanceJob(job, {kind: 'ended', at: '', ending}), completedAt: null};
}

/** Why nothing can be started while another process runs the study: which, where, since when and with what to come. */
export function runElsewhere(
  {run}: UnendedRun,
  {pid, host, since, ranBy}: LockHolder,
  now: Date,
): AppError {
  const where = host === null ? 'on this computer' : `on the computer ${host}`;
  const open = run.jobs.filter((job) => !isFinal(job.statusCode)).map(({action}) => action);
  const left = open.length === 0 ? '' : ` Still to end: ${formatList(open, ACTIONS_NAMED)}.`;
  return appError('study-busy', `${programOf(ranBy)} is running jobs in this study.`, {
    why: `It is process ${pid} ${where}, since ${formatWhen(since, now)}.${left}`,
    hint: TAKE_OVER_HINT,
    takeOver: true,
  });
}
