import {visibleText} from '../../shared/visibleText';
import {useVirtualizer} from '@tanstack/react-virtual';
import {useEffect, useEffectEvent, useRef, useState, type KeyboardEvent} from 'react';
import {inRange, keyMove, rangeBetween, type GridCell, type GridRange} from './gridRange';
import {gridSpace} from './gridSpace';
import styles from './GridTable.module.css';

/** A column of a grid. */
export interface GridColumn {
  readonly name: string;
  /** Pixels. */
  readonly width: number;
  /** Its values stand at the right. */
  readonly numeric: boolean;
  readonly sort: 'ascending' | 'descending' | 'none';
}

/** Why a cell stands out; the reason is in its tooltip and its name for screen readers. */
export interface GridMark {
  readonly tone: 'fail' | 'stale' | 'info';
  readonly reason: string;
}

/** A row as far as it is here. */
export interface GridRow {
  /** What stands before it. */
  readonly number: string;
  /** Null is a missing value. */
  readonly values: readonly (string | null)[];
  /** Cells that stand out, by the place of their value. */
  readonly marks?: ReadonlyMap<number, GridMark> | undefined;
}

/** Props of {@link GridTable}. */
export interface GridTableProps {
  readonly label: string;
  readonly columns: readonly GridColumn[];
  readonly rowCount: number;
  /** The longest row number, for the width of their column. */
  readonly longestNumber: string;
  /** Undefined while a row is on its way. */
  readonly rowAt: (row: number) => GridRow | undefined;
  /** Tells which rows are in view, and a few around them. */
  readonly onView: (first: number, last: number) => void;
  readonly onSort: (column: number) => void;
  readonly onOpen: (cell: GridCell) => void;
  readonly onCopy: (range: GridRange) => void;
  /** A row to bring into view, whenever the object is another one. */
  readonly goTo: {readonly row: number} | null;
}

const ROW_HEIGHT = 30;
const DIGIT_WIDTH = 8;
/** Rows drawn above and below those in view. */
const AROUND = 12;

/** A table of texts, drawn as far as it is seen, after the ARIA grid pattern: arrows move the cell, with Shift they select. */
export function GridTable(props: GridTableProps) {
  const {label, columns, rowCount, longestNumber, rowAt, onView, goTo} = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({scrollTop: 0, height: 600});
  const [cell, setCell] = useState<GridCell>({row: 0, column: 0});
  const [anchor, setAnchor] = useState<GridCell>(cell);
  const range = rangeBetween(anchor, cell);
  const numberWidth = Math.max(48, longestNumber.length * DIGIT_WIDTH + 24);

  const viewHeight = Math.max(ROW_HEIGHT, place.height - ROW_HEIGHT);
  const space = gridSpace(rowCount, ROW_HEIGHT, viewHeight);
  const top = Math.max(0, space.firstAt(place.scrollTop));
  const first = Math.max(0, top - AROUND);
  const last = Math.min(rowCount - 1, top + Math.ceil(viewHeight / ROW_HEIGHT) + AROUND);

  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index]?.width ?? 0,
    overscan: 3,
    scrollPaddingStart: numberWidth,
  });
  const widths = columns.map(({width}) => width).join();
  useEffect(() => across.measure(), [across, widths]);
  const shown = across.getVirtualItems();
  const width = numberWidth + across.getTotalSize();

  const view = useEffectEvent(onView);
  useEffect(() => {
    if (last >= first) view(first, last);
  }, [first, last]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const look = (): void =>
      setPlace({scrollTop: element.scrollTop, height: element.clientHeight || 600});
    look();
    element.addEventListener('scroll', look, {passive: true});
    const watch = new ResizeObserver(look);
    watch.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      watch.disconnect();
    };
  }, []);

  const bring = (row: number): void => {
    const element = scroller.current;
    if (element === null) return;
    const fitting = Math.max(1, Math.floor(viewHeight / ROW_HEIGHT));
    if (row < top) element.scrollTop = space.scrollTo(row);
    else if (row >= top + fitting) element.scrollTop = space.scrollTo(row - fitting + 1);
  };
  const put = (next: GridCell, extend: boolean): void => {
    setCell(next);
    if (!extend) setAnchor(next);
    bring(next.row);
    across.scrollToIndex(next.column, {align: 'auto'});
  };
  const putAsked = useEffectEvent((row: number) => {
    const element = scroller.current;
    if (element !== null) element.scrollTop = space.scrollTo(row);
    setCell({row, column: cell.column});
    setAnchor({row, column: cell.column});
    element?.focus();
  });
  useEffect(() => {
    if (goTo !== null) putAsked(goTo.row);
  }, [goTo]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const handled = (): void => {
      event.preventDefault();
      event.stopPropagation();
    };
    const withControl = event.ctrlKey || event.metaKey;
    if (withControl && event.key === 'c') {
      handled();
      props.onCopy(range);
      return;
    }
    if (withControl && event.key === 'a') {
      handled();
      setAnchor({row: 0, column: 0});
      setCell({row: rowCount - 1, column: columns.length - 1});
      return;
    }
    if (event.key === 'Enter') {
      handled();
      props.onOpen(cell);
      return;
    }
    const page = Math.max(1, Math.floor(viewHeight / ROW_HEIGHT) - 1);
    const move = keyMove(event.key, withControl, {rows: rowCount, columns: columns.length, page});
    if (move === null) return;
    handled();
    const within = (value: number, count: number): number =>
      Math.max(0, Math.min(count - 1, value));
    put(
      {
        row: within(cell.row + move[0], rowCount),
        column: within(cell.column + move[1], columns.length),
      },
      event.shiftKey,
    );
  };

  const drawn = Array.from({length: Math.max(0, last - first + 1)}, (_, at) => first + at);
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={`cell-${cell.row}-${cell.column}`}
      tabIndex={0}
      className={styles.grid}
      onKeyDown={onKeyDown}
    >
      <div
        role="rowgroup"
        className={styles.body}
        style={{width, height: space.height + ROW_HEIGHT}}
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
          {shown.map((item) => {
            const column = columns[item.index];
            return (
              <span
                key={item.key}
                role="columnheader"
                aria-colindex={item.index + 2}
                aria-sort={column?.sort ?? 'none'}
                className={styles.cell}
                data-numeric={column?.numeric}
                data-sort={column?.sort}
                data-tip={column?.name}
                style={{left: numberWidth + item.start, width: item.size}}
                onClick={() => props.onSort(item.index)}
              >
                {visibleText(column?.name ?? '')}
              </span>
            );
          })}
        </div>
        {drawn.map((index) => {
          const row = rowAt(index);
          return (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 2}
              aria-busy={row === undefined}
              className={styles.row}
              style={{
                transform: `translateY(${space.topOf(index, place.scrollTop) + ROW_HEIGHT}px)`,
                width,
              }}
            >
              <span
                role="rowheader"
                aria-colindex={1}
                className={styles.number}
                style={{width: numberWidth}}
              >
                {row?.number ?? ''}
              </span>
              {shown.map((item) => {
                const value = row?.values[item.index] ?? null;
                const mark = row?.marks?.get(item.index);
                const at = {row: index, column: item.index};
                return (
                  <span
                    key={item.key}
                    id={`cell-${index}-${item.index}`}
                    role="gridcell"
                    aria-colindex={item.index + 2}
                    aria-selected={inRange(range, index, item.index)}
                    aria-description={mark?.reason}
                    data-mark={mark?.tone}
                    data-tip={mark?.reason}
                    className={styles.cell}
                    data-current={cell.row === index && cell.column === item.index}
                    data-numeric={columns[item.index]?.numeric}
                    data-missing={row !== undefined && value === null}
                    style={{left: numberWidth + item.start, width: item.size}}
                    onClick={(event) => {
                      setCell(at);
                      if (!event.shiftKey) setAnchor(at);
                    }}
                    onDoubleClick={() => props.onOpen(at)}
                  >
                    {value === null ? null : visibleText(value)}
                  </span>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}
