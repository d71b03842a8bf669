import {useEffect, useMemo, useState} from 'react';
import type {AppError} from '../../../shared/errors';
import {formatCount, formatPlural} from '../../../shared/format';
import {WHOLE_TABLE, type TableQuery, type TableSchema} from '../../../shared/table';
import {ErrorWords} from '../../errors/ErrorWords';
import type {GridCell, GridRange} from '../../lists/gridRange';
import {GridTable} from '../../lists/GridTable';
import {useDesk} from '../../state/deskStore';
import {Callout, EmptyState} from '../../ui/Section';
import styles from '../OutputViewer.module.css';
import {CellDetail} from './CellDetail';
import {columnLooks} from './columnLooks';
import {copyCells} from './copyCells';
import {TableTools} from './TableTools';
import {useTableRows} from './useTableRows';

type Reading =
  | {readonly kind: 'reading'}
  | {readonly kind: 'failed'; readonly error: AppError}
  | {readonly kind: 'read'; readonly schema: TableSchema};

/** A table file of any size: its first rows at once, all others as they come into view. */
export function TableViewer({path}: {readonly path: string}) {
  const {host} = useDesk();
  const [reading, setReading] = useState<Reading>({kind: 'reading'});
  useEffect(() => {
    let current = true;
    const look = async (whole: boolean): Promise<boolean> => {
      const answer = await host.request('outputs:table-schema', {path, whole});
      if (current)
        setReading(
          answer.ok ? {kind: 'read', schema: answer.value} : {kind: 'failed', error: answer.error},
        );
      return current && answer.ok && !answer.value.complete;
    };
    void look(false).then((goesOn) => (goesOn ? look(true) : false));
    return () => {
      current = false;
      void host.request('outputs:table-close', {path});
    };
  }, [host, path]);

  switch (reading.kind) {
    case 'reading':
      return <EmptyState title="Reading…" />;
    case 'failed':
      return (
        <div className={styles.failed}>
          <Callout tone="fail">
            <ErrorWords error={reading.error} />
          </Callout>
        </div>
      );
    case 'read':
      return <Table path={path} schema={reading.schema} />;
  }
}

function Table({path, schema}: {readonly path: string; readonly schema: TableSchema}) {
  const [query, setQuery] = useState<TableQuery>(WHOLE_TABLE);
  const [goTo, setGoTo] = useState<{readonly row: number} | null>(null);
  const [open, setOpen] = useState<GridCell | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const {rows, matching, error, widths} = useTableRows(path, schema, query);
  const looks = useMemo(
    () => columnLooks(schema.columns, widths, query),
    [schema.columns, widths, query],
  );

  const count = matching ?? schema.totalRows;
  const sortBy = (column: number): void => {
    const {sort} = query;
    const next =
      sort?.column !== column
        ? {column, descending: false}
        : sort.descending
          ? null
          : {column, descending: true};
    setQuery({...query, sort: next});
  };
  const copy = (range: GridRange): void => {
    void copyCells(schema, rows, range).then(setSaid);
  };
  const openRow = open === null ? undefined : rows.rowAt(open.row);
  return (
    <>
      <TableTools
        shown={shownWords(count, schema)}
        said={said}
        query={query}
        onWhere={(where) => setQuery({...query, where})}
        onGoTo={(row) => setGoTo({row: Math.max(0, Math.min((count ?? 1) - 1, row - 1))})}
      />
      {schema.notes.length > 0 && (
        <p className={styles.note}>
          {schema.notes.map((note) => (
            <span key={note}>{note}</span>
          ))}
        </p>
      )}
      {error !== null && (
        <div className={styles.failed}>
          <Callout tone="fail">
            <ErrorWords error={error} />
          </Callout>
        </div>
      )}
      {schema.columns.length === 0 ? (
        <EmptyState title="This file has no columns" />
      ) : (
        <GridTable
          label="Rows of the file"
          columns={looks}
          rowCount={count ?? rows.known()}
          longestNumber={String(schema.totalRows ?? 1_000_000)}
          rowAt={(index) => {
            const row = rows.rowAt(index);
            return row === undefined
              ? undefined
              : {number: formatCount(row.row), values: row.values};
          }}
          onView={rows.want}
          onSort={sortBy}
          onOpen={setOpen}
          onCopy={copy}
          goTo={goTo}
        />
      )}
      {open !== null && openRow !== undefined && (
        <CellDetail
          column={schema.columns[open.column]}
          row={openRow.row}
          value={openRow.values[open.column] ?? null}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

/** "Showing x of y", and that it is still being counted where it is. */
function shownWords(matching: number | null, {totalRows, columns, complete}: TableSchema): string {
  const width = formatPlural(columns.length, 'column');
  if (totalRows === null || matching === null) return `Counting rows…, ${width}`;
  const more = complete ? '' : ', reading the file…';
  return `Showing ${formatCount(matching)} of ${formatPlural(totalRows, 'row')}, ${width}${more}`;
}
