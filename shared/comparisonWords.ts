import {isVisible, type OutputComparison, type TableDifference} from './comparison';
import {formatList, formatPlural} from './format';

/** How two versions differ, in a sentence without an end. */
export function comparisonWords(comparison: OutputComparison): string {
  if (isVisible(comparison) === false)
    return comparison.kind === 'same' ? 'Unchanged' : 'No visible change: only its bytes differ';
  switch (comparison.kind) {
    case 'same':
      return 'Unchanged';
    case 'table':
      return tableWords(comparison);
    case 'text': {
      const {newLines, goneLines, rough, cut} = comparison;
      const lines = [
        ...(newLines === 0 ? [] : [`${formatPlural(newLines, 'line')} new`]),
        ...(goneLines === 0 ? [] : [`${formatPlural(goneLines, 'line')} gone`]),
      ].join(', ');
      if (lines === '') return 'No change in the beginning; the rest was not compared';
      return `${rough ? 'At most ' : ''}${lines}${cut ? ', in the beginning only' : ''}`;
    }
    case 'image':
      return 'The files differ';
    case 'different':
      return 'The files differ';
  }
}

/** What was counted, and how rows were put together. */
function tableWords(difference: TableDifference): string {
  const {changedCells, changedRows, newRows, goneRows, newColumns, goneColumns} = difference;
  const cells =
    changedCells === 0
      ? []
      : [`${formatPlural(changedCells, 'cell')} changed in ${formatPlural(changedRows, 'row')}`];
  const counted = (count: number, what: string, end: string): readonly string[] =>
    count === 0 ? [] : [`${formatPlural(count, what)} ${end}`];
  return [
    ...cells,
    ...counted(newRows, 'row', 'new'),
    ...counted(goneRows, 'row', 'gone'),
    ...counted(newColumns.length, 'column', 'new'),
    ...counted(goneColumns.length, 'column', 'gone'),
  ].join(', ');
}

/** How rows of two tables were put together. */
export function matchingWords({matching}: Pick<TableDifference, 'matching'>): string {
  return matching.by === 'position'
    ? 'rows compared by position'
    : `rows matched by ${formatList(matching.columns, 6)}`;
}
