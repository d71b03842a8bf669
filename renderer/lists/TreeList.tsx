import {useVirtualizer} from '@tanstack/react-virtual';
import {
  useEffect,
  useEffectEvent,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type UIEvent,
} from 'react';
import {joinClasses} from '../ui/joinClasses';
import {useDesk} from '../state/deskStore';
import styles from './TreeList.module.css';

/** One row of a tree, flat: its level is where it belongs. */
export interface TreeRow {
  readonly key: string;
  readonly level: number;
  /** Undefined for a row without children. */
  readonly expanded?: boolean;
}

/** Props of {@link TreeList}. */
export interface TreeListProps<Row extends TreeRow> {
  readonly label: string;
  readonly rows: readonly Row[];
  /** The row that belongs to the window's selection; it is scrolled into view when it changes. */
  readonly selectedKey: string | null;
  /** Where several rows can be selected: whether one is. */
  readonly isSelected?: (row: Row) => boolean;
  /** Called when the cursor comes to a row, by mouse or key; `event` has the modifiers. */
  readonly onSelect: (row: Row, event: RowEvent) => void;
  /** The right button, or its key; rows with children too. */
  readonly onMenu?: (row: Row, event: MouseEvent) => void;
  /** A click on the words of a row with children selects it (`onSelect`); its chevron folds it. */
  readonly selectsParents?: (row: Row) => boolean;
  /** Enter, or a double click. */
  readonly onOpen?: (row: Row) => void;
  readonly onToggle: (row: Row) => void;
  /** Called while the pointer moves over the rows. */
  readonly onPoint?: () => void;
  /** Whether a row can be dragged out of the window, and what is done when that begins. */
  readonly drag?: {readonly may: (row: Row) => boolean; readonly begin: (row: Row) => void};
  readonly renderRow: (row: Row) => ReactNode;
  /** Whether a row is as tall as two lines. */
  readonly isTall?: (row: Row) => boolean;
  /** Name under which the place in the list is kept with the study. */
  readonly scrollKey?: string;
  /** Levels are not indented: headings alone separate them. */
  readonly flat?: boolean;
}

/** The modifiers of a click or key on a row. */
export interface RowEvent {
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

const ROW_HEIGHT = 30;
const TALL_HEIGHT = 48;

/** A virtualised tree after the ARIA pattern: arrows walk and fold, Enter opens, Tab leaves. */
export function TreeList<Row extends TreeRow>(props: TreeListProps<Row>) {
  const {label, rows, selectedKey, onPoint, isSelected, onMenu, flat = false} = props;
  const scroll = useScrollMemory(props.scrollKey);
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const row = rows[index];
      return row !== undefined && props.isTall?.(row) === true ? TALL_HEIGHT : ROW_HEIGHT;
    },
    overscan: 12,
    initialOffset: scroll.initial,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const reveal = (index: number) => virtual.scrollToIndex(index, {align: 'auto'});
  const {cursor, here, setCursor, selectedIndex, goTo} = useTreeCursor(
    props,
    scroll.initial > 0,
    reveal,
  );

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || ((event.ctrlKey || event.metaKey) && event.key !== ' ')) return;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 1);
    const to = rowByKey(event.key, here, page, rows);
    if (to !== undefined) goTo(to, event);
    else if (!actByKey(event, rows[here], props)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const items = virtual.getVirtualItems();
  // a row that is scrolled away has no element to point to
  const cursorDrawn = items.some(({index}) => index === here);
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      aria-multiselectable={isSelected === undefined ? undefined : true}
      onPointerMove={onPoint}
      tabIndex={0}
      className={joinClasses(styles.tree, flat && styles.flat)}
      aria-activedescendant={cursorDrawn ? `${id}-${cursor ?? ''}` : undefined}
      onFocus={({currentTarget}) => {
        // the keyboard must be seen to be somewhere; a click brings its place
        const at = here < 0 ? Math.max(0, selectedIndex) : here;
        if (here < 0) setCursor(rows[at]?.key ?? null);
        if (currentTarget.matches(':focus-visible')) reveal(at);
      }}
      onKeyDown={onKeyDown}
      onContextMenu={(event) => {
        // the key for it comes to the tree, a right click to a row
        const row = rows[here];
        if (event.button !== 2 && row !== undefined) onMenu?.(row, event);
      }}
      onScroll={scroll.onScroll}
    >
      <div role="presentation" className={styles.body} style={{height: virtual.getTotalSize()}}>
        {items.map(({key, index, start, size}) => {
          const row = rows[index];
          return row === undefined ? null : (
            <TreeItem
              key={key}
              id={`${id}-${row.key}`}
              {...{row, start, size, list: props}}
              selected={isSelected?.(row) ?? row.key === selectedKey}
              atCursor={row.key === cursor}
              onCursor={setCursor}
            />
          );
        })}
      </div>
    </div>
  );
}

/** The row that the keyboard is on; it follows a new selection, which is scrolled into view. */
function useTreeCursor<Row extends TreeRow>(
  {rows, selectedKey, selectsParents, onSelect}: TreeListProps<Row>,
  wasLeft: boolean,
  reveal: (index: number) => void,
) {
  const [cursor, setCursor] = useState<string | null>(selectedKey);
  const indexOf = (key: string | null) => rows.findIndex((row) => row.key === key);
  const selectedIndex = indexOf(selectedKey);
  const placed = useRef(wasLeft);
  const follow = useEffectEvent(() => {
    if (selectedIndex < 0) return;
    setCursor(selectedKey);
    // a list that comes back is where it was left, not where the selection is
    if (placed.current) placed.current = false;
    else reveal(selectedIndex);
  });
  const isListed = selectedIndex >= 0;
  // only a new selection scrolls; rows that move must not pull the list along
  useEffect(() => follow(), [selectedKey, isListed]);

  const goTo = (index: number, event: RowEvent) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setCursor(row.key);
    reveal(rows.indexOf(row));
    if (row.expanded === undefined || selectsParents?.(row) === true) onSelect(row, event);
  };
  return {cursor, here: indexOf(cursor), setCursor, selectedIndex, goTo};
}

/** The place that a key goes to from the row here; undefined where it does something else, or nothing. */
function rowByKey(
  key: string,
  here: number,
  page: number,
  rows: readonly TreeRow[],
): number | undefined {
  const row = rows[here];
  if (key === 'ArrowLeft' && row !== undefined && row.expanded !== true) {
    let parent = here - 1;
    while (parent >= 0 && (rows[parent]?.level ?? 0) >= row.level) parent -= 1;
    return parent < 0 ? undefined : parent;
  }
  return {
    ArrowDown: here + 1,
    ArrowUp: here <= 0 ? 0 : here - 1,
    PageDown: here + page,
    PageUp: here - page,
    Home: 0,
    End: rows.length - 1,
  }[key];
}

/** Folds, opens or selects the row here by a key that is for it; false for other keys. */
function actByKey<Row extends TreeRow>(
  event: KeyboardEvent,
  row: Row | undefined,
  {onToggle, onSelect, onOpen, selectsParents}: TreeListProps<Row>,
): boolean {
  if (row === undefined) return false;
  const {expanded} = row;
  switch (event.key) {
    case 'ArrowRight':
      if (expanded === false) onToggle(row);
      return expanded === false;
    case 'ArrowLeft':
      if (expanded === true) onToggle(row);
      return true;
    case 'Enter':
    case ' ': {
      const selects = event.key === ' ';
      if (expanded !== undefined && !(selects && selectsParents?.(row) === true)) onToggle(row);
      else if (selects || onOpen === undefined) onSelect(row, event);
      else onOpen(row);
      return true;
    }
    default:
      return false;
  }
}

/** One row of the tree, with what the mouse does on it. */
function TreeItem<Row extends TreeRow>(props: {
  readonly id: string;
  readonly row: Row;
  readonly list: TreeListProps<Row>;
  /** Where it lies, and how tall it is, in pixels. */
  readonly start: number;
  readonly size: number;
  readonly selected: boolean;
  readonly atCursor: boolean;
  readonly onCursor: (key: string) => void;
}) {
  const {row, list, onCursor} = props;
  const {onSelect, onToggle, onOpen, onMenu, drag} = list;
  return (
    <div
      id={props.id}
      role="treeitem"
      aria-level={row.level}
      aria-expanded={row.expanded}
      aria-selected={props.selected}
      className={joinClasses(styles.row, props.atCursor && styles.cursor)}
      data-level={row.level}
      style={{transform: `translateY(${props.start}px)`, height: props.size}}
      draggable={drag?.may(row) === true}
      onDragStart={(event) => {
        // the system takes over: the host gives it the file
        event.preventDefault();
        drag?.begin(row);
      }}
      onClick={(event) => {
        onCursor(row.key);
        const chevron =
          event.target instanceof Element && event.target.closest('[data-fold]') !== null;
        if (row.expanded === undefined || (list.selectsParents?.(row) === true && !chevron))
          onSelect(row, event);
        else onToggle(row);
      }}
      onContextMenu={(event) => {
        onCursor(row.key);
        onMenu?.(row, event);
      }}
      onDoubleClick={() => {
        if (row.expanded === undefined) onOpen?.(row);
      }}
    >
      {list.renderRow(row)}
    </div>
  );
}

const SETTLED_MS = 300;

/** Keeps a list's place under a name with the study: where to begin, and what to call as it scrolls. */
function useScrollMemory(name: string | undefined): {
  readonly initial: number;
  readonly onScroll: (event: UIEvent) => void;
} {
  const {store} = useDesk();
  const timer = useRef(0);
  const place = `scroll.${name ?? ''}`;
  const initial = useRef(
    name === undefined ? 0 : Number(store.getState().choices[place] ?? 0),
  ).current;

  useEffect(() => () => window.clearTimeout(timer.current), []);
  const onScroll = (event: UIEvent) => {
    if (name === undefined) return;
    const top = Math.round(event.currentTarget.scrollTop);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      store.setState((state) => ({choices: {...state.choices, [place]: String(top)}}));
    }, SETTLED_MS);
  };
  return {initial, onScroll};
}
