import {X} from 'lucide-react';
import {useMemo, useRef} from 'react';
import {formatCount, formatWhen} from '../../shared/format';
import {actionStateOf, STATE_WORDS, type ActionState, type ActionStatus} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {selectionItems} from '../commands/selectionMenu';
import {GroupName} from '../groups/GroupName';
import {groupsOf, type GroupOf} from '../groups/similarActions';
import {TreeList} from '../lists/TreeList';
import {useDesk, useDeskState, useToggled, type DeskState} from '../state/deskStore';
import {howOf, pick, pickedSet} from '../state/selection';
import {actionsByState, actionsOf, namesFound, stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {endedAt, endedWords, reasonOf, shortReason} from '../status/stateWords';
import {Button, IconButton} from '../ui/Button';
import {useContextMenu} from '../ui/ContextMenu';
import {Name} from '../ui/Name';
import {needsTwoLines} from '../ui/names';
import {EmptyState} from '../ui/Section';
import {textWidth} from '../ui/textWidth';
import {useWidth} from '../ui/useWidth';
import {groupActions, type ActionRow} from './groupActions';
import styles from './ActionList.module.css';

/** The actions by state, similar ones together, filtered by the query; what needs attention comes first. */
export function ActionList() {
  const empty = useDeskState((state) => actionsOf(state).length === 0);
  const unreadable = useDeskState(({study}) => study?.reading.valid === false);
  if (!empty) return <FilledList />;
  return (
    <EmptyState title={unreadable ? 'Actions can’t be read' : 'No actions'}>
      {unreadable
        ? 'Fix the errors in project.yaml to see the actions.'
        : 'Actions from project.yaml are listed here by state. The study’s menu, at the top, adds one.'}
    </EmptyState>
  );
}

function FilledList() {
  const desk = useDesk();
  const {store} = desk;
  const byState = useDeskState(actionsByState);
  const found = useDeskState(namesFound);
  const total = useDeskState((state) => actionsOf(state).length);
  const query = useDeskState((state) => state.query);
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
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place, 0);
  const statuses = useDeskState((state) => state.statuses);
  const study = useDeskState((state) => state.study);
  const tall = useMemo(
    () => tallRows(rows, groupOf, width, {statuses, study}),
    [rows, groupOf, width, statuses, study],
  );

  const listed = () =>
    rows.flatMap(({kind, expanded, names}) => (kind === 'state' || expanded === true ? [] : names));
  const isSelected = (row: ActionRow) =>
    row.kind !== 'state' && row.names.every((name) => chosenNames.has(name));

  return (
    <div ref={place} className={styles.place}>
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
          isTall={(row) => tall.has(row.key)}
          renderRow={(row) => <Row row={row} groupOf={groupOf} lines={tall.has(row.key) ? 2 : 1} />}
        />
      )}
      {context.menu}
    </div>
  );
}

/** Pixels of a row beside its name: at its edges with a scroll bar and for its mark, of its level, and behind a group's name. */
const BESIDE = {row: 74, level: 16, times: 36} as const;
/** States of which more is shown than in the heading, and pixels that these words take, as far as they are a time. */
const DETAIL: Readonly<Partial<Record<ActionState, number>>> = {
  ...{failed: 74, 'up-to-date': 48, running: 44},
  ...{'out-of-date': 90, 'upstream-out-of-date': 64},
};

/** The rows whose names fit on two lines only. */
function tallRows(
  rows: readonly ActionRow[],
  groupOf: GroupOf,
  width: number,
  {statuses, study}: Pick<DeskState, 'statuses' | 'study'>,
): ReadonlySet<string> {
  const behind = ({kind, key}: ActionRow): number => {
    if (kind === 'group') return BESIDE.times;
    const change = changeWords(statuses.get(key), study?.scripts.get(key));
    return change === null
      ? (DETAIL[stateOfAction(statuses, key)] ?? 0)
      : textWidth(change, 'cell');
  };
  const tall = rows.filter((row) => {
    const {kind, key, words, level} = row;
    if (kind === 'state' || width === 0) return false;
    const space = width - BESIDE.row - (level === 3 ? BESIDE.level : 0) - behind(row);
    return needsTwoLines(words, membersOf(key, level, groupOf), (text) => widthOf(text) <= space);
  });
  return new Set(tall.map(({key}) => key));
}

const widths = new Map<string, number>();

/** The width of a name in a row, in pixels; measured once, as the rows change with every state. */
function widthOf(text: string): number {
  const known = widths.get(text) ?? textWidth(text, 'row');
  widths.set(text, known);
  return known;
}

/** Those of an action's group where it is below the heading of that. */
function membersOf(name: string, level: number, groupOf: GroupOf): readonly string[] | undefined {
  return level === 3 ? groupOf.get(name)?.members : undefined;
}

function Row(props: {readonly row: ActionRow; readonly groupOf: GroupOf; readonly lines: 1 | 2}) {
  const {row, groupOf, lines} = props;
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
        <GroupName
          name={row.words}
          count={row.names.length}
          expanded={row.expanded === true}
          lines={lines}
        />
      );
    case 'action':
      return (
        <NameRow name={row.key} members={membersOf(row.key, row.level, groupOf)} lines={lines} />
      );
  }
}

function NameRow(props: {
  readonly name: string;
  /** Those of its group, below whose heading it is. */
  readonly members: readonly string[] | undefined;
  readonly lines: 1 | 2;
}) {
  const {name, members, lines} = props;
  const state = useDeskState((desk) => stateOfAction(desk.statuses, name));
  const status = useDeskState((desk) => desk.statuses.get(name));
  const now = useNow(60_000);
  const job = status?.lastJob;
  const why = job?.state === state ? reasonOf(job, now) : STATE_WORDS[state].toLowerCase();
  return (
    <>
      <StateIcon state={state} />
      <span className={styles.name} data-tip={`${name}: ${why}`}>
        <Name name={name} members={members} lines={lines} />
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

/** What of an action's code has changed, in the fewest words; null for what is not out of date for that. */
function changeWords(status: ActionStatus | undefined, script: string | undefined): string | null {
  if (status?.provenance.kind !== 'out-of-date' || actionStateOf(status) !== 'out-of-date')
    return null;
  const [first] = status.provenance.reasons;
  if (first?.kind !== 'code') return null;
  if (first.onlyComments === true) return 'comments';
  // the name of the script is most often that of the action, and there is no space for it
  return first.path === script ? 'script changed' : 'code changed';
}

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
  if (DETAIL[state] === undefined) return null;
  if (state === 'failed' && ended !== null) return formatWhen(ended, now);
  if (state === 'up-to-date' && ended !== null) return endedWords(ended, now);
  return changeWords(status, script) ?? shortReason(status, now);
}
