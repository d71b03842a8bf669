import {X} from 'lucide-react';
import {useMemo} from 'react';
import {formatCount, formatTimeOfDay, formatWhen} from '../../shared/format';
import {STATE_WORDS, type ActionState, type ActionStatus} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {TreeList} from '../lists/TreeList';
import {selectAction, useChoice, useDesk, useDeskState} from '../state/deskStore';
import {actionsByState, actionsOf, namesFound, stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {shortReason} from '../status/stateWords';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {SpokenName} from '../ui/ShortNames';
import {groupActions, type ActionRow} from './groupActions';
import styles from './ActionList.module.css';

/** The actions by state, filtered by the query; what needs attention comes first. */
export function ActionList() {
  const desk = useDesk();
  const groups = useDeskState(actionsByState);
  const found = useDeskState(namesFound);
  const total = useDeskState((state) => actionsOf(state).length);
  const query = useDeskState((state) => state.query);
  const selection = useDeskState((state) => state.selection);
  const [folded, setFolded] = useChoice('actions.folded', '');
  const rows = useMemo(
    () => groupActions(groups, found, folded.split(' ')),
    [groups, found, folded],
  );

  const toggle = (row: ActionRow) => {
    const all = new Set(folded.split(' ').filter(Boolean));
    if (!all.delete(row.key)) all.add(row.key);
    setFolded([...all].join(' '));
  };

  if (total === 0) {
    return (
      <EmptyState title="No actions">
        Actions from project.yaml are listed here by state.
      </EmptyState>
    );
  }
  return (
    <>
      {found !== null && (
        <p className={styles.filter} role="status">
          Showing {formatCount(found.size)} of {formatCount(total)}
          <Button
            look="quiet"
            className={styles.clear}
            icon={<X aria-hidden="true" />}
            aria-label="Clear the filter"
            tip={`Clear the filter ${query}`}
            keys={keysOf('step-out')}
            onClick={() => desk.store.setState({query: ''})}
          />
        </p>
      )}
      {rows.length === 0 ? (
        <EmptyState
          title="No action fits"
          action={
            <Button onClick={() => desk.store.setState({query: ''})}>Clear the filter</Button>
          }
        >
          The filter “{query}” leaves none of {formatCount(total)} actions.
        </EmptyState>
      ) : (
        <TreeList
          flat
          label="Actions by state"
          scrollKey="actions"
          rows={rows}
          selectedKey={selection}
          onSelect={(row) => selectAction(desk.store, row.key)}
          onOpen={() => void runCommand(desk, 'open-script')}
          onToggle={toggle}
          renderRow={(row) =>
            row.kind === 'group' ? <GroupRow row={row} /> : <NameRow name={row.key} />
          }
        />
      )}
    </>
  );
}

function GroupRow({row}: {readonly row: ActionRow}) {
  return (
    <>
      <span className={styles.group}>{row.words}</span>
      <span className={styles.count}>{formatCount(row.count)}</span>
    </>
  );
}

function NameRow({name}: {readonly name: string}) {
  const state = useDeskState((desk) => stateOfAction(desk.statuses, name));
  const status = useDeskState((desk) => desk.statuses.get(name));
  return (
    <>
      <StateIcon state={state} />
      <span className={styles.name} data-tip={`${name}: ${STATE_WORDS[state]}`}>
        <SpokenName name={name} />
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
  // the group's heading says that it runs
  return shortReason(status, now).replace(/^running /, '');
}

function Detail(props: {
  readonly name: string;
  readonly state: ActionState;
  readonly status: ActionStatus | undefined;
}) {
  const {name, state, status} = props;
  const now = useNow(60_000);
  const script = useDeskState((desk) => desk.study?.scripts.get(name));
  const ended = status?.lastJob?.completedAt ?? null;
  if (state === 'never-run' && (status?.lastJob ?? null) === null) return null;
  if (state === 'failed' && ended !== null) return formatWhen(ended, now);
  if (state === 'up-to-date' && ended !== null) {
    const today = now.getTime() - Date.parse(ended) < 12 * 3_600_000;
    return today ? formatTimeOfDay(ended) : formatWhen(ended, now);
  }
  if (
    state === 'out-of-date' &&
    status?.provenance.kind === 'out-of-date' &&
    status.provenance.reasons[0]?.kind === 'code'
  ) {
    if (status.provenance.reasons[0].onlyComments === true) return 'comments';
    // the name of the script is most often that of the action, and there is no room for it
    return status.provenance.reasons[0].path === script ? 'script changed' : 'code changed';
  }
  return shortReason(status, now);
}
