import type {MouseEvent, ReactNode} from 'react';
import {GroupName} from '../groups/GroupName';
import {useDeskState} from '../state/deskStore';
import {StateIcon} from '../status/StateIcon';
import {leadingState, stripOf, summaryOf} from '../status/stateStrip';
import type {TableColumn} from './columns';
import type {DrawnGroup, DrawnRow} from './groupRows';
import {nextSort, type TableSort} from './sortRows';
import {TableCell} from './TableCell';
import styles from './ActionTable.module.css';

/** The heads of the columns: a press sorts by one, the next turns the order round. */
export function ColumnHeads(props: {
  readonly columns: readonly TableColumn[];
  readonly template: string;
  readonly sort: TableSort | null;
  readonly onSort: (sort: string) => void;
}) {
  const {columns, template, sort, onSort} = props;
  const orderOf = ({id}: TableColumn) =>
    sort?.column !== id ? 'none' : sort.descending ? 'descending' : 'ascending';
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={styles.header}
      style={{gridTemplateColumns: template}}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="columnheader"
          data-numeric={column.numeric}
          className={styles.heading}
          aria-sort={orderOf(column)}
        >
          <button
            type="button"
            tabIndex={-1}
            className={styles.sort}
            onClick={() => onSort(nextSort(sort, column.id))}
          >
            {column.label}
            <span aria-hidden="true" className={styles.arrow}>
              {{none: '', descending: '↓', ascending: '↑'}[orderOf(column)]}
            </span>
          </button>
        </div>
      ))}
    </div>
  );
}

/** An action, or the heading of similar ones, as a row of the table. */
export function ActionTableRow(props: {
  readonly id: string;
  readonly row: DrawnRow;
  readonly index: number;
  readonly start: number;
  readonly columns: readonly TableColumn[];
  readonly template: string;
  readonly members: readonly string[] | undefined;
  readonly now: Date;
  readonly selected: boolean;
  readonly atCursor: boolean;
  readonly onClick: (row: DrawnRow, event: MouseEvent) => void;
  readonly onMenu: (row: DrawnRow, event: MouseEvent) => void;
}): ReactNode {
  const {row, index, columns, members, onClick, onMenu} = props;
  return (
    <div
      id={props.id}
      role="row"
      aria-rowindex={index + 2}
      aria-level={row.level}
      aria-expanded={row.kind === 'group' ? row.expanded : undefined}
      aria-selected={props.selected}
      data-cursor={row.kind === 'group' && props.atCursor}
      className={styles.row}
      style={{transform: `translateY(${props.start}px)`, gridTemplateColumns: props.template}}
      onClick={(event) => onClick(row, event)}
      onContextMenu={(event) => onMenu(row, event)}
    >
      {row.kind === 'group' ? (
        <GroupCells row={row} columns={columns.length - 1} />
      ) : (
        columns.map((column) => (
          <TableCell
            key={column.id}
            column={column}
            row={row.row}
            now={props.now}
            members={column.id === 'name' ? members : undefined}
          />
        ))
      )}
    </div>
  );
}

/** The heading of similar actions: their name, then how many are in each state; their columns' values have no sum. */
function GroupCells({
  row: {group, names, expanded},
  columns,
}: {
  readonly row: DrawnGroup;
  /** How many there are beside the name's. */
  readonly columns: number;
}) {
  const strip = useDeskState((state) => stripOf(names, state.statuses));
  const summary = summaryOf(strip);
  return (
    <>
      <div role="gridcell" className={styles.name}>
        <span className={styles.group}>
          <GroupName name={group.label} count={names.length} expanded={expanded} lines={2} />
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
