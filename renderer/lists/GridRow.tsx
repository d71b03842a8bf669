import {memo, type MouseEvent, type PointerEvent} from 'react';
import {visibleText} from '../../shared/visibleText';
import type {GridColumn} from './GridTable';
import type {GridCell} from './gridRange';
import styles from './GridTable.module.css';

/** Why a cell is highlighted; the reason is in its tooltip and its name for screen readers. */
export interface GridMark {
  readonly tone: 'fail' | 'stale' | 'info';
  readonly reason: string;
}

/** A row as far as it is here. */
export interface GridRow {
  /** What is before it. */
  readonly number: string;
  /** Null is a missing value. */
  readonly values: readonly (string | null)[];
  /** Highlighted cells, by the place of their value. */
  readonly marks?: ReadonlyMap<number, GridMark> | undefined;
}

/** A column that is drawn: its place among those shown, and in pixels. */
export interface DrawnColumn {
  readonly index: number;
  readonly column: GridColumn;
  /** Pixels from the left of the table. */
  readonly left: number;
  /** It stays where it is when the table is scrolled. */
  readonly frozen: boolean;
}

/** What can be done with the cells of a row. */
export interface GridRowActs {
  readonly point: (cell: GridCell, extend: boolean) => void;
  readonly open: (cell: GridCell) => void;
  readonly menu: (event: MouseEvent, cell: GridCell) => void;
}

/** One row of a grid. */
export const GridTableRow = memo(function GridTableRow(props: {
  /** What the ids of its cells begin with. */
  readonly cells: string;
  readonly index: number;
  /** Undefined while it is on its way. */
  readonly row: GridRow | undefined;
  /** Pixels from the top of the table. */
  readonly top: number;
  readonly width: number;
  readonly numberWidth: number;
  readonly drawn: readonly DrawnColumn[];
  /** The column of the current cell; -1 where that is in another row. */
  readonly current: number;
  /** First and last selected column; null where none of this row is. */
  readonly from: number | null;
  readonly to: number | null;
  readonly acts: GridRowActs;
}) {
  const {cells, index, row, drawn, current, from, to, acts} = props;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-busy={row === undefined}
      className={styles.row}
      style={{transform: `translateY(${props.top}px)`, width: props.width}}
    >
      <span
        role="rowheader"
        aria-colindex={1}
        className={styles.number}
        style={{width: props.numberWidth}}
      >
        {row?.number ?? ''}
      </span>
      {drawn.map(({index: place, column, left, frozen}) => {
        const value = row?.values[column.id] ?? null;
        const mark = row?.marks?.get(column.id);
        const at = {row: index, column: place};
        return (
          <span
            key={column.id}
            id={`${cells}-${index}-${place}`}
            role="gridcell"
            aria-colindex={place + 2}
            aria-selected={from !== null && to !== null && place >= from && place <= to}
            aria-description={mark?.reason}
            className={styles.cell}
            data-frozen={frozen}
            data-current={current === place}
            data-numeric={column.numeric}
            data-missing={row !== undefined && value === null}
            data-mark={mark?.tone}
            data-tip={mark?.reason}
            style={{left, width: column.width}}
            onPointerDown={(event: PointerEvent) => {
              if (event.button === 0) acts.point(at, event.shiftKey);
            }}
            onPointerEnter={(event: PointerEvent) => {
              if (event.buttons === 1) acts.point(at, true);
            }}
            onDoubleClick={() => acts.open(at)}
            onContextMenu={(event) => acts.menu(event, at)}
          >
            {value === null ? null : visibleText(value)}
          </span>
        );
      })}
    </div>
  );
});
