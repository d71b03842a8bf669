import {lastAttemptAt} from './selectors';
import type {DeskState} from './deskStore';

/** The sides of the window that fold. */
export type Side = 'left' | 'right' | 'bottom';
/** All of them. */
export const SIDES: readonly Side[] = ['left', 'right', 'bottom'];

/** Some of the sides, such as those that are folded. */
export type Sides = ReadonlySet<Side>;

/** None of them. */
export const NO_SIDES: Sides = new Set();
/** The sides folded before anything is known or chosen: only the list has something to show. */
export const QUIET_SIDES: Sides = new Set(['right', 'bottom']);

/** These sides and one more. */
export function withSide(sides: Sides, side: Side): Sides {
  return new Set([...sides, side]);
}

/** These sides without one. */
export function withoutSide(sides: Sides, side: Side): Sides {
  return new Set([...sides].filter((other) => other !== side));
}

/** What changes when the user unfolds a side, or asks for what is in it. */
export function unfolding(state: DeskState, side: Side): Partial<DeskState> {
  return {
    collapsed: withoutSide(state.collapsed, side),
    foldedByUser: withoutSide(state.foldedByUser, side),
  };
}

/** What changes when the user folds a side: it stays so, whatever it shows later. */
export function folding(state: DeskState, side: Side): Partial<DeskState> {
  return {
    collapsed: withSide(state.collapsed, side),
    foldedByUser: withSide(state.foldedByUser, side),
  };
}

/**
 * What changes when a side has something new to show: it opens, unless the user folded it, or it would take the
 * place of what is looked at and is not so `pressing`.
 */
function offering(state: DeskState, side: Side, pressing = false): Partial<DeskState> {
  const kept = state.foldedByUser.has(side) || (state.crowded.has(side) && !pressing);
  return kept || !state.collapsed.has(side) ? {} : {collapsed: withoutSide(state.collapsed, side)};
}

/** What changes when the user asks for a tab of the bottom panel. */
export function showingBottom(
  state: DeskState,
  bottomTab: DeskState['bottomTab'],
): Partial<DeskState> {
  return {bottomTab, ...unfolding(state, 'bottom')};
}

/** What changes when something the user did not ask for wants to be seen in the bottom panel. */
export function offeringBottom(
  state: DeskState,
  bottomTab: DeskState['bottomTab'],
): Partial<DeskState> {
  return {bottomTab, ...offering(state, 'bottom')};
}

/** What changes when project.yaml gets errors: Problems is shown, however little space there is. */
export function offeringProblems(state: DeskState): Partial<DeskState> {
  return {bottomTab: 'problems', ...offering(state, 'bottom', true)};
}

/** How many problems of project.yaml are errors. */
export function errorCount(state: Pick<DeskState, 'study'>): number {
  const problems = state.study?.reading.problems ?? [];
  return problems.reduce((sum, {severity}) => sum + (severity === 'error' ? 1 : 0), 0);
}

/** Whether the selected action has printed something that is kept here. */
function hasLog({selection, runs, statuses}: DeskState): boolean {
  if (selection === null) return false;
  const last = lastAttemptAt(runs, selection);
  if (last !== undefined) return last.startedAt !== null || last.logFile !== null;
  const job = statuses.get(selection)?.lastJob ?? null;
  return job !== null && job.startedAt !== null;
}

/** Whether what `hasLog` goes by is another; most changes of state are of something else. */
function logMoved(state: DeskState, before: DeskState): boolean {
  return (
    state.selection !== before.selection ||
    state.runs !== before.runs ||
    state.statuses !== before.statuses
  );
}

/**
 * The sides of a study as it is opened: those with nothing to show are folded, and those that the user folded. What
 * had no space when the study was last seen may have it now.
 */
export function sidesAtStart(state: DeskState): Pick<DeskState, 'collapsed' | 'bottomTab'> {
  const {selection, study, collapsed, foldedByUser} = state;
  const quiet = selection === null;
  // a plan or checks of last time are no longer there
  const bottomTab =
    state.bottomTab === 'problems' && (study?.reading.problems.length ?? 0) > 0
      ? 'problems'
      : 'log';
  const folded = {
    left: foldedByUser.has('left'),
    right: foldedByUser.has('right') || quiet,
    bottom: collapsed.has('bottom') || (quiet && bottomTab === 'log'),
  };
  return {
    bottomTab,
    collapsed: new Set(SIDES.filter((side) => folded[side])),
  };
}

/** What a change of state does to the sides: the first selection, log line or error opens the one that shows it. */
export function sidesAfter(state: DeskState, before: DeskState): Partial<DeskState> | null {
  // what was offered without space for it is offered again once there is
  const roomier = before.crowded.has('right') && !state.crowded.has('right');
  const told =
    state.selection !== null && (before.selection === null || roomier)
      ? offering(state, 'right')
      : {};
  const next = {...state, ...told};
  const errors = state.study !== before.study && errorCount(state) > 0 && errorCount(before) === 0;
  const log =
    state.bottomTab === 'log' && state.collapsed.has('bottom') && logMoved(state, before)
      ? hasLog(state) && !hasLog(before)
      : false;
  const more = errors ? offeringProblems(next) : log ? offering(next, 'bottom') : {};
  const all = {...told, ...more};
  return Object.keys(all).length === 0 ? null : all;
}
