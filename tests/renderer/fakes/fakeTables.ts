import {appError, type AppError} from '../../../shared/errors';
import type {RowCount} from '../../../shared/output';
import {err, ok, type Result} from '../../../shared/result';
import type {
  ColumnSummary,
  SqlRows,
  TableColumn,
  TableFind,
  TablePage,
  TableSchema,
} from '../../../shared/table';

/** A table that the fake host has. */
export interface FakeTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const NO_VERSION = appError('not-found', 'Nothing has run yet.');

/** The fake host's answers about tables and earlier versions, by path, their rows in the order they are given. */
export function fakeTables(tables: Readonly<Record<string, FakeTable>>) {
  const asked = <T>(path: string, answer: (table: FakeTable) => T): Result<T, AppError> => {
    const table = tables[path];
    return table === undefined
      ? err(appError('invalid-request', `${path} can’t be read.`))
      : ok(answer(table));
  };
  return {
    'outputs:table-schema': async ({path}: {readonly path: string}) =>
      asked(path, ({columns, rows}): TableSchema => ({
        format: 'csv',
        columns,
        totalRows: rows.length,
        notes: [],
        complete: true,
      })),
    'outputs:table-rows': async (of: {
      readonly path: string;
      readonly from: number;
      readonly count: number;
    }) =>
      asked(of.path, ({rows}): TablePage => ({
        rows: rows.map((values, at) => ({row: at + 1, values})).slice(of.from, of.from + of.count),
        matching: rows.length,
      })),
    'outputs:table-summary': async (of: {readonly path: string; readonly column: number}) =>
      asked(of.path, ({columns, rows}): ColumnSummary => {
        const values = rows.flatMap((row) => row[of.column] ?? []);
        return {
          name: columns[of.column]?.name ?? '',
          type: columns[of.column]?.type ?? 'text',
          missing: rows.length - values.length,
          redacted: 0,
          distinct: new Set(values).size,
          min: values[0] ?? null,
          smallestNonZero: null,
          max: values.at(-1) ?? null,
          sum: null,
          bars: values.map((label) => ({label, count: 1})),
        };
      }),
    'outputs:row-count': async ({path}: {readonly path: string}) =>
      ok<RowCount>(tables[path]?.rows.length ?? 'no table'),
    'outputs:table-find': async ({path}: {readonly path: string}) =>
      asked(path, (): TableFind => ({cell: null, rows: 0})),
    'outputs:table-sql': async ({path}: {readonly path: string}) =>
      asked(path, ({columns, rows}): SqlRows => ({columns, rows, more: false})),
    'outputs:table-stop-sql': async () => ok(null),
    'outputs:dataset-health': async () => ok(null),
    'outputs:table-close': async () => ok(null),
    'outputs:page-with-scripts': async () => ok('about:blank'),
    'outputs:open-with': async () => ok(null),
    'outputs:drag': async () => ok(null),
    'outputs:text-page': async () => ok({text: '', page: 0, pages: 1, isLast: true}),
    'outputs:lines-before': async () => ok(0),
    'outputs:versions': async () => ok([]),
    'outputs:read-version': async () => err(NO_VERSION),
    'outputs:compare': async () => err(NO_VERSION),
    'outputs:compared-rows': async () => ok([]),
    'outputs:comparing': async () => ok(null),
    'outputs:run-changes': async () => err(NO_VERSION),
  };
}
