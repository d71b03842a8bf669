import type {failureRequests} from '../../../shared/contract/failureRequests';
import type {FacetOf} from '../../../shared/contract/request';
import {failWith} from '../../../shared/errors';
import type {FailureCard} from '../../../shared/failure';
import {stateOf, type Job} from '../../../shared/job';
import type {LogLine} from '../../../shared/log';
import {plainText} from '../../../shared/logText';
import {ok} from '../../../shared/result';
import type {RunRecord} from '../../../shared/run';
import {clusterFailures, type FailedJob} from '../../failures/clusterFailures';
import {explainFailure} from '../../failures/explainFailure';
import {findJob, findRun} from '../../runs/runStore';
import {lookIntoStudy, type StudyLookup} from './failureFacts';
import type {LogsFacet} from '../logs/logsFacet';
import type {StudyState} from '../studyState';

/** Why jobs failed, as far as their logs say it in words that are known. */
export interface FailuresFacet extends FacetOf<typeof failureRequests> {
  /** The cards of several jobs, with the study looked into once for all of them; none for those that `why` has none of. */
  whyEach(jobIds: readonly string[]): Promise<ReadonlyMap<string, FailureCard>>;
}

/** Lines at the end of a log that are looked at. */
const LINES_LOOKED_AT = 400;
/** Logs read at a time. */
const AT_A_TIME = 8;

/** How much later than it was printed a line may come: the two streams of a container race each other. */
const RACE_MS = 20;

/** Without what came on the other stream in the moment of the last error: it may have been printed before that. */
function withoutLate(lines: readonly LogLine[]): readonly LogLine[] {
  const end = lines.map(({stream}) => stream).lastIndexOf('stderr') + 1;
  const [error, last] = [lines[end - 1], lines.at(-1)];
  if (error === undefined || last === undefined) return lines;
  return Date.parse(last.time) - Date.parse(error.time) <= RACE_MS ? lines.slice(0, end) : lines;
}

/** What of a job its explanation takes; of one that ran under `opensafely run` less is known. */
type EndedJob = Pick<
  Job,
  | 'id'
  | 'action'
  | 'state'
  | 'statusCode'
  | 'message'
  | 'exitCode'
  | 'startedAt'
  | 'outOfMemoryBytes'
  | 'peakMemoryBytes'
  | 'unmatchedPatterns'
  | 'unmatchedFiles'
>;

/** Creates it for a study; `active` are the runs under way. */
export function createFailuresFacet(
  state: StudyState,
  logs: Pick<LogsFacet, 'read'>,
  active: () => readonly RunRecord[],
): FailuresFacet {
  const {folder, history} = state;

  const endOfLog = async (
    jobId: string,
  ): Promise<{readonly firstSeq: number; readonly lines: readonly string[]}> => {
    const size = await logs.read({jobId, fromSeq: 0, limit: 0});
    if (!size.ok) return {firstSeq: 0, lines: []};
    const firstSeq = Math.max(0, size.value.totalLines - LINES_LOOKED_AT);
    const lines: LogLine[] = [];
    // a page holds fewer lines where they are long
    while (lines.length < size.value.totalLines - firstSeq) {
      const page = await logs.read({
        jobId,
        fromSeq: firstSeq + lines.length,
        limit: LINES_LOOKED_AT,
      });
      if (!page.ok || page.value.lines.length === 0) break;
      lines.push(...page.value.lines);
    }
    return {firstSeq, lines: withoutLate(lines).map(({text}) => plainText(text))};
  };

  const explain = async (job: EndedJob, lookup: StudyLookup): Promise<FailedJob> => {
    const {id: jobId, action, message} = job;
    const end = await endOfLog(jobId);
    const card = await explainFailure({
      jobId,
      action,
      message,
      statusCode: job.statusCode,
      exitCode: job.exitCode,
      outOfMemoryBytes: job.outOfMemoryBytes,
      peakMemoryBytes: job.peakMemoryBytes,
      unmatchedPatterns: job.unmatchedPatterns,
      unmatchedFiles: job.unmatchedFiles,
      ...end,
      study: lookup.study,
      inputs: lookup.inputs(action),
      headers: () => lookup.headers(action),
      code: (path) => lookup.code(path, job.startedAt),
      codePaths: () => lookup.codePaths(),
    });
    return {jobId, action, message, card, lines: end.lines};
  };

  /** Some at a time, with the study looked into once for all of them. */
  const explainAll = async (jobs: readonly EndedJob[]): Promise<readonly FailedJob[]> => {
    const lookup = lookIntoStudy(state);
    const explained: FailedJob[] = [];
    for (let from = 0; from < jobs.length; from += AT_A_TIME) {
      const some = jobs.slice(from, from + AT_A_TIME);
      explained.push(...(await Promise.all(some.map((job) => explain(job, lookup)))));
    }
    return explained;
  };

  const jobOf = async (jobId: string): Promise<EndedJob | null> => {
    const live = active()
      .flatMap((run) => run.jobs)
      .find(({id}) => id === jobId);
    if (live !== undefined) return live;
    const past = history.actions().find((action) => history.past(action)?.last.jobId === jobId);
    const last = past === undefined ? null : history.past(past)?.last;
    // the record of a run can be long: it is only read for what the last job of an action does not say
    const isEnough = last?.ranBy === 'opensafely' || last?.statusCode === 'nonzero_exit';
    if (past !== undefined && last !== undefined && last !== null && isEnough)
      return {...last, id: jobId, action: past, unmatchedPatterns: [], unmatchedFiles: []};
    return (await findJob(folder, jobId))?.job ?? null;
  };

  return {
    async why({jobId}) {
      const job = await jobOf(jobId);
      if (job === null) return failWith('not-found', `Nothing is recorded about the job ${jobId}.`);
      if (!hasFailed(job)) return ok(null);
      return ok((await explain(job, lookIntoStudy(state))).card);
    },
    async whyEach(jobIds) {
      const jobs: EndedJob[] = [];
      for (const jobId of jobIds) {
        const job = await jobOf(jobId);
        if (job !== null && hasFailed(job)) jobs.push(job);
      }
      const cards = new Map<string, FailureCard>();
      for (const {jobId, card} of await explainAll(jobs)) if (card !== null) cards.set(jobId, card);
      return cards;
    },
    async causes({runId}) {
      const live = active().find(({id}) => id === runId);
      const run = live ?? (await findRun(folder, runId));
      if (run === null) return failWith('not-found', `Nothing is recorded about the run ${runId}.`);
      return ok(clusterFailures(await explainAll(run.jobs.filter(hasFailed))));
    },
  };
}

function hasFailed({statusCode}: Pick<Job, 'statusCode'>): boolean {
  return stateOf(statusCode) === 'failed';
}
