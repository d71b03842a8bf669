import {byGravity} from '../../shared/problem';
import {ask} from '../state/ask';
import {chosen, type Desk, type DeskState} from '../state/deskStore';
import {failures, following, showingNextFailure} from '../state/followRun';
import {closeStudy, openStudy} from '../state/openStudy';
import {closingFile, isUnsaved, saveDraft} from '../state/projectDraft';
import {openPlan} from '../state/planTray';
import {
  dependenciesScope,
  doubtfulScope,
  everythingScope,
  failedScope,
  neededScope,
  pickedDownstreamScope,
  pickedScope,
  type RunScope,
} from '../state/runScopes';
import {runAbility} from '../state/runWords';
import {openShell} from '../state/shells';
import {changeSettings, settingsNow} from '../state/settings';
import {goBack, goTo, walkRegions, type Place} from './places';
import {folding, showingBottom, unfolding, type Side} from '../state/sides';

/** Something the user can do from the keyboard, the menu bar or the palette. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly enabled: (state: DeskState) => boolean;
  readonly run: (desk: Desk) => void;
}

const always = () => true;
const withStudy = (state: DeskState) => state.study !== null;
const withSelection = (state: DeskState) => state.selection !== null;

/** A command that shows the plan of a scope. */
function planCommand(
  id: string,
  title: string,
  scopeOf: (state: DeskState) => RunScope | null,
): Command {
  return {
    id,
    title,
    enabled: (state) => runAbility(state).kind !== 'refused' && (scopeOf(state)?.count ?? 0) > 0,
    run: (desk) => {
      const scope = scopeOf(desk.store.getState());
      if (scope !== null) openPlan(desk, scope);
    },
  };
}

function ofSelection(scopeOf: (state: DeskState, action: string) => RunScope) {
  return (state: DeskState) => (state.selection === null ? null : scopeOf(state, state.selection));
}

/** A command that shows something, and brings the keyboard there. */
function show(
  id: string,
  title: string,
  change: (state: DeskState) => Partial<DeskState>,
  place: Place | null = null,
): Command {
  return {
    ...{id, title, enabled: withStudy},
    run: ({store}) => {
      store.setState(change);
      if (place !== null) goTo(place);
    },
  };
}

const ZOOM_STEP = 0.1;

function zoomCommand(id: string, title: string, change: (zoom: number) => number): Command {
  return {
    id,
    title,
    enabled: (state) => state.app !== null,
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
  state.collapsed[side] ? unfolding(state, side) : folding(state, side);

/** Opens a study after asking for its folder. */
export async function chooseStudy(desk: Desk): Promise<void> {
  const dir = await ask(desk, 'app:choose-study', {});
  if (dir !== undefined && dir !== null) await openStudy(desk, dir);
}

/** Makes a copy of the sample study and opens it. */
export async function openSample(desk: Desk): Promise<void> {
  const dir = await ask(desk, 'app:create-sample', {});
  if (dir !== undefined && dir !== null) await openStudy(desk, dir);
}

/** One step out: closes what is on top, then leaves the viewer, then the query, then the selection. */
function stepOut(state: DeskState): Partial<DeskState> {
  if (state.dialog !== null) return {dialog: null};
  if (state.error !== null) return {error: null};
  const {kind} = state.centre;
  if (kind === 'output' || kind === 'rehearsal' || kind === 'project-file' || kind === 'code-file')
    return closingFile(state);
  if (state.query !== '') return {query: ''};
  return chosen(null);
}

/** All commands; ids are shared with the key map and the application menu. */
export const COMMANDS: readonly Command[] = [
  {
    id: 'open-study',
    title: 'Open a study…',
    enabled: always,
    run: (desk) => void chooseStudy(desk),
  },
  {
    id: 'open-sample',
    title: 'Try the sample study…',
    enabled: always,
    run: (desk) => void openSample(desk),
  },
  {
    id: 'new-window',
    title: 'New window',
    enabled: always,
    run: (desk) => void ask(desk, 'app:open-window', {dir: null}),
  },
  {
    id: 'close-study',
    title: 'Close the study',
    enabled: withStudy,
    run: (desk) => void closeStudy(desk),
  },
  {
    id: 'reload',
    title: 'Read project.yaml again',
    enabled: withStudy,
    run: (desk) =>
      void ask(desk, 'project:reload', {}).then((study) => {
        if (study !== undefined) desk.store.setState({study});
      }),
  },
  {
    id: 'settings',
    title: 'Settings',
    enabled: always,
    run: ({store}) => store.setState({dialog: {kind: 'settings'}}),
  },
  {
    id: 'engines',
    title: 'Container engines',
    enabled: always,
    run: ({store}) => store.setState({dialog: {kind: 'engines'}}),
  },
  {
    id: 'images',
    title: 'Images',
    enabled: withStudy,
    run: ({store}) => store.setState({dialog: {kind: 'images'}}),
  },
  {
    id: 'clean-up',
    title: 'Clean up what earlier runs have left…',
    enabled: withStudy,
    run: ({store}) => store.setState({dialog: {kind: 'clean-up'}}),
  },
  {
    id: 'tools',
    title: 'JupyterLab and RStudio',
    enabled: withStudy,
    run: ({store}) => store.setState({dialog: {kind: 'tools'}}),
  },
  {
    id: 'doctor',
    title: 'Doctor: what is wrong with the computer or the study',
    enabled: always,
    run: ({store}) => store.setState({dialog: {kind: 'doctor'}}),
  },
  {
    id: 'job-queue',
    title: 'Job queue',
    enabled: always,
    run: ({store}) => store.setState({dialog: {kind: 'job-queue'}}),
  },
  {
    id: 'keyboard-help',
    title: 'List of keys',
    enabled: always,
    run: ({store}) => store.setState({dialog: {kind: 'keys'}}),
  },
  {
    id: 'command-palette',
    title: 'Find anything',
    enabled: always,
    run: ({store}) => store.setState({dialog: {kind: 'palette'}}),
  },
  {
    id: 'add-action',
    title: 'Add an action…',
    enabled: withStudy,
    run: ({store}) => store.setState({dialog: {kind: 'add-action'}}),
  },
  {
    id: 'clear-outputs',
    title: 'Clear outputs no longer produced…',
    enabled: withStudy,
    run: ({store}) => store.setState({dialog: {kind: 'clear-outputs'}}),
  },
  {
    id: 'find',
    title: 'Filter actions',
    enabled: withStudy,
    run: ({store}) => {
      if ((document.activeElement?.closest('[role="log"]') ?? null) === null) focusQuery();
      else store.setState((state) => ({choices: {...state.choices, 'log.find': 'on'}}));
    },
  },
  show('show-graph', 'Graph', () => ({centre: {kind: 'graph'}}), 'graph'),
  show('show-table', 'Table', () => ({centre: {kind: 'table'}}), 'table'),
  show('show-timeline', 'Timeline', () => ({centre: {kind: 'timeline'}}), 'timeline'),
  show('show-project-file', 'project.yaml', () => ({centre: {kind: 'project-file', line: null}})),
  {
    id: 'save-project-file',
    title: 'Save project.yaml',
    enabled: isUnsaved,
    run: (desk) => void saveDraft(desk),
  },
  show('show-actions', 'Actions', showLeft('actions'), 'list'),
  show('show-outputs', 'Outputs', showLeft('outputs'), 'outputs'),
  show('show-history', 'History', showLeft('history'), 'history'),
  show('show-log', 'Log', showBottom('log'), 'log'),
  show('show-problems', 'Problems', showBottom('problems'), 'problems'),
  show('show-checks', 'Checks before release', showBottom('checks')),
  show('show-rehearsal', 'Rehearse the release', () => ({centre: {kind: 'rehearsal'}})),
  show('show-plan', 'Plan', showBottom('plan'), 'plan'),
  {
    id: 'save-report',
    title: 'Save the report of the study…',
    enabled: withStudy,
    run: (desk) => void ask(desk, 'release:save-report', {}),
  },
  {id: 'go-back', title: 'Back to where the keyboard was', enabled: withStudy, run: goBack},
  {id: 'next-region', title: 'Next part of the window', enabled: always, run: () => walkRegions(1)},
  {
    id: 'previous-region',
    title: 'Part of the window before',
    enabled: always,
    run: () => walkRegions(-1),
  },
  show('toggle-left', 'Show or hide the left list', toggle('left')),
  show('toggle-right', 'Show or hide the inspector', toggle('right')),
  show('toggle-bottom', 'Show or hide the bottom panel', toggle('bottom')),
  {id: 'step-out', title: 'Step out', enabled: always, run: ({store}) => store.setState(stepOut)},
  {
    id: 'next-problem',
    title: 'Next problem',
    enabled: withStudy,
    run: ({store}) => store.setState((state) => stepProblem(state, 1)),
  },
  {
    id: 'previous-problem',
    title: 'Previous problem',
    enabled: withStudy,
    run: ({store}) => store.setState((state) => stepProblem(state, -1)),
  },
  {
    id: 'next-failure',
    title: 'Next failure',
    enabled: (state) => failures(state).length > 0,
    run: ({store}) => store.setState(showingNextFailure),
  },
  {
    id: 'follow-run',
    title: 'Follow the run, or no longer',
    enabled: (state) => state.activeRunId !== null,
    run: ({store}) => store.setState((state) => following(state, !state.followsRun)),
  },
  zoomCommand('zoom-in', 'Larger text', (zoom) => zoom + ZOOM_STEP),
  zoomCommand('zoom-out', 'Smaller text', (zoom) => zoom - ZOOM_STEP),
  zoomCommand('zoom-reset', 'Usual text size', () => 1),
  planCommand('run-all', 'Run everything that needs to run', neededScope),
  planCommand('run-stale', 'Run all out of date or not verified', doubtfulScope),
  planCommand('run-failed', 'Run all failed', failedScope),
  planCommand('run-everything', 'Run all actions again', everythingScope),
  planCommand('run-selected', 'Run what is selected', pickedScope),
  planCommand(
    'run-with-dependencies',
    'Run the selected action with its dependencies',
    ofSelection(dependenciesScope),
  ),
  planCommand(
    'run-with-downstream',
    'Run what is selected with everything downstream',
    pickedDownstreamScope,
  ),
  {
    id: 'stop',
    title: 'Stop the run',
    enabled: (state) => state.activeRunId !== null,
    run: ({store}) => store.setState({dialog: {kind: 'stop'}}),
  },
  {
    id: 'run-share',
    title: 'Change how the run goes on…',
    enabled: (state) => state.activeRunId !== null,
    run: ({store}) => store.setState({dialog: {kind: 'run-share'}}),
  },
  {
    id: 'open-shell',
    title: 'Open a shell with what the selected action would be given',
    enabled: withSelection,
    run: (desk) => {
      const {selection} = desk.store.getState();
      if (selection !== null) void openShell(desk, selection);
    },
  },
  {
    id: 'open-script',
    title: 'Open the script in the editor',
    enabled: withSelection,
    run: (desk) => {
      const {selection, study} = desk.store.getState();
      const path = selection === null ? undefined : study?.scripts.get(selection);
      if (path !== undefined) void ask(desk, 'project:open-in-editor', {path, line: null});
    },
  },
];

/** Carries out a command by its id, where it is possible now. */
export function runCommand(desk: Desk, id: string): boolean {
  const command = COMMANDS.find((candidate) => candidate.id === id);
  if (command === undefined || !command.enabled(desk.store.getState())) return false;
  command.run(desk);
  return true;
}

/** Puts the keyboard into the query box of the top bar. */
function focusQuery(): void {
  document.querySelector<HTMLInputElement>('[data-place="query"] input')?.focus();
}

/** Shows the problem after or before the one in whose line project.yaml is open, in the order of the list. */
function stepProblem(state: DeskState, step: 1 | -1): Partial<DeskState> {
  const problems = [...(state.study?.reading.problems ?? [])].sort(byGravity);
  const lines = [...new Set(problems.map(({line}) => line))];
  const here = state.centre.kind === 'project-file' ? lines.indexOf(state.centre.line ?? 0) : -1;
  const next = here < 0 && step < 0 ? -1 : here + step;
  const line = lines.at(next % Math.max(1, lines.length));
  return {
    ...showingBottom(state, 'problems'),
    ...(line === undefined ? {} : {centre: {kind: 'project-file', line}}),
  };
}
