import {notVerifiedReason} from '../../../shared/outOfDateReason';
import type {ActionProblem, ActionStatus, Provenance} from '../../../shared/status';
import type {Job} from '../../../shared/job';
import type {RunHistory} from '../../runs/runHistory';
import {actionStatus, findOutputsPresent} from './actionStatuses';

/** How long changes are gathered before they are reported, in milliseconds. */
const GATHER_MS = 30;

/** What is known before the first check: nothing. */
const NOT_CHECKED: Provenance = {
  kind: 'not-verified',
  reasons: [{kind: 'not-verified', message: 'Not checked yet', path: null, changedAt: null}],
};

const NEVER_RUN: Provenance = {kind: 'never-run'};
const CHECKING: Provenance = {kind: 'checking'};

/** Creates the board over a study's history. */
export function createStatusBoard(
  studyDir: string,
  history: RunHistory,
  onChanged: (changed: readonly ActionStatus[]) => void,
) {
  let names: readonly string[] = [];
  let problems: ReadonlyMap<string, readonly ActionProblem[]> = new Map();
  let present = new Map<string, boolean>();
  let provenance = new Map<string, Provenance>();
  let unrecorded: Provenance = NEVER_RUN;
  let unknown: Provenance = NOT_CHECKED;
  /** Counts the checks that have begun. */
  let moment = 0;
  /** The newest check that has answered. */
  let answered = 0;
  const succeededAt = new Map<string, number>();
  const live = new Map<string, Job>();
  const reported = new Map<string, string>();
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | null = null;

  const statusOf = (action: string): ActionStatus => {
    const status = actionStatus(
      action,
      history.past(action),
      live.get(action) ?? null,
      present.get(action) ?? false,
      history.past(action) === null ? unrecorded : (provenance.get(action) ?? unknown),
    );
    const wrong = problems.get(action);
    if (wrong === undefined) return status;
    return {...status, provenance: {kind: 'has-errors', problems: wrong}};
  };

  const reportChanged = () => {
    timer = null;
    const statuses: ActionStatus[] = [];
    for (const action of changed) {
      const status = statusOf(action);
      const text = JSON.stringify(status);
      if (reported.get(action) === text) continue;
      reported.set(action, text);
      statuses.push(status);
    }
    changed.clear();
    if (statuses.length > 0) onChanged(statuses);
  };

  const touch = (actions: Iterable<string>) => {
    for (const action of actions) changed.add(action);
    timer ??= setTimeout(reportChanged, GATHER_MS);
    timer.unref();
  };

  return {
    all: (): readonly ActionStatus[] => names.map(statusOf),
    outputsPresent: (): ReadonlyMap<string, boolean> => present,
    provenance: (): ReadonlyMap<string, Provenance> => provenance,
    /** The actions that project.yaml has now, in file order, and what is wrong with those that have errors. */
    setActions(
      next: readonly string[],
      wrong: ReadonlyMap<string, readonly ActionProblem[]>,
    ): void {
      names = next;
      problems = wrong;
      touch(names);
    },
    /** The answers of a check that began at `since`; they say nothing of jobs that succeeded meanwhile. */
    setProvenance(next: ReadonlyMap<string, Provenance>, since: number): void {
      // a check that began earlier and took longer knows less
      if (since < answered) return;
      answered = since;
      const later = [...succeededAt].filter(([, at]) => at >= since).map(([action]) => action);
      const kept = later.map((action) => [action, provenance.get(action) ?? CHECKING] as const);
      provenance = new Map([...next, ...kept]);
      unknown = NOT_CHECKED;
      touch(names);
    },
    /** Why it is not known of actions without any record that they have never run; none where it is. */
    setHidden(reasons: readonly string[]): void {
      unrecorded =
        reasons.length === 0
          ? NEVER_RUN
          : {kind: 'not-verified', reasons: reasons.map(notVerifiedReason)};
      touch(names);
    },
    /** A check begins, and what is known stays until it answers; gives the moment to hand to `setProvenance`. */
    setChecking(): number {
      unknown = CHECKING;
      touch(names.filter((action) => !provenance.has(action)));
      moment += 1;
      return moment;
    },
    /** A job of a run under way, or one that has just ended. */
    setJob(job: Job): void {
      live.set(job.action, job);
      if (job.state === 'succeeded') {
        present.set(job.action, true);
        // no more is known until it has been compared with the study as it is by now
        provenance.set(job.action, CHECKING);
        succeededAt.set(job.action, moment);
      }
      touch([job.action]);
    },
    /** No run is under way any more. */
    runEnded(): void {
      const ended = [...live.keys()];
      live.clear();
      touch(ended);
    },
    /** Looks again whether outputs are on disk. */
    async lookForOutputs(): Promise<void> {
      present = new Map(await findOutputsPresent(studyDir, history, names));
      touch(names);
    },
    close(): void {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
