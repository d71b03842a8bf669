import {appError, type AppError} from '../../../shared/errors';
import type {RowCount} from '../../../shared/output';
import {err, ok, type Result} from '../../../shared/result';
import type {TableColumn, TablePage, TableSchema} from '../../../shared/table';

/** A table that the fake host has. */
export interface FakeTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** The fake host's answers about tables and earlier versions, by path, their rows in the order they are given. */
export function fakeTables(tables: Readonly<Record<string, FakeTable>>) {
  const asked = <T>(path: string, answer: (table: FakeTable) => T): Result<T, AppError> => {
    const table = tables[path];
    return table === undefined
      ? err(appError('invalid-request', `${path} can’t be read.`))
      : ok(answer(table));
  };
  return {
    'outputs:tableSchema': async ({path}: {readonly path: string}) =>
      asked(path, ({columns, rows}): TableSchema => ({
        format: 'csv',
        columns,
        totalRows: rows.length,
        notes: [],
        complete: true,
      })),
    'outputs:tableRows': async (of: {
      readonly path: string;
      readonly from: number;
      readonly count: number;
    }) =>
      asked(of.path, ({rows}): TablePage => ({
        rows: rows.map((values, at) => ({row: at + 1, values})).slice(of.from, of.from + of.count),
        matching: rows.length,
      })),
    'outputs:rowCount': async ({path}: {readonly path: string}) =>
      ok<RowCount>(tables[path]?.rows.length ?? 'no table'),
    'outputs:datasetHealth': async () => ok(null),
    'outputs:closeTable': async () => ok(null),
  };
}
