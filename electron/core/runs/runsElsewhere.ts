import {formatDayTime} from '../../../shared/format';
import {readNewestRuns} from '../../runs/runStore';
import {createLogsElsewhere} from './logsElsewhere';
import {isThisProcess, readUnendedRuns, type UnendedRun} from './unendedRuns';
import type {StudyRuns} from './runsFacet';
import type {StudyState} from '../studyState';

/** Newest runs that are read again once another process was at work. */
const RUNS_READ_AGAIN = 5;

/** How often it is looked how a run of another process stands, in milliseconds: one that is killed reports to nobody. */
const LOOK_MS = 3000;

/** Creates it for a study; `onLooked` is called when something may have been made. */
export function createRunsElsewhere(state: StudyState, runs: StudyRuns, onLooked: () => void) {
  const {board, folder, history} = state;
  let timer: NodeJS.Timeout | null = null;
  const followLogs = createLogsElsewhere(state);

  /** Runs of this process are shown by themselves. */
  const unendedElsewhere = async (): Promise<readonly UnendedRun[]> =>
    (await readUnendedRuns(state)).filter(
      ({process}) => process === null || !isThisProcess(process),
    );

  /** Says once when an engine on another computer is heard of no more. */
  let silentSince: string | null = null;
  const sayWhereSilent = (open: readonly UnendedRun[]): void => {
    const silent = open.find(({process}) => (process?.silentSince ?? null) !== null);
    const since = silent?.process?.silentSince ?? null;
    if (silent !== undefined && since !== null && silentSince === null) {
      const where = silent.process?.host ?? 'its computer';
      const message = `Nothing was heard of Snakemake on ${where} since ${formatDayTime(since, new Date(state.context.now()), 'in a sentence')}: what is shown of its run is as it was then.`;
      state.emit({
        kind: 'run-event',
        event: {event: 'notice', runId: silent.run.id, level: 'warning', message},
      });
    }
    silentSince = since;
  };

  const lookAgainLater = (): void => {
    if (timer !== null || state.isClosed()) return;
    timer = setTimeout(() => {
      timer = null;
      void elsewhere.look();
    }, LOOK_MS);
    timer.unref();
  };

  const elsewhere = {
    /** Looks now, and again as long as there is such a run; one whose process is gone is taken up. */
    async look(): Promise<void> {
      const newest = await readNewestRuns(folder, RUNS_READ_AGAIN);
      const open = await unendedElsewhere();
      if (runs.service.active().length > 0 || state.isClosed()) return;
      for (const {jobs} of newest) for (const job of jobs) history.note(job);
      board.runEnded();
      for (const {run} of open)
        for (const job of run.jobs) if (job.completedAt === null) board.setJob(job);
      const current = new Map(open.map(({run}) => [run.id, run]));
      state.emit({
        kind: 'runs-changed',
        // of one that a workflow engine has just begun nothing is stored yet
        runs: [
          ...open.flatMap(({run}) => (newest.some(({id}) => id === run.id) ? [] : [run])),
          ...newest.map((run) => current.get(run.id) ?? run),
        ],
      });
      for (const {run} of open) if (run.ranBy !== undefined) await followLogs(run);
      sayWhereSilent(open);
      onLooked();
      if (open.length === 0) return;
      lookAgainLater();
      const isCutOff = open.some(({process}) => process === null);
      if (isCutOff && runs.unfinished() === null) await runs.recover();
    },
    /** Looks where there is a run without an end. */
    async lookForUnended(): Promise<void> {
      if ((await unendedElsewhere()).length > 0) await elsewhere.look();
    },
    close(): void {
      if (timer !== null) clearTimeout(timer);
    },
  };
  return elsewhere;
}
