import {useEffect, useMemo, useState} from 'react';
import type {
  ComparedColumn,
  ComparedRow,
  OutputVersion,
  RowMatching,
  TableDifference,
} from '../../../shared/comparison';
import {DIFFERENCE_WORDS} from '../../../shared/comparisonWords';
import type {AppError} from '../../../shared/errors';
import {formatCount, formatPlural} from '../../../shared/format';
import {WHOLE_TABLE, type TableRow} from '../../../shared/table';
import {ErrorBox} from '../../errors/ErrorWords';
import type {GridCell} from '../../lists/gridRange';
import type {GridMark, GridRow} from '../../lists/GridRow';
import {GridTable, type GridColumn} from '../../lists/GridTable';
import {useDesk} from '../../state/deskStore';
import {Check} from '../../ui/Field';
import {EmptyState} from '../../ui/Section';
import {CellDetail} from '../viewers/CellDetail';
import {columnLooks, noWidths, widened, type ColumnWidths} from '../viewers/columnLooks';
import {copyCells, useTier} from '../viewers/copyCells';
import {createTablePages} from '../viewers/tablePages';
import styles from '../OutputViewer.module.css';

/** Marked cells are bold, and so wider than what is measured. */
const BOLDER = 1.12;

/** Rows that are surely asked for at the start. */
const HEAD = 200;

/** The rows of two versions of a table, what changed marked; by default only rows that are not the same. */
export function ComparedTable(props: {
  readonly pair: {
    readonly path: string;
    readonly old: OutputVersion;
    readonly now: OutputVersion;
    readonly matching: RowMatching;
  };
  readonly difference: TableDifference;
}) {
  const {pair, difference} = props;
  const {columns} = difference;
  const of = pair.old.kind === 'output' ? 'files' : 'versions';
  const differing = difference.changedRows + difference.newRows + difference.goneRows;
  // of two actions all is read side by side
  const [all, setAll] = useState(differing === 0 || of === 'files');
  const [open, setOpen] = useState<GridCell | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const {rows, compared, looks, error} = useComparedRows(pair, columns, !all);
  const tier = useTier(pair.path);
  const count = all ? difference.rows : differing;
  const cell = open === null ? undefined : compared(open.row);
  const schema = {columns: columns.map(({name}) => ({name, type: null}))};
  return (
    <>
      <div className={styles.note}>
        <span role="status">
          Showing {formatCount(count)} of {formatPlural(difference.rows, 'row')}
          {said !== null && ` · ${said}`}
        </span>
        {differing > 0 && (
          <Check
            label={`Show ${of === 'files' ? 'equal' : 'unchanged'} rows`}
            checked={all}
            onChange={setAll}
          />
        )}
      </div>
      {error !== null && <ErrorBox error={error} />}
      {count === 0 ? (
        <EmptyState title="No rows">The columns differ; neither of them has rows.</EmptyState>
      ) : (
        <GridTable
          key={String(all)}
          label="Rows of both versions"
          columns={looks}
          rowCount={count}
          longestNumber={`+ ${formatCount(difference.rows)}`}
          rowAt={(index) => {
            const row = compared(index);
            return row === undefined ? undefined : markedRow(row, columns, of);
          }}
          onView={rows.want}
          onOpen={setOpen}
          onCopy={(range) => void copyCells(looks, rows, range, tier).then(setSaid)}
        />
      )}
      {open !== null && cell !== undefined && (
        <CellDetail
          column={schema.columns[open.column]}
          row={cell.row ?? cell.oldRow ?? 0}
          value={markedRow(cell, columns, of).values[open.column] ?? null}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

/** Asks the host for the rows that come into view. */
function useComparedRows(
  pair: Parameters<typeof ComparedTable>[0]['pair'],
  columns: readonly ComparedColumn[],
  onlyChanged: boolean,
) {
  const {host} = useDesk();
  const {path, old, now, matching} = pair;
  const sides = DIFFERENCE_WORDS[old.kind === 'output' ? 'files' : 'versions'];
  const asked = JSON.stringify([path, old, now, matching, onlyChanged]);
  const [came, setCame] = useState<{error: AppError | null; widths: ColumnWidths}>({
    error: null,
    widths: noWidths(0),
  });
  const {rows, compared} = useMemo(() => {
    const full = new WeakMap<TableRow, ComparedRow>();
    let widths = noWidths(columns.length);
    const [of, from, to, by, only] = JSON.parse(asked) as [
      string,
      OutputVersion,
      OutputVersion,
      RowMatching,
      boolean,
    ]; // as it was made above: a string stays the same from one drawing to the next
    const pages = createTablePages(
      async (first, count) => {
        const answer = await host.request('outputs:comparedRows', {
          ...{path: of, old: from, now: to, matching: by},
          ...{from: first, count, onlyChanged: only},
        });
        if (!answer.ok) return answer;
        const shown = answer.value.map((row): TableRow => {
          const plain = {row: row.row ?? row.oldRow ?? 0, values: row.values};
          full.set(plain, row);
          return plain;
        });
        const both = answer.value.map((row) => markedRow(row, columns).values);
        const {widest} = widened(
          widths,
          both.map((values) => ({row: 0, values})),
        );
        widths = {
          widest: widest.map((width, at) => Math.max(width * BOLDER, widths.widest[at] ?? 0)),
          numeric: widened(widths, shown).numeric,
        };
        return {ok: true, value: {rows: shown, matching: null}};
      },
      (answer) => setCame({error: answer.ok ? null : answer.error, widths}),
    );
    const at = (index: number): ComparedRow | undefined => {
      const row = pages.rowAt(index);
      return row === undefined ? undefined : full.get(row);
    };
    return {rows: pages, compared: at};
  }, [host, asked, columns]);
  useEffect(() => rows.want(0, HEAD - 1), [rows]);
  const looks: readonly GridColumn[] = useMemo(
    () =>
      columnLooks(
        columns.map(({name, side}) => ({
          name: side === 'both' ? name : `${name} (${sides[side]})`,
          type: null,
        })),
        came.widths,
        WHOLE_TABLE,
      ),
    [columns, came.widths, sides],
  );
  return {rows, compared, looks, error: came.error};
}

const words = (value: string | null): string => (value === null ? 'missing' : value);

/**
 * A row of two versions as the grid shows it: what changed with both values, what is new or gone as a whole; of two `files`
 * the value of this one first.
 */
export function markedRow(
  row: ComparedRow,
  columns: readonly ComparedColumn[],
  of: 'versions' | 'files' = 'versions',
): GridRow {
  const isFiles = of === 'files';
  const before = new Map(row.changed.map((cell) => [cell.column, cell.before]));
  const values = row.values.map((value, at) => {
    const was = before.get(at);
    if (was === undefined) return value;
    return isFiles ? `${words(value)} | ${words(was)}` : `${words(was)} → ${words(value)}`;
  });
  const marks = new Map<number, GridMark>();
  for (const [at, {side}] of columns.entries()) {
    const was = before.get(at);
    if (row.change === 'new')
      marks.set(at, {tone: 'info', reason: isFiles ? 'Only here' : 'New row'});
    else if (row.change === 'gone')
      marks.set(at, {tone: 'fail', reason: isFiles ? 'Only there' : 'Row removed'});
    else if (side === 'new')
      marks.set(at, {tone: 'info', reason: isFiles ? 'Only here' : 'New column'});
    else if (side === 'gone')
      marks.set(at, {tone: 'fail', reason: isFiles ? 'Only there' : 'Column removed'});
    else if (was !== undefined)
      marks.set(at, {tone: 'stale', reason: `${isFiles ? 'There it is' : 'Was'} ${words(was)}`});
  }
  return {number: numberOf(row), values, marks};
}

/** Its place now; of what is gone, the place it had. The sign says it without colour. */
function numberOf({change, row, oldRow}: ComparedRow): string {
  if (change === 'new') return `+ ${formatCount(row ?? 0)}`;
  if (change === 'gone') return `− ${formatCount(oldRow ?? 0)}`;
  return formatCount(row ?? 0);
}
