import {useVirtualizer} from '@tanstack/react-virtual';
import {
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
} from 'react';
import {GridHead} from './GridHead';
import {GridTableRow, type DrawnColumn, type GridRow, type GridRowActs} from './GridRow';
import {keyMove, rangeBetween, type GridCell, type GridRange} from './gridRange';
import styles from './GridTable.module.css';

/** A column of a grid. */
export interface GridColumn {
  /** The place of its value in a row. */
  readonly id: number;
  readonly name: string;
  readonly tip?: string | undefined;
  /** Pixels. */
  readonly width: number;
  /** Its values are at the right. */
  readonly numeric: boolean;
  readonly sort: 'ascending' | 'descending' | 'none';
}

/** Props of {@link GridTable}. */
export interface GridTableProps {
  readonly label: string;
  /** What the ids of its cells begin with, where several are shown. */
  readonly cells?: string;
  readonly columns: readonly GridColumn[];
  /** Columns, from the left, that stay when the table is scrolled. */
  readonly frozen?: number;
  readonly rowCount: number;
  /** The longest row number, for the width of their column. */
  readonly longestNumber: string;
  /** Undefined while a row is on its way. */
  readonly rowAt: (row: number) => GridRow | undefined;
  /** Called with the rows in view, and a few around them. */
  readonly onView: (first: number, last: number) => void;
  /** Gets the id of a column, as does `onResize`. */
  readonly onSort?: (column: number) => void;
  readonly onResize?: (column: number, width: number | null) => void;
  readonly onOpen?: (cell: GridCell) => void;
  /** The current cell, whenever it is another one. */
  readonly onMove?: (cell: GridCell) => void;
  /** The selected cells, whenever they are others. */
  readonly onSelect?: (range: GridRange) => void;
  readonly onCopy: (range: GridRange) => void;
  /** Called with a key before it moves the cell; true where it meant something else. */
  readonly onKey?: (event: KeyboardEvent, cell: GridCell) => boolean;
  /** A right click, or the key for it: on a cell, or on the name of a column. */
  readonly onMenu?: (event: MouseEvent, column: number, row: number | null) => void;
  /** A cell to bring into view, whenever the object is another one; its column may stay. */
  readonly goTo?: {readonly row: number; readonly column?: number} | null;
}

const ROW_HEIGHT = 30;
const DIGIT_WIDTH = 8;
/** Pixels that a scroll bar takes at most. */
const SCROLL_BAR = 20;
/** Rows drawn above and below those in view. */
const AROUND = 12;

/** A table of texts, drawn as far as it is seen, after the ARIA grid pattern: arrows move the cell, with Shift they select. */
export function GridTable(props: GridTableProps) {
  const {label, cells = 'cell', columns, rowCount, longestNumber, rowAt, onView} = props;
  const frozen = Math.min(props.frozen ?? 0, columns.length);
  const scroller = useRef<HTMLDivElement>(null);
  const numberWidth = Math.max(44, longestNumber.length * DIGIT_WIDTH + 24);
  const across = useColumnsInView(scroller, columns, frozen, numberWidth);
  const down = useRowsInView(scroller, rowCount, onView);
  const {cell, range, acts, onKeyDown} = useGridCursor(props, down, across.bring);
  const {drawn, width} = across;
  const cellId = `${cells}-${cell.row}-${cell.column}`;

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable="true"
      aria-activedescendant={cellId}
      tabIndex={0}
      className={styles.grid}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => {
        if (event.target !== event.currentTarget) return;
        // by the key: as if it had been pressed on the cell
        event.preventDefault();
        document
          .getElementById(cellId)
          ?.dispatchEvent(new window.MouseEvent('contextmenu', {bubbles: true, cancelable: true}));
      }}
    >
      <div role="rowgroup" className={styles.body} style={{width, height: down.height}}>
        <GridHead
          drawn={drawn}
          width={width}
          numberWidth={numberWidth}
          onSort={props.onSort}
          onResize={props.onResize}
          onMenu={(event, column) => props.onMenu?.(event, column, null)}
        />
        {down.rows.map((index) => {
          const isSelected = index >= range.rows[0] && index <= range.rows[1];
          return (
            <GridTableRow
              key={index}
              cells={cells}
              index={index}
              row={rowAt(index)}
              top={down.topOf(index)}
              width={width}
              numberWidth={numberWidth}
              drawn={drawn}
              current={cell.row === index ? cell.column : -1}
              from={isSelected ? range.columns[0] : null}
              to={isSelected ? range.columns[1] : null}
              acts={acts}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The columns in view and those that stay, the width of all in pixels, and how another is brought into view. */
function useColumnsInView(
  scroller: RefObject<HTMLDivElement | null>,
  columns: readonly GridColumn[],
  frozen: number,
  numberWidth: number,
) {
  const frozenWidth = columns.slice(0, frozen).reduce((sum, column) => sum + column.width, 0);
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index]?.width ?? 0,
    overscan: 3,
    paddingStart: numberWidth,
    scrollPaddingStart: numberWidth + frozenWidth,
    // the width that is measured has the scroll bar in it
    scrollPaddingEnd: SCROLL_BAR,
  });
  const widths = columns.map(({width}) => width).join();
  useEffect(() => across.measure(), [across, widths]);
  const items = across.getVirtualItems();
  const width = across.getTotalSize();
  const drawn = useMemo(
    () => drawnColumns(columns, frozen, numberWidth, items),
    [columns, frozen, numberWidth, items],
  );
  const bring = (column: number): void => {
    if (column >= frozen) across.scrollToIndex(column, {align: 'auto'});
  };
  return {drawn, width, bring};
}

/** The rows to draw, where they lie in pixels, and how others are brought into view. */
function useRowsInView(
  scroller: RefObject<HTMLDivElement | null>,
  rowCount: number,
  onView: GridTableProps['onView'],
) {
  const [place, setPlace] = useState({scrollTop: 0, height: 600});
  const viewHeight = Math.max(ROW_HEIGHT, place.height - ROW_HEIGHT);
  const space = gridSpace(rowCount, ROW_HEIGHT, viewHeight);
  const top = Math.max(0, space.firstAt(place.scrollTop));
  const first = Math.max(0, top - AROUND);
  const last = Math.min(rowCount - 1, top + Math.ceil(viewHeight / ROW_HEIGHT) + AROUND);
  const fitting = Math.max(1, Math.floor(viewHeight / ROW_HEIGHT));

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
  }, [scroller]);

  const putFirst = (row: number): void => {
    if (scroller.current !== null) scroller.current.scrollTop = space.scrollTo(row);
  };
  return {
    rows: Array.from({length: Math.max(0, last - first + 1)}, (_, at) => first + at),
    height: space.height + ROW_HEIGHT,
    topOf: (row: number): number => space.topOf(row, place.scrollTop) + ROW_HEIGHT,
    /** Rows that a page key moves by. */
    page: Math.max(1, fitting - 1),
    /** Scrolls no farther than needed. */
    bring(row: number): void {
      if (row < top) putFirst(row);
      else if (row >= top + fitting) putFirst(row - fitting + 1);
    },
    /** Scrolls a row that is out of view to the top. */
    bringToTop(row: number): void {
      if (row < top || row >= top + fitting) putFirst(row);
    },
  };
}

/** The current cell, the cells selected with it, and how mouse, keys and `goTo` move it. */
function useGridCursor(
  props: GridTableProps,
  down: ReturnType<typeof useRowsInView>,
  bringColumn: (column: number) => void,
) {
  const {columns, rowCount, goTo = null} = props;
  const [cell, setCell] = useState<GridCell>({row: 0, column: 0});
  const [anchor, setAnchor] = useState<GridCell>(cell);
  const range = rangeBetween(anchor, cell);

  const putAsked = useEffectEvent((row: number, column = cell.column) => {
    down.bringToTop(row);
    setCell({row, column});
    setAnchor({row, column});
    bringColumn(column);
  });
  useEffect(() => {
    if (goTo !== null) putAsked(goTo.row, goTo.column);
  }, [goTo]);
  const move = useEffectEvent((at: GridCell) => props.onMove?.(at));
  useEffect(() => move(cell), [cell]);
  const select = useEffectEvent(() => props.onSelect?.(range));
  useEffect(() => select(), [anchor, cell]);

  const acting = useRef(props);
  acting.current = props;
  const acts = useMemo(
    (): GridRowActs => ({
      point(at, extend) {
        setCell(at);
        if (!extend) setAnchor(at);
      },
      open: (at) => acting.current.onOpen?.(at),
      menu(event, at) {
        setCell(at);
        acting.current.onMenu?.(event, at.column, at.row);
      },
    }),
    [],
  );

  const moveByKey = (event: KeyboardEvent, withControl: boolean): boolean => {
    const size = {rows: rowCount, columns: columns.length, page: down.page};
    const step = keyMove(event.key, withControl, size);
    if (step === null) return false;
    const next = {
      row: within(cell.row + step[0], rowCount),
      column: within(cell.column + step[1], columns.length),
    };
    setCell(next);
    if (!event.shiftKey) setAnchor(next);
    down.bring(next.row);
    bringColumn(next.column);
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const withControl = event.ctrlKey || event.metaKey;
    if (props.onKey?.(event, cell) === true) {
      // done
    } else if (withControl && event.key === 'c') props.onCopy(range);
    else if (withControl && event.key === 'a') {
      setAnchor({row: 0, column: 0});
      setCell({row: rowCount - 1, column: columns.length - 1});
    } else if (event.key === 'Enter') props.onOpen?.(cell);
    else if (!moveByKey(event, withControl)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {cell, range, acts, onKeyDown};
}

/** A place moved to the nearest of `count` places. */
function within(place: number, count: number): number {
  return Math.max(0, Math.min(count - 1, place));
}

/** The columns in view and those that stay, with their places. */
function drawnColumns(
  columns: readonly GridColumn[],
  frozen: number,
  numberWidth: number,
  items: readonly {readonly index: number; readonly start: number}[],
): readonly DrawnColumn[] {
  let left = numberWidth;
  const staying = columns.slice(0, frozen).map((column, index): DrawnColumn => {
    const stays = {index, column, left, frozen: true};
    left += column.width;
    return stays;
  });
  const passing = items.flatMap(({index, start}): readonly DrawnColumn[] => {
    const column = columns[index];
    if (column === undefined || index < frozen) return [];
    return [{index, column, left: start, frozen: false}];
  });
  return [...staying, ...passing];
}

/** Pixels a browser can surely scroll through; a longer table is scrolled in proportion. */
const MOST_PIXELS = 8_000_000;

/** Where the rows of a long table lie while it is scrolled. */
interface GridSpace {
  /** Height to scroll through, in pixels. */
  readonly height: number;
  /** First row in view at a scroll position. */
  firstAt(scrollTop: number): number;
  /** Top of a row at a scroll position, in pixels of the scrolled height. */
  topOf(row: number, scrollTop: number): number;
  /** Scroll position with a row first in view. */
  scrollTo(row: number): number;
}

/** The space of `rows` rows of `rowHeight` pixels, seen through `viewHeight` pixels. */
function gridSpace(rows: number, rowHeight: number, viewHeight: number): GridSpace {
  const real = rows * rowHeight;
  if (real <= MOST_PIXELS)
    return {
      height: real,
      firstAt: (scrollTop) => Math.floor(scrollTop / rowHeight),
      topOf: (row) => row * rowHeight,
      scrollTo: (row) => row * rowHeight,
    };
  const inView = Math.floor(viewHeight / rowHeight);
  const room = MOST_PIXELS - viewHeight;
  const last = rows - inView;
  const firstAt = (scrollTop: number): number => Math.round((scrollTop / room) * last);
  return {
    height: MOST_PIXELS,
    firstAt,
    topOf: (row, scrollTop) => scrollTop + (row - firstAt(scrollTop)) * rowHeight,
    scrollTo: (row) => Math.min(room, (row / last) * room),
  };
}
