import {formatCount, formatPlural} from '../../shared/format';
import {gridGroup} from '../groups/variantGrid';
import type {ActionState} from '../../shared/status';
import type {Desk, DeskState} from '../state/deskStore';
import {definitionOf, tryAt} from '../state/definitions';
import {OUTPUTS_OF, pickedNames} from '../state/selection';
import {comparingPicked} from '../state/namedOutputs';
import {runningOnSave} from '../state/onSave';
import {openPlan, stopRun} from '../state/planTray';
import {requestFor, runEntries, selectionScopes, type RunEntry} from '../state/runScopes';
import {runAbility} from '../state/runWords';
import {actionNamed, openJobs, stateOfAction} from '../state/selectors';
import {openShell} from '../state/shells';
import {unfolding} from '../state/sides';
import type {DialogView} from '../state/viewState';
import {copyItems, selectedRun} from '../state/copyCommand';
import {keysOf} from './keys';

/** An entry of a menu: something that can be run, or done with the selected actions. */
export interface SelectionItem {
  readonly id: string;
  readonly label: string;
  /** The name that the label ends in, which may be cut. */
  readonly name?: string | undefined;
  /** What the label leaves out. */
  readonly tip?: string | undefined;
  readonly keys?: string | undefined;
  readonly disabled?: boolean;
  readonly separated?: boolean;
  readonly onChoose: () => void;
}

/** States that the user may know better of. */
const MARKABLE: readonly ActionState[] = ['out-of-date', 'upstream-out-of-date', 'not-verified'];

/** Whether an action can be marked as up to date. */
function isMarkable({statuses}: Pick<DeskState, 'statuses'>, action: string): boolean {
  return MARKABLE.includes(stateOfAction(statuses, action));
}

/** Those of the selected actions that can be marked as up to date. */
function markable(state: DeskState): readonly string[] {
  return pickedNames(state).filter((name) => isMarkable(state, name));
}

/** Those of the selected actions whose jobs have not ended. */
export function stoppable(state: DeskState): readonly string[] {
  const open = new Set(openJobs(state).map(({action}) => action));
  return pickedNames(state).filter((name) => open.has(name));
}

/** Stops the jobs of these actions, one after the other. */
export async function stopJobs(desk: Desk, actions: readonly string[]): Promise<void> {
  for (const action of actions) await stopRun(desk, action);
}

/** Shows the outputs of the selected actions alone. */
function showOutputs({store}: Desk): void {
  store.setState((state) => ({
    leftTab: 'outputs',
    ...unfolding(state, 'left'),
    choices: {...state.choices, [OUTPUTS_OF]: pickedNames(state).join('\n')},
  }));
}

/** An entry that shows the plan of a way to run something. */
function runItem(desk: Desk, entry: RunEntry): SelectionItem {
  const {id, label, name, tip} = entry;
  return {
    ...{id, label, name, tip: tip ?? (name === undefined ? undefined : label)},
    keys: keysOf(id) || undefined,
    disabled: runAbility(desk.store.getState()).kind === 'refused',
    onChoose: () => openPlan(desk, entry),
  };
}

/** Every way to run something now; what is selected and what is not are parted by a line. */
export function runItems(desk: Desk): readonly SelectionItem[] {
  const state = desk.store.getState();
  const selected = selectionScopes(state).length;
  return runEntries(state).map((entry, index) => ({
    ...runItem(desk, entry),
    separated: index > 0 && index === selected,
  }));
}

/** All that can be done with what is selected, for its context menus, the inspector and the palette. */
export function selectionItems(desk: Desk): readonly SelectionItem[] {
  const {store} = desk;
  const state = store.getState();
  const names = pickedNames(state);
  const [first] = names;
  if (first === undefined) return [];
  const open = stoppable(state);
  const marks = markable(state);
  const one = names.length === 1;
  const saving = names.every((name) => state.onSave.has(name));
  const ofOne = (...items: readonly SelectionItem[]) => (one ? items : []);
  const dialog = (shown: DialogView) => () => store.setState({dialog: shown});
  const stop = {
    id: 'stop-selected',
    label: one ? 'Stop this job' : `Stop ${formatPlural(open.length, 'job')}`,
    onChoose: () => void stopJobs(desk, open),
  };
  const comparison = comparingPicked(state);
  return [
    ...selectionScopes(state).map((entry) => runItem(desk, entry)),
    ...(open.length === 0 ? [] : [stop]),
    {
      id: 'mark',
      label:
        marks.length < 2
          ? 'Mark as up to date…'
          : `Mark ${formatCount(marks.length)} as up to date…`,
      disabled: marks.length === 0,
      separated: true,
      onChoose: dialog({kind: 'mark-up-to-date', actions: marks}),
    },
    {
      id: 'on-save',
      label: saving ? 'No longer run on save' : 'Run on save',
      tip: 'Runs when one of its files is saved, here or in another editor, until the study is closed',
      onChoose: () => store.setState((now) => runningOnSave(now, names, !saving)),
    },
    ...ofOne(
      {
        id: 'override',
        label: 'Set memory, CPUs and time limit…',
        onChoose: dialog({kind: 'override', action: first}),
      },
      {
        id: 'supply',
        label: 'Take in released outputs…',
        onChoose: dialog({kind: 'supply', action: first}),
      },
      {id: 'open-shell', label: 'Open a shell', onChoose: () => void openShell(desk, first)},
    ),
    ...(state.centre.kind === 'grid' || gridGroup(state) === null
      ? []
      : [
          {
            id: 'show-grid',
            label: 'Show similar actions as a grid',
            keys: keysOf('show-grid'),
            onChoose: () => store.setState({centre: {kind: 'grid'}}),
          },
        ]),
    ...(comparison === null
      ? []
      : [
          {
            id: 'compare',
            label: 'Compare outputs',
            onChoose: () => store.setState(comparison),
          },
        ]),
    {id: 'outputs', label: 'Show outputs', onChoose: () => showOutputs(desk)},
    ...ofOne(
      {
        id: 'rename',
        label: 'Rename…',
        keys: keysOf('rename'),
        separated: true,
        onChoose: dialog({kind: 'rename', action: first}),
      },
      {
        id: 'repeat',
        label: 'Repeat for…',
        tip: 'Makes several actions of this one, one for each value of a parameter',
        onChoose: dialog({kind: 'repeat', action: first}),
      },
      ...((definitionOf(state, first)?.file ?? null) === null
        ? []
        : [
            {
              id: 'try-definition',
              label: 'Try the definition',
              keys: keysOf('try-definition'),
              onChoose: () => tryAt(desk),
            },
            {
              id: 'make-tables',
              label: 'Make dummy tables…',
              onChoose: dialog({kind: 'make-tables', action: first}),
            },
          ]),
      {
        id: 'definition',
        label: 'Show in project.yaml',
        onChoose: () => {
          const line = actionNamed(store.getState(), first)?.span.line ?? null;
          store.setState({centre: {kind: 'project-file', line}});
        },
      },
    ),
    {
      id: 'copy',
      label: one ? 'Copy name' : `Copy ${formatCount(names.length)} names`,
      onChoose: () => void navigator.clipboard.writeText(names.join('\n')),
    },
    ...copyItems(selectedRun(state, requestFor(names))),
  ];
}
