import {X} from 'lucide-react';
import {useMemo} from 'react';
import {formatCount, formatWhen} from '../../shared/format';
import {STATE_WORDS, type ActionState, type ActionStatus} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {selectionItems} from '../commands/selectionMenu';
import {GroupName} from '../groups/GroupName';
import {groupsOf, type GroupOf} from '../groups/similarActions';
import {TreeList} from '../lists/TreeList';
import {useDesk, useDeskState, useToggled} from '../state/deskStore';
import {howOf, pick, pickedSet} from '../state/selection';
import {actionsByState, actionsOf, namesFound, stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {endedAt, endedWords, reasonOf, shortReason} from '../status/stateWords';
import {Button, IconButton} from '../ui/Button';
import {useContextMenu} from '../ui/ContextMenu';
import {Name} from '../ui/Name';
import {EmptyState} from '../ui/Section';
import {groupActions, type ActionRow} from './groupActions';
import styles from './ActionList.module.css';

/** The actions by state, similar ones together, filtered by the query; what needs attention comes first. */
export function ActionList() {
  const desk = useDesk();
  const {store} = desk;
  const byState = useDeskState(actionsByState);
  const found = useDeskState(namesFound);
  const total = useDeskState((state) => actionsOf(state).length);
  const query = useDeskState((state) => state.query);
  const unreadable = useDeskState(({study}) => study?.reading.valid === false);
  const selection = useDeskState((state) => state.selection);
  const picked = useDeskState((state) => state.picked);
  const groupOf = useDeskState((state) => groupsOf(state.study));
  const [toggled, toggle] = useToggled('actions.folded');
  const context = useContextMenu();
  const alone = picked.size > 0 ? null : selection;
  const rows = useMemo(
    () => groupActions(byState, groupOf, {found, toggled, selection: alone}),
    [byState, groupOf, found, toggled, alone],
  );
  const chosenNames = useDeskState(pickedSet);

  const listed = () =>
    rows.flatMap(({kind, expanded, names}) => (kind === 'state' || expanded === true ? [] : names));
  const isSelected = (row: ActionRow) =>
    row.kind !== 'state' && row.names.every((name) => chosenNames.has(name));

  if (total === 0) {
    return (
      <EmptyState title={unreadable ? 'Actions can’t be read' : 'No actions'}>
        {unreadable
          ? 'Fix the errors in project.yaml to see the actions.'
          : 'Actions from project.yaml are listed here by state.'}
      </EmptyState>
    );
  }
  return (
    <div className={styles.place}>
      {found !== null && (
        <p className={styles.filter} role="status">
          Showing {formatCount(found.size)} of {formatCount(total)}
          <IconButton
            className={styles.clear}
            icon={<X />}
            label="Clear the filter"
            tip={`Clear the filter ${query}`}
            keys={keysOf('step-out')}
            onClick={() => store.setState({query: ''})}
          />
        </p>
      )}
      {rows.length === 0 ? (
        <EmptyState
          title="No matches"
          action={<Button onClick={() => store.setState({query: ''})}>Clear the filter</Button>}
        >
          Nothing matches “{query}”.
        </EmptyState>
      ) : (
        <TreeList
          flat
          label="Actions by state"
          scrollKey="actions"
          rows={rows}
          selectedKey={selection}
          isSelected={isSelected}
          selectsParents={(row) => row.kind === 'group'}
          onSelect={(row, event) => pick(store, row.names, howOf(event), listed())}
          onOpen={() => void runCommand(desk, 'open-script')}
          onToggle={(row) => toggle(row.key)}
          onMenu={(row, event) => {
            if (row.kind === 'state') return;
            if (!isSelected(row)) pick(store, row.names, 'one');
            context.open(event, {label: `Actions on ${row.words}`, items: selectionItems(desk)});
          }}
          renderRow={(row) => <Row row={row} groupOf={groupOf} />}
        />
      )}
      {context.menu}
    </div>
  );
}

function Row({row, groupOf}: {readonly row: ActionRow; readonly groupOf: GroupOf}) {
  switch (row.kind) {
    case 'state':
      return (
        <>
          <span className={styles.group}>{row.words}</span>
          <span className={styles.count}>{formatCount(row.names.length)}</span>
        </>
      );
    case 'group':
      return (
        <GroupName name={row.words} count={row.names.length} expanded={row.expanded === true} />
      );
    case 'action':
      return (
        <NameRow
          name={row.key}
          members={row.level === 3 ? groupOf.get(row.key)?.members : undefined}
        />
      );
  }
}

function NameRow(props: {
  readonly name: string;
  /** Those of its group, below whose heading it is. */
  readonly members: readonly string[] | undefined;
}) {
  const {name, members} = props;
  const state = useDeskState((desk) => stateOfAction(desk.statuses, name));
  const status = useDeskState((desk) => desk.statuses.get(name));
  const now = useNow(60_000);
  const job = status?.lastJob;
  const why = job?.state === state ? reasonOf(job, now) : STATE_WORDS[state].toLowerCase();
  return (
    <>
      <StateIcon state={state} />
      <span className={styles.name} data-tip={`${name}: ${why}`}>
        <Name name={name} members={members} />
      </span>
      <span className="visually-hidden">{STATE_WORDS[state]}</span>
      <span className={styles.detail}>
        {state === 'running' ? (
          <Clock status={status} />
        ) : (
          <Detail name={name} state={state} status={status} />
        )}
      </span>
    </>
  );
}

function Clock({status}: {readonly status: ActionStatus | undefined}) {
  const now = useNow(1000);
  // the group's heading shows that it runs
  return shortReason(status, now).replace(/^running /, '');
}

/** States of which more is shown than in the heading. */
const DETAILED: readonly ActionState[] = [
  'failed',
  'out-of-date',
  'upstream-out-of-date',
  'up-to-date',
];

function Detail(props: {
  readonly name: string;
  readonly state: ActionState;
  readonly status: ActionStatus | undefined;
}) {
  const {name, state, status} = props;
  const now = useNow(60_000);
  const script = useDeskState((desk) => desk.study?.scripts.get(name));
  const ended = endedAt(status);
  // the heading shows as much
  if (!DETAILED.includes(state)) return null;
  if (state === 'failed' && ended !== null) return formatWhen(ended, now);
  if (state === 'up-to-date' && ended !== null) return endedWords(ended, now);
  if (
    state === 'out-of-date' &&
    status?.provenance.kind === 'out-of-date' &&
    status.provenance.reasons[0]?.kind === 'code'
  ) {
    if (status.provenance.reasons[0].onlyComments === true) return 'comments';
    // the name of the script is most often that of the action, and there is no space for it
    return status.provenance.reasons[0].path === script ? 'script changed' : 'code changed';
  }
  return shortReason(status, now);
}
