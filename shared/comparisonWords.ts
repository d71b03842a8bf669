import {isVisible, type OutputComparison, type TableDifference} from './comparison';
import {formatList, formatPlural} from './format';

/** Words for how an output differs from what it was, and for how it differs from another. */
export const DIFFERENCE_WORDS = {
  versions: {
    same: 'Unchanged',
    alike: 'No visible change: only its bytes differ',
    cells: 'changed',
    new: 'new',
    gone: 'gone',
  },
  files: {
    same: 'The same',
    alike: 'No visible difference: only bytes differ',
    cells: 'different',
    new: 'only here',
    gone: 'only there',
  },
} as const;

/** How two versions, or two outputs, differ, in a sentence without an end. */
export function comparisonWords(
  comparison: OutputComparison,
  of: keyof typeof DIFFERENCE_WORDS = 'versions',
): string {
  const words = DIFFERENCE_WORDS[of];
  if (isVisible(comparison) === false) return comparison.kind === 'same' ? words.same : words.alike;
  switch (comparison.kind) {
    case 'same':
      return words.same;
    case 'table':
      return tableWords(comparison, words);
    case 'text': {
      const {newLines, goneLines, rough, cut} = comparison;
      const lines = [
        ...(newLines === 0 ? [] : [`${formatPlural(newLines, 'line')} ${words.new}`]),
        ...(goneLines === 0 ? [] : [`${formatPlural(goneLines, 'line')} ${words.gone}`]),
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
function tableWords(
  difference: TableDifference,
  words: (typeof DIFFERENCE_WORDS)['files' | 'versions'],
): string {
  const {changedCells, changedRows, newRows, goneRows, newColumns, goneColumns} = difference;
  const cells =
    changedCells === 0
      ? []
      : [
          `${formatPlural(changedCells, 'cell')} ${words.cells} in ${formatPlural(changedRows, 'row')}`,
        ];
  const counted = (count: number, what: string, end: string): readonly string[] =>
    count === 0 ? [] : [`${formatPlural(count, what)} ${end}`];
  return [
    ...cells,
    ...counted(newRows, 'row', words.new),
    ...counted(goneRows, 'row', words.gone),
    ...counted(newColumns.length, 'column', words.new),
    ...counted(goneColumns.length, 'column', words.gone),
  ].join(', ');
}

/** How rows of two tables were put together. */
export function matchingWords({matching}: Pick<TableDifference, 'matching'>): string {
  return matching.by === 'position'
    ? 'rows compared by position'
    : `rows matched by ${formatList(matching.columns, 6)}`;
}
