import type {Job} from '../../shared/job';
import type {RunRecord} from '../../shared/run';
import type {DeskState} from './deskStore';
import {chosen} from './selection';
import {activeRun, namesIn} from './selectors';
import {offeringBottom, showingBottom} from './sides';

/** What changes when the window moves the selection to an action by itself. */
function movedTo(selection: string | null): Partial<DeskState> {
  return {selection, picked: new Set(), attempt: null, isChosen: false};
}

/** The action of a run that is followed: the selected one while it goes on, else the one that began last. */
function followed(jobs: readonly Job[], selection: string | null): string | null {
  const running = jobs.filter(({state}) => state === 'running');
  if (running.some(({action}) => action === selection)) return selection;
  return (
    running.reduce<Job | null>(
      (latest, job) =>
        latest === null || (job.startedAt ?? '') >= (latest.startedAt ?? '') ? job : latest,
      null,
    )?.action ?? selection
  );
}

/**
 * Where the selection goes when jobs of the run under way move on. The first failure is selected with its log, unless
 * the user has chosen something since the run began; after that the run is followed no longer.
 */
export function selectionAfter(
  state: DeskState,
  before: RunRecord,
  after: RunRecord,
): Partial<DeskState> {
  const failedBefore = new Set(
    before.jobs.filter((job) => job.state === 'failed').map(({id}) => id),
  );
  const failed = after.jobs.find((job) => job.state === 'failed' && !failedBefore.has(job.id));
  const wanted = state.followsRun || (failedBefore.size === 0 && !state.choseSinceStart);
  if (failed !== undefined && wanted) {
    return {
      ...movedTo(failed.action),
      followsRun: false,
      ...offeringBottom(state, 'log'),
    };
  }
  if (!state.followsRun) return {};
  const selection = followed(after.jobs, state.selection);
  return selection === state.selection ? {} : movedTo(selection);
}

/** What changes when the user begins or ends to follow the run under way, or one that is about to be reported. */
export function following(state: DeskState, on: boolean): Partial<DeskState> {
  if (!on) return {followsRun: false};
  const run = activeRun(state);
  const selection = run === undefined ? state.selection : followed(run.jobs, state.selection);
  return {
    followsRun: true,
    ...(selection === state.selection ? {} : movedTo(selection)),
    ...showingBottom(state, 'log'),
  };
}

/** Actions that failed: those of the newest run in its order, then those that failed before. */
export function failures(state: DeskState): readonly string[] {
  const ofRun = (state.runs[0]?.jobs ?? [])
    .filter((job) => job.state === 'failed')
    .map(({action}) => action);
  return [...new Set([...ofRun, ...namesIn(state, 'failed')])];
}

/** What changes when the next failure after the selection is shown with its log; after the last comes the first. */
export function showingNextFailure(state: DeskState): Partial<DeskState> {
  const names = failures(state);
  const next = names[(names.indexOf(state.selection ?? '') + 1) % names.length];
  return next === undefined ? {} : {...chosen(next), ...showingBottom(state, 'log')};
}
