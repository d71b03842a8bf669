import {useEffect, useMemo, useState} from 'react';
import type {EhrqlSchema} from '../../../shared/dataset';
import {faultsOfRow, rowOf, type CellFault, type DummyTable} from '../../../shared/dummyTable';
import {formatCount} from '../../../shared/format';
import type {GridMark, GridRow} from '../../lists/GridRow';

/** Rows that are kept as the grid has them; more are in view of no window. */
const ROWS_KEPT = 2000;

/** The rows of a table as the grid has them, the same object while a row is the same, marked where ehrQL would refuse a value. */
export function tableRows(schema: EhrqlSchema | null) {
  const kept = new Map<number, {readonly written: string; readonly row: GridRow}>();
  return (table: DummyTable, index: number): GridRow | undefined => {
    const written = table.rows[index];
    if (written === undefined) return undefined;
    const known = kept.get(index);
    if (known?.written === written) return known.row;
    const values = rowOf(table, index);
    const marks = new Map<number, GridMark>();
    for (const {column, message} of faultsOfRow(table, index, schema))
      for (const at of column === null ? table.columns.keys() : [column])
        marks.set(at, {tone: 'fail', reason: message});
    const row: GridRow = {
      number: formatCount(index + 1),
      values: values.map((value) => (value === '' ? null : value)),
      marks: marks.size === 0 ? undefined : marks,
    };
    if (kept.size >= ROWS_KEPT) kept.clear();
    kept.set(index, {written, row});
    return row;
  };
}

/** Milliseconds that the window waits for at most while rows are checked. */
const SLICE_MS = 8;

/** The rows that ehrQL would refuse, found bit by bit so that a long table can be edited meanwhile. */
export function useTableFaults(table: DummyTable, schema: EhrqlSchema | null) {
  const [found, setFound] = useState<readonly CellFault[]>([]);
  // most rows are those of the table before an edit
  const good = useMemo(() => ({schema, rows: new Set<string>()}), [schema]);
  useEffect(() => {
    const faults: CellFault[] = [];
    let row = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = (): void => {
      const until = performance.now() + SLICE_MS;
      for (; row < table.rows.length && performance.now() < until; row += 1) {
        const written = table.rows[row] ?? '';
        if (good.rows.has(written)) continue;
        const [first] = faultsOfRow(table, row, good.schema);
        if (first === undefined) good.rows.add(written);
        else faults.push(first);
      }
      if (row < table.rows.length) timer = setTimeout(look);
      else setFound(faults);
    };
    look();
    return () => clearTimeout(timer);
  }, [table, good]);
  return {
    /** Rows with at least one such value. */
    count: found.length,
    /** The first of them below a cell, or from the beginning. */
    after: ({row}: {readonly row: number}): CellFault | null =>
      found.find((fault) => fault.row > row) ?? found[0] ?? null,
  };
}
