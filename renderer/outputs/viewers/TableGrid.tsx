import {useEffect, useEffectEvent, useMemo, useRef, useState} from 'react';
import {formatCount, formatPlural} from '../../../shared/format';
import {
  WHOLE_TABLE,
  type CellMark,
  type TableQuery,
  type TableRow,
  type TableSchema,
} from '../../../shared/table';
import {ErrorBox} from '../../errors/ErrorWords';
import type {GridCell, GridRange} from '../../lists/gridRange';
import type {GridRow} from '../../lists/GridRow';
import {GridTable} from '../../lists/GridTable';
import {useDesk, useDeskState} from '../../state/deskStore';
import {useContextMenu} from '../../ui/ContextMenu';
import {EmptyState} from '../../ui/Section';
import styles from '../OutputViewer.module.css';
import {CellDetail} from './CellDetail';
import {ColumnPanel} from './ColumnPanel';
import {columnLooks} from './columnLooks';
import {copyCells, useTier} from './copyCells';
import {HealthLine} from './HealthLine';
import {SqlPanel} from './SqlPanel';
import {tableMenu} from './tableMenus';
import {TableTools, type TableSide} from './TableTools';
import {useColumnView} from './useColumnView';
import {useTableRows} from './useTableRows';

/** The rows and columns shown of a table, the current cell, and what the tools do with them. */
function useOpenTable(path: string, schema: TableSchema) {
  const [query, setQuery] = useState<TableQuery>(WHOLE_TABLE);
  const [goTo, setGoTo] = useState<{readonly row: number; readonly column?: number} | null>(null);
  const [cell, setCell] = useState<GridCell>({row: 0, column: 0});
  /** Whether the current cell is shown whole. */
  const [open, setOpen] = useState(false);
  const [side, setSide] = useState<TableSide>('none');
  const view = useColumnView();
  const {rows, matching, error, widths} = useTableRows(path, schema, query);
  const looks = useMemo(
    () =>
      columnLooks(schema.columns, widths, {
        sort: query.sort,
        hidden: view.hidden,
        widths: view.widths,
      }),
    [schema.columns, widths, query.sort, view.hidden, view.widths],
  );
  useWantedCell(path, (row, column) => {
    setQuery(WHOLE_TABLE);
    setSide('none');
    view.show(column);
    // once it is shown again, a hidden column stands where it stood
    const hiddenBefore = [...view.hidden].filter((each) => each < column).length;
    setGoTo({row: row - 1, column: column - hiddenBefore});
  });
  return {
    ...{path, schema, view, looks, rows, error, count: matching ?? schema.totalRows},
    ...{query, setQuery, goTo, setGoTo, cell, setCell, open, setOpen, side, setSide},
  };
}

type OpenTable = ReturnType<typeof useOpenTable>;

/** Shows a cell once that another part of the window has asked for; rows count from 1. */
function useWantedCell(path: string, show: (row: number, column: number) => void): void {
  const {store} = useDesk();
  const wanted = useDeskState(({cellToShow}) => (cellToShow?.path === path ? cellToShow : null));
  const showWanted = useEffectEvent((row: number, column: number) => {
    show(row, column);
    store.setState({cellToShow: null});
  });
  useEffect(() => {
    if (wanted !== null) showWanted(wanted.row, wanted.column);
  }, [wanted]);
}

/** An open table: its rows in a grid, and the tools to find one's way in them. */
export function TableGrid({path, schema}: {readonly path: string; readonly schema: TableSchema}) {
  const {host} = useDesk();
  const table = useOpenTable(path, schema);
  const {query, setQuery, looks, count, cell, side, setGoTo} = table;
  const [said, setSaid] = useState<string | null>(null);
  const find = useRef<HTMLInputElement>(null);
  const tier = useTier(path);

  const findNext = async (text: string, backwards: boolean): Promise<void> => {
    setSaid(schema.complete ? 'Searching…' : 'Searching once the file is read…');
    const after = {place: cell.row, column: looks[cell.column]?.id ?? -1};
    const columns = looks.map(({id}) => id);
    const answer = await host.request('outputs:findInTable', {
      path,
      query,
      search: {text, columns, after, backwards},
    });
    if (!answer.ok) return setSaid(answer.error.message);
    const {cell: found, rows: holding} = answer.value;
    setSaid(found === null ? 'Not found' : `Found in ${formatPlural(holding, 'row')}`);
    if (found !== null) setGoTo({row: found.place, column: columns.indexOf(found.column)});
  };

  return (
    <div
      className={styles.table}
      onKeyDown={(event) => {
        if (event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        find.current?.select();
      }}
    >
      <TableTools
        shown={shownWords(count, looks.length, schema)}
        said={said}
        schema={schema}
        view={table.view}
        query={query}
        side={side}
        onSide={(next) => {
          table.setSide(next);
          setSaid(null);
        }}
        onWhere={(where) => setQuery({...query, where})}
        onGoTo={(row) => setGoTo({row: Math.max(0, Math.min((count ?? 1) - 1, row - 1))})}
        onFind={(text, backwards) => void findNext(text, backwards)}
        findRef={find}
      />
      <HealthLine path={path} schema={schema} />
      {schema.notes.length > 0 && (
        <p className={styles.note}>
          {schema.notes.map((note) => (
            <span key={note}>{note}</span>
          ))}
        </p>
      )}
      {table.error !== null && <ErrorBox error={table.error} />}
      {schema.columns.length === 0 ? (
        <EmptyState title="This file is empty" />
      ) : side === 'sql' ? (
        <SqlPanel path={path} schema={schema} tier={tier} />
      ) : (
        <TableBody
          table={table}
          onCopy={(range) => void copyCells(looks, table.rows, range, tier).then(setSaid)}
        />
      )}
    </div>
  );
}

/** The rows, and beside them the current cell shown whole or the figures of its column. */
function TableBody(props: {
  readonly table: OpenTable;
  readonly onCopy: (range: GridRange) => void;
}) {
  const {table, onCopy} = props;
  const {path, schema, view, looks, rows, query, setQuery, cell, open, setOpen, setSide} = table;
  const {menu, open: openMenu} = useContextMenu();
  const gridRowOf = useGridRows(path);
  const current = looks[cell.column];
  const openRow = open ? rows.rowAt(cell.row) : undefined;
  const parts = {schema, looks, view, query, setQuery, showFigures: () => setSide('figures')};

  return (
    <>
      <div className={styles.rows}>
        <div className={styles.grid}>
          <GridTable
            label="Rows of the file"
            columns={looks}
            frozen={view.frozen}
            rowCount={table.count ?? rows.known()}
            longestNumber={formatCount(schema.totalRows ?? 1_000_000)}
            rowAt={(index) => gridRowOf(rows.rowAt(index))}
            onView={rows.want}
            onSort={(column) => setQuery({...query, sort: nextSort(query.sort, column)})}
            onResize={view.resize}
            onOpen={() => setOpen(true)}
            onMove={table.setCell}
            onCopy={onCopy}
            onMenu={(event, column, row) => {
              const value =
                row === null ? undefined : rows.rowAt(row)?.values[looks[column]?.id ?? -1];
              const cellParts = value === undefined ? null : {value, open: () => setOpen(true)};
              openMenu(event, tableMenu(parts, column, cellParts));
            }}
            goTo={table.goTo}
          />
          {openRow !== undefined && current !== undefined && (
            <CellDetail
              column={schema.columns[current.id]}
              row={openRow.row}
              value={openRow.values[current.id] ?? null}
              onClose={() => setOpen(false)}
            />
          )}
        </div>
        {table.side === 'figures' && current !== undefined && (
          <ColumnPanel
            path={path}
            schema={schema}
            column={current.id}
            onClose={() => setSide('none')}
          />
        )}
      </div>
      {menu}
    </>
  );
}

/** The sort after a press on a column's name: ascending, then descending, then as in the file. */
function nextSort(sort: TableQuery['sort'], column: number): TableQuery['sort'] {
  if (sort?.column !== column) return {column, descending: false};
  return sort.descending ? null : {column, descending: true};
}

/** Rows as the grid takes them, with what is marked in them; the same object for the same row. */
function useGridRows(path: string): (row: TableRow | undefined) => GridRow | undefined {
  const checks = useDeskState(({cellMarks}) => cellMarks.checks?.[path]);
  const comparison = useDeskState(({cellMarks}) => cellMarks.comparison?.[path]);
  return useMemo(() => {
    const byRow = new Map<number, Map<number, CellMark>>();
    for (const mark of [...(checks ?? []), ...(comparison ?? [])]) {
      const inRow = byRow.get(mark.row) ?? new Map<number, CellMark>();
      byRow.set(mark.row, inRow.set(mark.column, mark));
    }
    const made = new WeakMap<TableRow, GridRow>();
    return (row) => {
      if (row === undefined) return undefined;
      const before = made.get(row);
      if (before !== undefined) return before;
      const after = {
        number: formatCount(row.row),
        values: row.values,
        marks: byRow.get(row.row),
      };
      made.set(row, after);
      return after;
    };
  }, [checks, comparison]);
}

/** How many rows and columns there are, "Showing x of y" where not all match, and whether they are still being counted. */
function shownWords(
  matching: number | null,
  shownColumns: number,
  {totalRows, columns, complete}: TableSchema,
): string {
  const all = formatPlural(columns.length, 'column');
  const width = shownColumns === columns.length ? all : `${formatCount(shownColumns)} of ${all}`;
  if (totalRows === null || matching === null) return `Counting rows…, ${width}`;
  const more = complete ? '' : ', reading the file…';
  const rows = formatPlural(totalRows, 'row');
  const shown = matching === totalRows ? rows : `Showing ${formatCount(matching)} of ${rows}`;
  return `${shown}, ${width}${more}`;
}
