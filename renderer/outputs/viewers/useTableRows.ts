import {useEffect, useMemo, useState} from 'react';
import type {AppError} from '../../../shared/errors';
import type {TablePage, TableQuery, TableSchema} from '../../../shared/table';
import type {Result} from '../../../shared/result';
import {useDesk} from '../../state/deskStore';
import {noWidths, widened, type ColumnWidths} from './columnLooks';
import {createTablePages} from './tablePages';

/** Rows of a table's head that are surely here before the file has been counted. */
const HEAD = 200;

/** Asks the host for the rows that come into view. */
export function useTableRows(path: string, schema: TableSchema, query: TableQuery) {
  const {host} = useDesk();
  const [came, setCame] = useState<{
    readonly answer: Result<TablePage, AppError> | null;
    readonly widths: ColumnWidths;
    readonly of: object | null;
  }>({answer: null, widths: noWidths(0), of: null});
  const width = schema.columns.length;
  const isComplete = schema.complete;

  const {pages, token} = useMemo(() => {
    let measured = noWidths(width);
    const mark = {isComplete};
    const made = createTablePages(
      (from, count) => host.request('outputs:tableRows', {path, from, count, query}),
      (answer) => {
        if (answer.ok) measured = widened(measured, answer.value.rows);
        setCame({answer, widths: measured, of: mark});
      },
    );
    return {pages: made, token: mark};
  }, [host, path, query, width, isComplete]);

  // what is in view before anything has been scrolled
  useEffect(() => pages.want(0, HEAD - 1), [pages]);

  const answer = came.of === token ? came.answer : null;
  const matching =
    answer?.ok === true ? answer.value.matching : query.where === null ? schema.totalRows : null;
  const rows = useMemo(
    () => ({
      ...pages,
      // before the count is known, as far as rows are here
      known: () => (pages.rowAt(HEAD - 1) === undefined ? 0 : HEAD),
    }),
    [pages],
  );
  return {
    rows,
    /** How many the query finds; null until that is known. */
    matching,
    error: answer?.ok === false ? answer.error : null,
    // while another query is on its way, columns stay as they are
    widths: came.widths,
  };
}
