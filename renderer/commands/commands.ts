import {COMMAND_IDS, type CommandId, type WindowCommandId} from '../../shared/commandTable';
import type {RunProgram} from '../../shared/copiedCommand';
import {byGravity} from '../../shared/problem';
import {gridGroup} from '../groups/variantGrid';
import {ask, askInto} from '../state/ask';
import type {Desk, DeskState} from '../state/deskStore';
import {chosen} from '../state/selection';
import {isNewsOpen} from '../state/lastSeen';
import {failures, following, showingNextFailure} from '../state/followRun';
import {closeStudy, openStudy} from '../state/openStudy';
import {
  closingFile,
  codePath,
  isUnsaved,
  saveDrafts,
  unsavedPaths,
  viewOfProblem,
} from '../state/drafts';
import {triable, tryAt} from '../state/definitions';
import {openPath} from '../state/openPath';
import {openPlan} from '../state/planTray';
import {stepFinding} from '../state/releaseChecks';
import {runEntries, type RunCommandId} from '../state/runScopes';
import {runAbility} from '../state/runWords';
import {openShell} from '../state/shells';
import {IN_BROWSER} from '../state/platform';
import {changeSettings, settingsNow} from '../state/settings';
import {copyCommand, shownPlan} from '../state/copyCommand';
import {goBack, goHome, goTo, walkRegions, type Place} from './places';
import {
  folding,
  isReading,
  isShown,
  showingBottom,
  steppingBack,
  unfolding,
  type Side,
} from '../state/sides';
import type {DialogView} from '../state/viewState';

/** When a command can be used, and what it does; its words and keys are in shared/commandTable. */
interface WindowCommand {
  readonly enabled: (state: DeskState) => boolean;
  readonly run: (desk: Desk) => void;
}

const always = () => true;
const withStudy = (state: DeskState) => state.study !== null;
const withSelection = (state: DeskState) => state.selection !== null;
const whileRunning = (state: DeskState) => state.activeRunId !== null;

/** A command that opens a dialog. */
function opening(dialog: DialogView, enabled: WindowCommand['enabled'] = always): WindowCommand {
  return {enabled, run: ({store}) => store.setState({dialog})};
}

/** A command that changes only what the window shows. */
function changing(
  change: (state: DeskState) => Partial<DeskState>,
  enabled: WindowCommand['enabled'] = withStudy,
): WindowCommand {
  return {enabled, run: ({store}) => store.setState(change)};
}

/** A command that shows something, and brings the keyboard there. */
function show(change: (state: DeskState) => Partial<DeskState>, place: Place): WindowCommand {
  return {
    enabled: withStudy,
    run: ({store}) => {
      store.setState(change);
      goTo(place);
    },
  };
}

/** A command that shows the plan of a way to run something. */
function planning(id: RunCommandId): WindowCommand {
  const entryOf = (state: DeskState) => runEntries(state).find((entry) => entry.id === id);
  return {
    enabled: (state) => runAbility(state).kind !== 'refused' && entryOf(state) !== undefined,
    run: (desk) => {
      const entry = entryOf(desk.store.getState());
      if (entry !== undefined) openPlan(desk, entry);
    },
  };
}

/** A command that copies the plan on screen as one of a program. */
function copyingPlan(program: RunProgram): WindowCommand {
  return {
    enabled: (state) => shownPlan(state) !== null,
    run: ({store}) => {
      const plan = shownPlan(store.getState());
      if (plan !== null) copyCommand(program, plan);
    },
  };
}

const ZOOM_STEP = 0.1;

function zooming(change: (zoom: number) => number): WindowCommand {
  return {
    enabled: (state) => state.app !== null && !IN_BROWSER,
    run: (desk) => {
      const settings = settingsNow(desk.store.getState())?.values;
      if (settings === undefined) return;
      const zoom = Math.round(Math.min(2, Math.max(0.7, change(settings.zoom))) * 10) / 10;
      void changeSettings(desk, {zoom});
    },
  };
}

const showBottom = (tab: DeskState['bottomTab']) => (state: DeskState) => showingBottom(state, tab);

const showLeft = (leftTab: DeskState['leftTab']) => (state: DeskState) => ({
  leftTab,
  ...unfolding(state, 'left'),
});

const toggle = (side: Side) => (state: DeskState) =>
  isShown(state, side) ? folding(state, side) : unfolding(state, side);

/** Opens a study after asking for its folder. */
export async function chooseStudy(desk: Desk): Promise<void> {
  const dir = await ask(desk, 'app:chooseFolder', {for: 'study'});
  if (dir !== undefined && dir !== null) await openStudy(desk, dir);
}

/** Makes a copy of the sample study and opens it. */
export async function openSample(desk: Desk): Promise<void> {
  const dir = await ask(desk, 'app:createSample', {});
  if (dir !== undefined && dir !== null) await openStudy(desk, dir, 0);
}

/** One step out: closes what is on top, then leaves the viewer, then the query, then the selection. */
function stepOut(state: DeskState): Partial<DeskState> {
  if (state.dialog !== null) return {dialog: null};
  if (state.error !== null) return {error: null};
  if (state.tour !== null) return {tour: null};
  if (isNewsOpen(state)) return {lastSeen: null};
  const back = steppingBack(state);
  if (back !== null) return back;
  if (isReading(state)) return closingFile(state);
  if (state.query !== '') return {query: ''};
  return chosen(null);
}

/** Steps out, and goes on with the list where that left a file or the query. */
function leaving(store: Desk['store']): void {
  const before = store.getState();
  store.setState(stepOut);
  const after = store.getState();
  const left = isReading(before) && !isReading(after);
  if (left || before.query !== after.query) goHome();
}

/** What each command of the window does. */
const WINDOW_COMMANDS: Readonly<Record<WindowCommandId, WindowCommand>> = {
  'open-study': {enabled: always, run: (desk) => void chooseStudy(desk)},
  'new-study': opening({kind: 'new-study'}),
  'clone-study': opening({kind: 'clone-study'}),
  'follow-elsewhere': opening({kind: 'follow-elsewhere'}),
  'open-sample': {enabled: always, run: (desk) => void openSample(desk)},
  'new-window': {enabled: always, run: (desk) => void ask(desk, 'app:openWindow', {dir: null})},
  reload: {
    enabled: withStudy,
    run: (desk) => void askInto(desk, 'project:reload', {}, (study) => ({study})),
  },
  settings: opening({kind: 'settings'}),
  'job-queue': opening({kind: 'job-queue'}),
  'close-study': {enabled: withStudy, run: (desk) => void closeStudy(desk)},
  engines: opening({kind: 'engines'}),
  images: opening({kind: 'images'}, withStudy),
  'clean-up': opening({kind: 'clean-up'}, withStudy),
  'command-palette': opening({kind: 'palette'}),
  find: {
    enabled: withStudy,
    run: ({store}) => {
      if ((document.activeElement?.closest('[role="log"]') ?? null) === null) focusQuery();
      else store.setState((state) => ({choices: {...state.choices, 'log.find': 'on'}}));
    },
  },
  'save-file': {
    enabled: (state) => unsavedPaths(state).length > 0,
    run: (desk) => void saveDrafts(desk, pathsToSave(desk.store.getState())),
  },
  'step-out': {enabled: always, run: ({store}) => leaving(store)},
  help: opening({kind: 'help'}),
  'keyboard-help': opening({kind: 'keys'}),
  doctor: opening({kind: 'doctor'}),
  tour: {enabled: withStudy, run: ({store}) => store.setState({tour: 0})},
  news: opening({kind: 'news'}),
  updates: opening({kind: 'updates'}, () => !IN_BROWSER),
  'add-action': opening({kind: 'add-action'}, withStudy),
  rename: {
    enabled: withSelection,
    run: ({store}) => {
      const {selection} = store.getState();
      if (selection !== null) store.setState({dialog: {kind: 'rename', action: selection}});
    },
  },
  'clear-outputs': opening({kind: 'clear-outputs'}, withStudy),
  'show-graph': show(() => ({centre: {kind: 'graph'}}), 'graph'),
  'show-table': show(() => ({centre: {kind: 'table'}}), 'table'),
  'show-grid': {
    ...show(() => ({centre: {kind: 'grid'}}), 'grid'),
    enabled: (state) => gridGroup(state) !== null,
  },
  'show-timeline': show(() => ({centre: {kind: 'timeline'}}), 'timeline'),
  'show-project-file': changing(() => ({centre: {kind: 'project-file', line: null}})),
  'show-actions': show(showLeft('actions'), 'list'),
  'show-outputs': show(showLeft('outputs'), 'outputs'),
  'show-history': show(showLeft('history'), 'history'),
  'show-log': show(showBottom('log'), 'log'),
  'show-problems': show(showBottom('problems'), 'problems'),
  'show-checks': show(showBottom('checks'), 'problems'),
  'show-codelists': changing(() => ({centre: {kind: 'codelists'}})),
  'show-uncommitted': changing(() => ({centre: {kind: 'uncommitted'}})),
  ready: opening({kind: 'ready'}, withStudy),
  'show-rehearsal': changing(() => ({centre: {kind: 'rehearsal'}})),
  'show-plan': show(showBottom('plan'), 'plan'),
  'save-report': {enabled: withStudy, run: (desk) => void ask(desk, 'release:saveReport', {})},
  'go-back': {enabled: withStudy, run: goBack},
  'next-region': {enabled: always, run: () => walkRegions(1)},
  'previous-region': {enabled: always, run: () => walkRegions(-1)},
  'toggle-left': changing(toggle('left')),
  'toggle-right': changing(toggle('right')),
  'toggle-bottom': changing(toggle('bottom')),
  'whole-window': changing(({wholeWindow}) => ({wholeWindow: !wholeWindow}), isReading),
  'next-problem': {enabled: withStudy, run: (desk) => stepOn(desk, 1)},
  'previous-problem': {enabled: withStudy, run: (desk) => stepOn(desk, -1)},
  'zoom-in': zooming((zoom) => zoom + ZOOM_STEP),
  'zoom-out': zooming((zoom) => zoom - ZOOM_STEP),
  'zoom-reset': zooming(() => 1),
  'run-selected': planning('run-selected'),
  'run-with-downstream': planning('run-with-downstream'),
  'run-with-dependencies': planning('run-with-dependencies'),
  'run-found': planning('run-found'),
  'continue-run': planning('continue-run'),
  'run-all': planning('run-all'),
  'run-failed': planning('run-failed'),
  'run-stale': planning('run-stale'),
  'run-everything': planning('run-everything'),
  'copy-plan': copyingPlan('study-desk'),
  'copy-plan-opensafely': copyingPlan('opensafely'),
  'next-failure': changing(showingNextFailure, (state) => failures(state).length > 0),
  'follow-run': changing((state) => following(state, !state.followsRun), whileRunning),
  stop: opening({kind: 'stop'}, whileRunning),
  'run-share': opening({kind: 'run-share'}, whileRunning),
  tools: opening({kind: 'tools'}, withStudy),
  'open-shell': {
    enabled: withSelection,
    run: (desk) => {
      const {selection} = desk.store.getState();
      if (selection !== null) void openShell(desk, selection);
    },
  },
  'try-definition': {enabled: (state) => triable(state) !== null, run: tryAt},
  'move-image': {
    enabled: withSelection,
    run: ({store}) => {
      const {selection} = store.getState();
      if (selection !== null) store.setState({dialog: {kind: 'move-image', action: selection}});
    },
  },
  'open-script': {
    enabled: withSelection,
    run: (desk) => {
      const {selection, study} = desk.store.getState();
      const path = selection === null ? undefined : study?.scripts.get(selection);
      if (path !== undefined) void openPath(desk, path, null);
    },
  },
};

/** The command of this id where it can be used now; undefined for those that the window does not carry out. */
function usableCommand(state: DeskState, id: CommandId): WindowCommand | undefined {
  const commands: Readonly<Partial<Record<CommandId, WindowCommand>>> = WINDOW_COMMANDS;
  const command = commands[id];
  return command?.enabled(state) === true ? command : undefined;
}

/** The commands of the window that can be used now. */
export function usableCommands(state: DeskState): readonly CommandId[] {
  return COMMAND_IDS.filter((id) => usableCommand(state, id) !== undefined);
}

/** Carries out a command by its id, where it is possible now. */
export function runCommand(desk: Desk, id: CommandId): boolean {
  const command = usableCommand(desk.store.getState(), id);
  command?.run(desk);
  return command !== undefined;
}

/** What the key saves: the file in the centre, or all where that has nothing to save. */
function pathsToSave(state: DeskState): readonly string[] {
  const path = codePath(state);
  return path !== null && isUnsaved(state, path) ? [path] : unsavedPaths(state);
}

/** Puts the keyboard into the query box of the top bar. */
function focusQuery(): void {
  document.querySelector<HTMLInputElement>('[data-place="query"] input')?.focus();
}

/** Goes on in the list that the panel below shows or would show: of findings, else of problems. */
function stepOn(desk: Desk, step: 1 | -1): void {
  const {bottomTab, checked} = desk.store.getState();
  if (bottomTab === 'checks' && checked !== null) stepFinding(desk, step);
  else desk.store.setState((state) => stepProblem(state, step));
}

/** Shows the problem after or before the one in whose line its file is open, in the order of the list. */
function stepProblem(state: DeskState, step: 1 | -1): Partial<DeskState> {
  const problems = [...(state.study?.reading.problems ?? [])].sort(byGravity);
  const views = new Map(
    problems.map((problem) => [JSON.stringify(viewOfProblem(problem)), viewOfProblem(problem)]),
  );
  const here = [...views.keys()].indexOf(JSON.stringify(state.centre));
  const next = here < 0 && step < 0 ? -1 : here + step;
  const centre = [...views.values()].at(next % Math.max(1, views.size));
  return {...showingBottom(state, 'problems'), ...(centre === undefined ? {} : {centre})};
}
