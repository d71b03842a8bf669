import {useVirtualizer} from '@tanstack/react-virtual';
import {Columns3} from 'lucide-react';
import {useEffect, useEffectEvent, useId, useMemo, useRef, type KeyboardEvent} from 'react';
import {formatCount} from '../../shared/format';
import {selectionDeeds} from '../commands/selectionMenu';
import {useNamesApart} from '../groups/useNamesApart';
import {useWidth} from '../ui/useWidth';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {howOf, pick} from '../state/picks';
import {actionsOf, namesFound} from '../state/selectors';
import {useNow} from '../state/useNow';
import {useContextMenu} from '../ui/ContextMenu';
import {Menu} from '../ui/Menu';
import {TableCell} from './TableCell';
import {COLUMNS, NAME_COLUMN, type TableColumn, type TableRow} from './columns';
import {decodeSort, nextSort, sortRows} from './sortRows';
import styles from './ActionTable.module.css';

const ROW_HEIGHT = 30;
const HEADER_HEIGHT = 34;
const CELL_PADDING = 28;
const INITIAL = COLUMNS.filter(({initial}) => initial)
  .map(({id}) => id)
  .join(' ');

/** The study as a table: the graph's twin, with the same selection and the same filter. */
export function ActionTable() {
  const desk = useDesk();
  const {store} = desk;
  const context = useContextMenu();
  const actions = useDeskState(actionsOf);
  const statuses = useDeskState((state) => state.statuses);
  const selection = useDeskState((state) => state.selection);
  const picked = useDeskState((state) => state.picked);
  const matches = useDeskState(namesFound);
  const [chosen, choose] = useChoice('table.columns', INITIAL);
  const [kept, keepSort] = useChoice('table.sort', '');
  const [scroll, keepScroll] = useChoice('table.scroll', '0');
  const now = useNow(1000);
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();

  const sort = useMemo(() => decodeSort(kept), [kept]);
  const all = useMemo(
    () => actions.map((action, place) => ({action, place, status: statuses.get(action.name)})),
    [actions, statuses],
  );
  const rows = useMemo(
    () =>
      sortRows(matches === null ? all : all.filter(({action}) => matches.has(action.name)), sort),
    [all, matches, sort],
  );
  const columns = useMemo(() => [NAME_COLUMN, ...columnsToShow(chosen, all)], [chosen, all]);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    initialOffset: Number(scroll) || 0,
    overscan: 8,
    scrollPaddingStart: HEADER_HEIGHT,
  });
  const here = rows.findIndex(({action}) => action.name === selection);
  const follow = useEffectEvent(() => {
    if (here !== -1) virtual.scrollToIndex(here, {align: 'auto'});
  });
  useEffect(() => follow(), [selection]);

  const listed = () => rows.map(({action}) => action.name);
  const taken = columns.reduce((sum, column) => sum + column.width, 0);
  const width = useWidth(scroller, 960);
  const nameRoom = Math.max(NAME_COLUMN.width, width - taken + NAME_COLUMN.width) - CELL_PADDING;
  const names = useMemo(() => actions.map(({name}) => name), [actions]);
  const labels = useNamesApart(names, nameRoom);
  const chosenNames = useMemo(
    () => new Set(picked.length > 0 ? picked : selection === null ? [] : [selection]),
    [picked, selection],
  );

  const inDocument = virtual.getVirtualItems().some(({index}) => index === here);
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const target = {
      ArrowDown: here + 1,
      ArrowUp: here === -1 ? 0 : here - 1,
      PageDown: here + page,
      PageUp: here - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    const next = rows[Math.max(0, Math.min(rows.length - 1, target ?? -1))];
    if (target === undefined || next === undefined) return;
    event.preventDefault();
    pick(store, [next.action.name], event.shiftKey ? 'range' : 'one', listed());
  };
  const template = columns
    .map(({width, id: name}) => (name === 'name' ? `minmax(${width}px, 1fr)` : `${width}px`))
    .join(' ');

  return (
    <div className={styles.table}>
      <div className={styles.toolbar}>
        <span className={styles.count} role="status">
          {matches === null
            ? `${formatCount(rows.length)} actions`
            : `showing ${formatCount(rows.length)} of ${formatCount(actions.length)}`}
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
      <div
        ref={scroller}
        className={styles.scroller}
        role="grid"
        tabIndex={0}
        aria-label="Actions"
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
        aria-multiselectable
        aria-activedescendant={inDocument ? `${id}-${here}` : undefined}
        onKeyDown={onKeyDown}
        onScroll={(event) => rememberScroll(event.currentTarget.scrollTop, keepScroll)}
      >
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
              aria-sort={
                sort?.column !== column.id ? 'none' : sort.descending ? 'descending' : 'ascending'
              }
            >
              <button
                type="button"
                tabIndex={-1}
                className={styles.sort}
                onClick={() => keepSort(nextSort(sort, column.id))}
              >
                {column.label}
                <span aria-hidden="true" className={styles.arrow}>
                  {sort?.column !== column.id ? '' : sort.descending ? '↓' : '↑'}
                </span>
              </button>
            </div>
          ))}
        </div>
        <div role="rowgroup" className={styles.body} style={{height: virtual.getTotalSize()}}>
          {virtual.getVirtualItems().map(({index, start}) => {
            const row = rows[index];
            if (row === undefined) return null;
            return (
              <div
                key={row.action.name}
                id={`${id}-${index}`}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={chosenNames.has(row.action.name)}
                className={styles.row}
                style={{transform: `translateY(${start}px)`, gridTemplateColumns: template}}
                onClick={(event) => pick(store, [row.action.name], howOf(event), listed())}
                onContextMenu={(event) => {
                  const {name} = row.action;
                  if (!chosenNames.has(name)) pick(store, [name], 'one');
                  context.open(event, {label: `Actions on ${name}`, items: selectionDeeds(desk)});
                }}
              >
                {columns.map((column) => (
                  <TableCell
                    key={column.id}
                    column={column}
                    row={row}
                    now={now}
                    label={column.id === 'name' ? labels.get(row.action.name) : undefined}
                  />
                ))}
              </div>
            );
          })}
        </div>
        {rows.length === 0 && (
          <p className={styles.empty}>
            {matches === null
              ? 'The actions of project.yaml will be listed here.'
              : 'No action matches the filter.'}
          </p>
        )}
      </div>
      {context.menu}
    </div>
  );
}

/** The chosen columns, without those that have nothing to say yet: names get their room. */
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

let scrollTimer = 0;

/** Keeps the place once the scrolling has come to rest. */
function rememberScroll(top: number, keep: (value: string) => void): void {
  window.clearTimeout(scrollTimer);
  scrollTimer = window.setTimeout(() => keep(String(Math.round(top))), 200);
}
