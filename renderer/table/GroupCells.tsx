import {GroupName} from '../groups/GroupName';
import {useDeskState} from '../state/deskStore';
import {StateIcon} from '../status/StateIcon';
import {leadingState, stripOf, summaryOf} from '../status/stateStrip';
import type {DrawnGroup} from './groupRows';
import styles from './ActionTable.module.css';

/** The heading of like actions: their name, then how many are in each state; their columns' values have no sum. */
export function GroupCells({
  row: {group, names, expanded},
  label,
  columns,
}: {
  readonly row: DrawnGroup;
  readonly label: string;
  /** How many there are beside the name's. */
  readonly columns: number;
}) {
  const strip = useDeskState((state) => stripOf(names, state.statuses));
  const summary = summaryOf(strip);
  return (
    <>
      <div role="gridcell" className={styles.name}>
        <span className={styles.group}>
          <GroupName name={group.label} label={label} count={names.length} expanded={expanded} />
        </span>
      </div>
      {columns > 0 && (
        <div role="gridcell" aria-colspan={columns} className={styles.summary} data-tip={summary}>
          <StateIcon state={leadingState(strip)} />
          <span className={styles.words}>{summary}</span>
        </div>
      )}
    </>
  );
}
