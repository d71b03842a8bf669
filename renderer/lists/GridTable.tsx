import {visibleText} from '../../shared/visibleText';
import {useVirtualizer} from '@tanstack/react-virtual';
import {useMemo, useRef, useState, type KeyboardEvent} from 'react';
import styles from './GridTable.module.css';

/** Props of {@link GridTable}. */
export interface GridTableProps {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const ROW_HEIGHT = 30;
const CHARACTER_WIDTH = 7.4;
const WIDTH = {least: 72, most: 320, padding: 30};
/** Rows looked at to find a column's width and whether it holds numbers. */
const SAMPLE_ROWS = 200;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

interface Column {
  readonly width: number;
  readonly numeric: boolean;
}

/** Width by the longest of the first values; numbers stand at the right. */
function measureColumns({
  columns,
  rows,
}: Pick<GridTableProps, 'columns' | 'rows'>): readonly Column[] {
  return columns.map((name, at) => {
    const values = rows.slice(0, SAMPLE_ROWS).map((row) => row[at] ?? '');
    // headings are bold, and so wider
    const longest = Math.max(name.length * 1.15, ...values.map((value) => value.length));
    const filled = values.filter((value) => value !== '' && value !== 'NA');
    return {
      width: Math.min(WIDTH.most, Math.max(WIDTH.least, longest * CHARACTER_WIDTH + WIDTH.padding)),
      numeric: filled.length > 0 && filled.every((value) => NUMBER.test(value)),
    };
  });
}

/** A table of texts, virtualised both ways, after the ARIA grid pattern: arrows move the cell. */
export function GridTable(props: GridTableProps) {
  const {label, columns, rows} = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [cell, setCell] = useState({row: 0, column: 0});
  const looks = useMemo(() => measureColumns({columns, rows}), [columns, rows]);
  const numberWidth = Math.max(48, String(rows.length).length * CHARACTER_WIDTH + 24);

  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => looks[index]?.width ?? WIDTH.least,
    overscan: 3,
    scrollPaddingStart: numberWidth,
  });
  const shown = across.getVirtualItems();
  const width = numberWidth + across.getTotalSize();

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowRight: [0, 1],
      ArrowLeft: [0, -1],
      PageDown: [page, 0],
      PageUp: [-page, 0],
      Home: event.ctrlKey ? [-rows.length, -columns.length] : [0, -columns.length],
      End: event.ctrlKey ? [rows.length, columns.length] : [0, columns.length],
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const within = (value: number, count: number) => Math.max(0, Math.min(count - 1, value));
    const next = {
      row: within(cell.row + move[0], rows.length),
      column: within(cell.column + move[1], columns.length),
    };
    setCell(next);
    down.scrollToIndex(next.row, {align: 'auto'});
    across.scrollToIndex(next.column, {align: 'auto'});
  };

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={`cell-${cell.row}-${cell.column}`}
      tabIndex={0}
      className={styles.grid}
      onKeyDown={onKeyDown}
    >
      <div
        role="rowgroup"
        className={styles.body}
        style={{width, height: down.getTotalSize() + ROW_HEIGHT}}
      >
        <div role="row" aria-rowindex={1} className={styles.head} style={{width}}>
          <span
            role="columnheader"
            aria-colindex={1}
            className={styles.corner}
            style={{width: numberWidth}}
          >
            <span className="visually-hidden">Row</span>
          </span>
          {shown.map((column) => (
            <span
              key={column.key}
              role="columnheader"
              aria-colindex={column.index + 2}
              className={styles.cell}
              data-numeric={looks[column.index]?.numeric}
              data-tip={columns[column.index]}
              style={{left: numberWidth + column.start, width: column.size}}
            >
              {visibleText(columns[column.index] ?? '')}
            </span>
          ))}
        </div>
        {down.getVirtualItems().map((row) => (
          <div
            key={row.key}
            role="row"
            aria-rowindex={row.index + 2}
            className={styles.row}
            style={{transform: `translateY(${row.start + ROW_HEIGHT}px)`, width}}
          >
            <span
              role="rowheader"
              aria-colindex={1}
              className={styles.number}
              style={{width: numberWidth}}
            >
              {row.index + 1}
            </span>
            {shown.map((column) => {
              const value = rows[row.index]?.[column.index] ?? '';
              return (
                <span
                  key={column.key}
                  id={`cell-${row.index}-${column.index}`}
                  role="gridcell"
                  aria-colindex={column.index + 2}
                  aria-selected={cell.row === row.index && cell.column === column.index}
                  className={styles.cell}
                  data-numeric={looks[column.index]?.numeric}
                  data-tip={value.length > 40 ? value : undefined}
                  style={{left: numberWidth + column.start, width: column.size}}
                  onClick={() => setCell({row: row.index, column: column.index})}
                >
                  {visibleText(value)}
                </span>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}
