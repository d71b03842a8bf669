import {Play} from 'lucide-react';
import {useMemo} from 'react';
import type {Problem} from '../../shared/problem';
import {isScript} from '../../shared/script';
import {STATE_WORDS} from '../../shared/status';
import {useFailureCard} from '../state/failureCards';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {openPlan} from '../state/planTray';
import {requestFor} from '../state/runScopes';
import {runAbility} from '../state/runWords';
import {actionNamed, remember, stateOfAction} from '../state/selectors';
import {StateIcon} from '../status/StateIcon';
import {Button} from '../ui/Button';
import {Menu} from '../ui/Menu';

const scriptUsers = remember((study: DeskState['study'], path: string): readonly string[] =>
  (study?.graph?.names ?? []).filter((name) => study?.scripts.get(name) === path),
);

/** Actions that run a script, in the order of project.yaml. */
function usersOf({study}: DeskState, path: string): readonly string[] {
  return scriptUsers(study, path);
}

/**
 * The action that is rerun beside a script: the selected one where it runs it, or where none names it, as for a file that is
 * imported; else the only one that runs it. Null where several do.
 */
function actionBeside(state: DeskState, path: string): string | null {
  if (!isScript(path)) return null;
  const users = usersOf(state, path);
  const selected = actionNamed(state, state.selection)?.name ?? null;
  if (selected !== null && (users.length === 0 || users.includes(selected))) return selected;
  return users.length === 1 ? (users[0] ?? null) : null;
}

/** Runs the action of a script again, where that is all to be done; of several that run it one is chosen. */
export function RerunAction({path}: {readonly path: string}) {
  const desk = useDesk();
  const action = useDeskState((state) => actionBeside(state, path));
  const users = useDeskState((state) => usersOf(state, path));
  const ability = useDeskState(runAbility);
  const rerun = (names: readonly string[], title: string) =>
    openPlan(desk, {title, request: requestFor(names), planned: new Set(names)});
  const button = {
    icon: <Play />,
    disabled: ability.kind === 'refused',
  };
  if (action !== null)
    return (
      <Button
        {...button}
        aria-label={`Rerun ${action}`}
        tip={`Runs ${action} again with the files on disk. Its log is shown below.`}
        onClick={() => rerun([action], action)}
      >
        Rerun
      </Button>
    );
  if (users.length === 0) return null;
  const all = `Rerun all ${users.length} that use it`;
  return (
    <Menu
      {...button}
      align="right"
      menuLabel="Actions that use this script"
      tip="Actions that use this script"
      items={[
        {id: 'all', label: all, onChoose: () => rerun(users, all)},
        ...users.map((name) => ({id: name, label: name, onChoose: () => rerun([name], name)})),
      ]}
    >
      Rerun…
    </Menu>
  );
}

/** The state of the action beside a script: its mark before the name of the script, its words behind it. */
export function RerunState(props: {readonly path: string; readonly as: 'mark' | 'words'}) {
  const {path, as} = props;
  const action = useDeskState((state) => actionBeside(state, path));
  const state = useDeskState(({statuses}) => stateOfAction(statuses, action ?? ''));
  if (action === null) return null;
  return as === 'mark' ? (
    <StateIcon state={state} named />
  ) : (
    <>
      {` · ${STATE_WORDS[state]}`}
      <span className="visually-hidden"> ({action})</span>
    </>
  );
}

const NONE: readonly never[] = [];

/**
 * The line of a script that the last attempt of its action failed at, as a problem of the text; none where that is not
 * known, and once the line has been edited.
 */
export function useFailingLine(path: string, text: string): readonly Problem[] {
  const action = useDeskState((state) => actionBeside(state, path));
  const failed = useDeskState(({statuses}) => stateOfAction(statuses, action ?? '') === 'failed');
  const jobId = useDeskState(({statuses}) => statuses.get(action ?? '')?.lastJob?.jobId ?? null);
  const card = useFailureCard(jobId, failed);
  const place = card?.place?.path === path ? card.place : null;
  const isEdited =
    place !== null &&
    text.split(/\r?\n/)[place.line - 1] !== place.code[place.line - place.firstLine];
  return useMemo(() => {
    if (place === null || card === null || card === undefined || isEdited) return NONE;
    const {title, rule, remedies, action: failing} = card;
    const {line, changedSince} = place;
    return [
      {
        ...{rule, line, column: 1, endLine: line, endColumn: 1000, action: failing},
        ...{severity: 'error', source: 'study-desk', fixes: []},
        message: title,
        why: changedSince ? 'The file has changed since it failed here.' : '',
        hint: remedies[0] ?? null,
      },
    ];
  }, [card, place, isEdited]);
}
