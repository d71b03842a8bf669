import {formatCount, formatPlural} from '../../shared/format';
import {gridGroup} from '../groups/variantGrid';
import type {ActionState} from '../../shared/status';
import type {Desk, DeskState} from '../state/deskStore';
import {OUTPUTS_OF, pickedNames} from '../state/selection';
import {openPlan, stopRun} from '../state/planTray';
import {pickedDownstreamScope, pickedScope} from '../state/runScopes';
import {runAbility} from '../state/runWords';
import {actionNamed, openJobs, stateOfAction} from '../state/selectors';
import {openShell} from '../state/shells';
import {unfolding} from '../state/sides';
import {keysOf} from './keys';

/** Something that can be done with the selected actions. */
export interface SelectionItem {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
  readonly disabled?: boolean;
  readonly separated?: boolean;
  readonly onChoose: () => void;
}

/** States that the user may know better of. */
const MARKABLE: readonly ActionState[] = ['out-of-date', 'upstream-out-of-date', 'not-verified'];

/** Whether an action can be marked as up to date. */
export function isMarkable({statuses}: Pick<DeskState, 'statuses'>, action: string): boolean {
  return MARKABLE.includes(stateOfAction(statuses, action));
}

/** Those of the selected actions that can be marked as up to date. */
export function markable(state: DeskState): readonly string[] {
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
export function showOutputs({store}: Desk): void {
  store.setState((state) => ({
    leftTab: 'outputs',
    ...unfolding(state, 'left'),
    choices: {...state.choices, [OUTPUTS_OF]: pickedNames(state).join('\n')},
  }));
}

/** All that can be done with what is selected, for its context menus and the inspector. */
export function selectionItems(desk: Desk): readonly SelectionItem[] {
  const state = desk.store.getState();
  const names = pickedNames(state);
  const [first] = names;
  if (first === undefined) return [];
  const refused = runAbility(state).kind === 'refused';
  const run = pickedScope(state);
  const downstream = pickedDownstreamScope(state);
  const open = stoppable(state);
  const marks = markable(state);
  const one = names.length === 1;
  return [
    {
      id: 'run',
      label: run?.label ?? 'Run',
      keys: keysOf('run-selected'),
      disabled: refused,
      onChoose: () => run !== null && openPlan(desk, run),
    },
    {
      id: 'downstream',
      label: downstream?.label ?? 'Run with dependent actions',
      disabled: refused || downstream === null || downstream.count <= (run?.count ?? 0),
      onChoose: () => downstream !== null && openPlan(desk, downstream),
    },
    {
      id: 'stop',
      label:
        open.length === 1 && one ? 'Stop this job' : `Stop ${formatPlural(open.length, 'job')}`,
      disabled: open.length === 0,
      onChoose: () => void stopJobs(desk, open),
    },
    {
      id: 'mark',
      label: one ? 'Mark as up to date…' : `Mark ${formatCount(marks.length)} as up to date…`,
      disabled: marks.length === 0,
      separated: true,
      onChoose: () => desk.store.setState({dialog: {kind: 'mark-up-to-date', actions: marks}}),
    },
    {
      id: 'shell',
      label: 'Open a shell',
      disabled: !one,
      onChoose: () => void openShell(desk, first),
    },
    ...(state.centre.kind === 'grid' || gridGroup(state) === null
      ? []
      : [
          {
            id: 'grid',
            label: 'Show similar actions as a grid',
            keys: keysOf('show-grid'),
            onChoose: () => desk.store.setState({centre: {kind: 'grid'}}),
          },
        ]),
    {id: 'outputs', label: 'Show outputs', onChoose: () => showOutputs(desk)},
    {
      id: 'definition',
      label: 'Show in project.yaml',
      disabled: !one,
      separated: true,
      onChoose: () => {
        const line = actionNamed(desk.store.getState(), first)?.span.line ?? null;
        desk.store.setState({centre: {kind: 'project-file', line}});
      },
    },
    {
      id: 'copy',
      label: one ? 'Copy name' : `Copy ${formatCount(names.length)} names`,
      onChoose: () => void navigator.clipboard.writeText(names.join('\n')),
    },
  ];
}
