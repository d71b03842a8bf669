import {useVirtualizer} from '@tanstack/react-virtual';
import {Columns3} from 'lucide-react';
import {
  useEffect,
  useEffectEvent,
  useId,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
} from 'react';
import {formatCount} from '../../shared/format';
import {selectionItems} from '../commands/selectionMenu';
import {groupsOf} from '../groups/similarActions';
import {useChoice, useDesk, useDeskState, useToggled} from '../state/deskStore';
import {howOf, pick, pickedSet, type PickHow} from '../state/selection';
import {actionsOf, namesFound} from '../state/selectors';
import {useNow} from '../state/useNow';
import {useContextMenu} from '../ui/ContextMenu';
import {Menu} from '../ui/Menu';
import {ActionTableRow, ColumnHeads} from './ActionTableRows';
import {COLUMNS, NAME_COLUMN, type TableColumn, type TableRow} from './columns';
import {groupRows, listedNames, namesOf, type DrawnRow} from './groupRows';
import {decodeSort, sortRows} from './sortRows';
import styles from './ActionTable.module.css';

const ROW_HEIGHT = 32;
const HEADER_HEIGHT = 34;
/** What a row has beside a name in its cell: edges, and the space below the heading of a group; in pixels. */
const BESIDE_NAME = 56;
const INITIAL = COLUMNS.filter(({initial}) => initial)
  .map(({id}) => id)
  .join(' ');

/** The rows of the table as they are chosen, found, sorted and folded, and its columns. */
function useTableRows() {
  const actions = useDeskState(actionsOf);
  const statuses = useDeskState((state) => state.statuses);
  const alone = useDeskState((state) => (state.picked.size > 0 ? null : state.selection));
  const matches = useDeskState(namesFound);
  const groupOf = useDeskState((state) => groupsOf(state.study));
  const [chosen, choose] = useChoice('table.columns', INITIAL);
  const [kept, keepSort] = useChoice('table.sort', '');
  const [toggled, toggle] = useToggled('table.folded');

  const sort = useMemo(() => decodeSort(kept), [kept]);
  const all = useMemo(
    () => actions.map((action, place) => ({action, place, status: statuses.get(action.name)})),
    [actions, statuses],
  );
  const found = useMemo(
    () =>
      sortRows(matches === null ? all : all.filter(({action}) => matches.has(action.name)), sort),
    [all, matches, sort],
  );
  const rows = useMemo(
    () => groupRows(found, groupOf, {toggled, selection: alone, found: matches}),
    [found, groupOf, toggled, alone, matches],
  );
  const columns = useMemo(() => [NAME_COLUMN, ...columnsToShow(chosen, all)], [chosen, all]);
  return {
    ...{actions, filtered: matches !== null, count: found.length, rows, groupOf, toggle},
    ...{columns, chosen, choose, sort, keepSort},
  };
}

/** Where the keyboard is, and what was selected when it came there. */
interface Cursor {
  readonly key: string;
  readonly selection: string | null;
  readonly picked: ReadonlySet<string>;
}

/** The row that the keyboard was brought to, until something else is selected elsewhere. */
function useCursor(rows: readonly DrawnRow[], reveal: (index: number) => void) {
  const {store} = useDesk();
  const selection = useDeskState((state) => state.selection);
  const picked = useDeskState((state) => state.picked);
  const [at, setAt] = useState<Cursor>();
  const cursor = at?.selection === selection && at.picked === picked ? at.key : selection;
  const indexOf = (key: string | null) => rows.findIndex((row) => row.key === key);
  const here = indexOf(indexOf(cursor) === -1 ? selection : cursor);
  const follow = useEffectEvent(() => {
    if (here !== -1) reveal(here);
  });
  useEffect(() => follow(), [cursor]);
  const comeTo = ({key}: DrawnRow) => {
    const {selection, picked} = store.getState();
    setAt({key, selection, picked});
  };
  const goTo = (row: DrawnRow, how: PickHow) => {
    pick(store, namesOf(row), how, listedNames(rows));
    comeTo(row);
  };
  return {here, comeTo, goTo};
}

/** The study as a table: the graph's twin, with the same selection and the same filter. */
export function ActionTable() {
  const desk = useDesk();
  const context = useContextMenu();
  const table = useTableRows();
  const {rows, columns, toggle} = table;
  const [scroll, keepScroll] = useChoice('table.scroll', '0');
  const now = useNow(1000);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    initialOffset: Number(scroll) || 0,
    overscan: 8,
    scrollPaddingStart: HEADER_HEIGHT,
  });
  const {here, comeTo, goTo} = useCursor(rows, (index) =>
    virtual.scrollToIndex(index, {align: 'auto'}),
  );
  const chosenNames = useDeskState(pickedSet);
  const isSelected = (row: DrawnRow) => namesOf(row).every((name) => chosenNames.has(name));

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const target = rowByKey(event.key, here, page, rows.length - 1);
    const row = rows[here];
    const next = rows[Math.max(0, Math.min(rows.length - 1, target ?? -1))];
    if (target !== undefined && next !== undefined) goTo(next, event.shiftKey ? 'range' : 'one');
    else if (row?.kind === 'group' && foldsBy(event, row.expanded)) toggle(row.key);
    else return;
    event.preventDefault();
  };
  const onClick = (row: DrawnRow, event: MouseEvent): void => {
    const onArrow = event.target instanceof Element && event.target.closest('[data-fold]') !== null;
    if (!onArrow) {
      goTo(row, howOf(event));
      return;
    }
    toggle(row.key);
    comeTo(row);
  };
  const onMenu = (row: DrawnRow, event: MouseEvent): void => {
    if (!isSelected(row)) goTo(row, 'one');
    const words = row.kind === 'group' ? row.group.label : row.key;
    context.open(event, {label: `Actions on ${words}`, items: selectionItems(desk)});
  };
  const template = useMemo(() => templateOf(columns, table.actions), [columns, table.actions]);
  const drawn = virtual.getVirtualItems();

  return (
    <div className={styles.table}>
      <TableHead {...table} />
      <div
        ref={scroller}
        className={styles.scroller}
        role="treegrid"
        tabIndex={0}
        aria-label="Actions"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable
        aria-activedescendant={
          drawn.some(({index}) => index === here) ? `${id}-${here}` : undefined
        }
        onKeyDown={onKeyDown}
        onScroll={(event) => rememberScroll(event.currentTarget.scrollTop, keepScroll)}
      >
        <ColumnHeads {...{columns, template, sort: table.sort, onSort: table.keepSort}} />
        <div role="rowgroup" className={styles.body} style={{height: virtual.getTotalSize()}}>
          {drawn.map(({index, start}) => {
            const row = rows[index];
            return row === undefined ? null : (
              <ActionTableRow
                key={row.key}
                id={`${id}-${index}`}
                {...{row, index, start, columns, template, now, onClick, onMenu}}
                members={row.level === 2 ? table.groupOf.get(row.key)?.members : undefined}
                selected={isSelected(row)}
                atCursor={index === here}
              />
            );
          })}
        </div>
        {rows.length === 0 && (
          <p className={styles.empty}>
            {table.filtered ? 'No matches.' : 'The actions of project.yaml will be listed here.'}
          </p>
        )}
      </div>
      {context.menu}
    </div>
  );
}

/** The widths of columns for CSS: names are whole where they leave the others two fifths of the centre. */
function templateOf(
  columns: readonly TableColumn[],
  actions: readonly {readonly name: string}[],
): string {
  const longest = actions.reduce((most, {name}) => Math.max(most, name.length), 0);
  return columns
    .map(({width, id}) =>
      id === 'name'
        ? `minmax(max(${width}px, min(${longest}ch + ${BESIDE_NAME}px, 60cqi)), 1fr)`
        : `${width}px`,
    )
    .join(' ');
}

/** How many actions are shown, and which columns. */
function TableHead(
  props: Pick<
    ReturnType<typeof useTableRows>,
    'actions' | 'filtered' | 'count' | 'columns' | 'chosen' | 'choose'
  >,
) {
  const {columns, chosen, choose} = props;
  const count = formatCount(props.count);
  return (
    <div className={styles.toolbar}>
      <span className={styles.count} role="status">
        {props.filtered
          ? `showing ${count} of ${formatCount(props.actions.length)}`
          : `${count} actions`}
      </span>
      <Menu
        icon={<Columns3 size={14} />}
        align="right"
        menuLabel="Columns"
        tip="Choose the columns"
        aria-label="Columns"
        items={COLUMNS.map((column) =>
          columnItem(column, columns.includes(column), chosen, choose),
        )}
      >
        <span>Columns</span>
      </Menu>
    </div>
  );
}

/** The place that a key goes to from the row here; undefined for other keys. */
function rowByKey(key: string, here: number, page: number, last: number): number | undefined {
  return {
    ArrowDown: here + 1,
    ArrowUp: here === -1 ? 0 : here - 1,
    PageDown: here + page,
    PageUp: here - page,
    Home: 0,
    End: last,
  }[key];
}

/** The chosen columns, without those that have no values yet: names get their space. */
function columnsToShow(chosen: string, rows: readonly TableRow[]): readonly TableColumn[] {
  const ids = chosen.split(' ');
  const now = new Date();
  return COLUMNS.filter(
    (column) => ids.includes(column.id) && rows.some((row) => column.text(row, now) !== ''),
  );
}

function columnItem(
  column: TableColumn,
  shown: boolean,
  chosen: string,
  choose: (ids: string) => void,
) {
  const ids = chosen.split(' ').filter((id) => id !== '');
  const on = ids.includes(column.id);
  return {
    id: column.id,
    label: column.label,
    detail: shown ? 'shown' : on ? 'nothing yet' : '',
    onChoose: () =>
      choose((on ? ids.filter((id) => id !== column.id) : [...ids, column.id]).join(' ')),
  };
}

/** Whether a key folds or unfolds the heading that the keyboard is on. */
function foldsBy(event: KeyboardEvent, expanded: boolean): boolean {
  const {key, target, currentTarget, altKey, ctrlKey, metaKey} = event;
  // Enter on the head of a column sorts
  if (target !== currentTarget || altKey || ctrlKey || metaKey) return false;
  return key === 'Enter' || key === (expanded ? 'ArrowLeft' : 'ArrowRight');
}

let scrollTimer = 0;

/** Keeps the place once the scrolling has ended. */
function rememberScroll(top: number, keep: (value: string) => void): void {
  window.clearTimeout(scrollTimer);
  scrollTimer = window.setTimeout(() => keep(String(Math.round(top))), 200);
}
