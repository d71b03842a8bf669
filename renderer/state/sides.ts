import {lastAttemptAt} from './selectors';
import type {DeskState} from './deskStore';

/** The sides of the window that fold. */
export type Side = 'left' | 'right' | 'bottom';
/** All of them. */
export const SIDES: readonly Side[] = ['left', 'right', 'bottom'];

/** A place of the frame: a side or the centre. */
export type FramePlace = Side | 'centre';

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

/** The views of the whole study; whatever else fills the centre is opened to be read. */
const STUDY_VIEWS = ['graph', 'table', 'grid', 'timeline'] as const;
/** A view of the whole study. */
export type StudyView = (typeof STUDY_VIEWS)[number];

/** Whether the centre shows the study as a whole. */
export function isStudyView(kind: unknown): kind is StudyView {
  return STUDY_VIEWS.some((view) => view === kind);
}

/** What was on screen before something was opened to be read: the view, and the sides that were folded beside it. */
export interface BeforeReading {
  readonly view: StudyView;
  readonly collapsed: Sides;
}

/** Whether something is open to be read: it has the space of the details and of the panel below. */
export function isReading({centre}: Pick<DeskState, 'centre'>): boolean {
  return !isStudyView(centre.kind);
}

/** Whether a side is shown: it is not folded, or its tab is chosen where there is space for one place alone. */
export function isShown({place, collapsed}: DeskState, side: Side): boolean {
  return place === null ? !collapsed.has(side) : place === side;
}

/** What changes when the user unfolds a side, or asks for what is in it. */
export function unfolding(state: DeskState, side: Side): Partial<DeskState> {
  if (state.place !== null) return {place: side, wholeWindow: false};
  const collapsed = withoutSide(state.collapsed, side);
  // beside what is read it is opened for a look
  if (isReading(state)) return {collapsed, wholeWindow: false};
  return {collapsed, foldedByUser: withoutSide(state.foldedByUser, side)};
}

/** What changes when the user folds a side: it stays so, whatever it shows later. */
export function folding(state: DeskState, side: Side): Partial<DeskState> {
  if (state.place !== null) return {place: 'centre'};
  const collapsed = withSide(state.collapsed, side);
  if (isReading(state)) return {collapsed};
  return {collapsed, foldedByUser: withSide(state.foldedByUser, side)};
}

/** One step back from what is read: from the whole window, from what was opened over it, then to the view before. */
export function steppingBack(state: DeskState): Partial<DeskState> | null {
  if (state.wholeWindow) return {wholeWindow: false};
  if (!isReading(state)) return null;
  if (state.place !== null && state.place !== 'centre') return {place: 'centre'};
  return state.collapsed.has('right') ? null : {collapsed: withSide(state.collapsed, 'right')};
}

/** What changes when what is read is closed: the view before it is shown again. */
export function leavingReading({beforeReading}: DeskState): Pick<DeskState, 'centre'> {
  return {centre: {kind: beforeReading?.view ?? 'graph'}};
}

/**
 * What changes when a side has something new to show: it opens, unless the user folded it, or it would take the
 * place of what is looked at and is not so `pressing`.
 */
function offering(state: DeskState, side: Side, pressing = false): Partial<DeskState> {
  if (state.place !== null) return pressing ? {place: side} : {};
  const kept = state.foldedByUser.has(side) || (isReading(state) && !pressing);
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
export function sidesAtStart(
  state: DeskState,
): Pick<DeskState, 'collapsed' | 'bottomTab' | 'beforeReading'> {
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
  const sides = new Set(SIDES.filter((side) => folded[side]));
  return isReading(state)
    ? {
        bottomTab,
        collapsed: foldedForReading(sides),
        beforeReading: {view: 'graph', collapsed: sides},
      }
    : {bottomTab, collapsed: sides, beforeReading: null};
}

/** The folded sides beside what is read. */
function foldedForReading(sides: Sides): Sides {
  return withSide(withSide(sides, 'right'), 'bottom');
}

/** What opening something to be read does to the sides, and closing it: all is as it was before. */
function readingAfter(state: DeskState, before: DeskState): Partial<DeskState> {
  const {beforeReading, collapsed, bottomTab} = state;
  if (!isReading(state))
    return beforeReading === null
      ? {}
      : {collapsed: beforeReading.collapsed, beforeReading: null, wholeWindow: false};
  if (beforeReading !== null) return {};
  const {kind} = before.centre;
  // the problems of the file that is edited stay below it
  const {kind: read} = state.centre;
  const edits = read === 'project-file' && bottomTab === 'problems' && !collapsed.has('bottom');
  const folded = foldedForReading(collapsed);
  return {
    beforeReading: {view: isStudyView(kind) ? kind : 'graph', collapsed},
    collapsed: edits ? withoutSide(folded, 'bottom') : folded,
  };
}

/**
 * What a change of state does to the sides: what is opened to be read folds those beside it, the first selection, log line
 * or error opens the one that shows it.
 */
export function sidesAfter(after: DeskState, before: DeskState): Partial<DeskState> | null {
  const read = readingAfter(after, before);
  // whatever is opened in the centre is seen there
  const moved = after.place !== null && after.centre !== before.centre;
  const seen = moved ? {place: 'centre' as const} : {};
  const placed = {...after, ...read, ...seen};
  const roomier = before.place !== null && placed.place === null;
  // the side that was shown alone stays in sight beside the others
  const kept =
    roomier && before.place !== 'centre' && placed.collapsed.has(before.place)
      ? {collapsed: withoutSide(placed.collapsed, before.place)}
      : {};
  const state = {...placed, ...kept};
  // what was offered without space for it is offered again once there is
  const details =
    state.selection !== null && (before.selection === null || roomier)
      ? offering(state, 'right')
      : {};
  const next = {...state, ...details};
  const errors = state.study !== before.study && errorCount(state) > 0 && errorCount(before) === 0;
  const log =
    state.bottomTab === 'log' && !isShown(state, 'bottom') && logMoved(state, before)
      ? hasLog(state) && !hasLog(before)
      : false;
  const more = errors ? offeringProblems(next) : log ? offering(next, 'bottom') : {};
  const all = {...read, ...seen, ...kept, ...details, ...more};
  return Object.keys(all).length === 0 ? null : all;
}
