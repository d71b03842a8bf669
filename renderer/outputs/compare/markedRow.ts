import type {ComparedColumn, ComparedRow} from '../../../shared/comparison';
import {formatCount} from '../../../shared/format';
import type {GridMark, GridRow} from '../../lists/GridRow';

const words = (value: string | null): string => (value === null ? 'missing' : value);

/** A row of two versions as the grid shows it: what changed with both values, what is new or gone as a whole. */
export function markedRow(row: ComparedRow, columns: readonly ComparedColumn[]): GridRow {
  const before = new Map(row.changed.map((cell) => [cell.column, cell.before]));
  const values = row.values.map((value, at) => {
    const was = before.get(at);
    return was === undefined ? value : `${words(was)} → ${words(value)}`;
  });
  const marks = new Map<number, GridMark>();
  for (const [at, {side}] of columns.entries()) {
    const was = before.get(at);
    if (row.change === 'new') marks.set(at, {tone: 'info', reason: 'New row'});
    else if (row.change === 'gone') marks.set(at, {tone: 'fail', reason: 'This row is gone'});
    else if (side === 'new') marks.set(at, {tone: 'info', reason: 'New column'});
    else if (side === 'gone') marks.set(at, {tone: 'fail', reason: 'This column is gone'});
    else if (was !== undefined) marks.set(at, {tone: 'stale', reason: `It was ${words(was)}`});
  }
  return {number: numberOf(row), values, marks};
}

/** Its place now; of what is gone, the place it had. The sign says it without colour. */
function numberOf({change, row, oldRow}: ComparedRow): string {
  if (change === 'new') return `+ ${formatCount(row ?? 0)}`;
  if (change === 'gone') return `− ${formatCount(oldRow ?? 0)}`;
  return formatCount(row ?? 0);
}
