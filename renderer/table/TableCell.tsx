import {memo} from 'react';
import {TIERS} from '../../shared/sensitivity';
import {StateIcon} from '../status/StateIcon';
import {TierCount} from '../status/TierPill';
import {stateOf} from '../status/stateWords';
import {Name} from '../ui/Name';
import type {TableColumn, TableRow} from './columns';
import styles from './ActionTable.module.css';

/** One cell; the state keeps its mark and word, outputs their tiers. */
export const TableCell = memo(
  function TableCell({
    column,
    row,
    now,
    members,
  }: {
    readonly column: TableColumn;
    readonly row: TableRow;
    readonly now: Date;
    /** Those of its group, below whose heading it is. */
    readonly members?: readonly string[] | undefined;
  }) {
    const {status} = row;
    const text = column.text(row, now);
    switch (column.id) {
      case 'name':
        return (
          <div role="gridcell" className={styles.name} data-tip={text}>
            <Name name={text} members={members} lines={2} />
          </div>
        );
      case 'state':
        return (
          <div role="gridcell" className={styles.state} data-state={stateOf(status)}>
            <StateIcon state={stateOf(status)} />
            <span className={styles.words}>{text}</span>
          </div>
        );
      case 'outputs':
        return (
          <div role="gridcell" className={styles.tiers}>
            {TIERS.map((tier) => {
              const count = status?.outputCounts[tier] ?? 0;
              return count === 0 ? null : <TierCount key={tier} tier={tier} count={count} />;
            })}
          </div>
        );
      default:
        return (
          <div role="gridcell" className={styles.cell} data-numeric={column.numeric}>
            {text}
          </div>
        );
    }
  },
  // the clock ticks for all rows, but few texts change with it
  (before, after) =>
    before.column === after.column &&
    before.row.action === after.row.action &&
    before.row.status === after.row.status &&
    before.members === after.members &&
    before.column.text(before.row, before.now) === after.column.text(after.row, after.now),
);
