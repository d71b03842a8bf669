import {checkTable, type TableCheck} from '../../disclosure/checkTable';
import type {CheckedTable} from '../../disclosure/checkedTable';
import {htmlFindings, jsonFindings, plainTextFindings} from '../../disclosure/textRules';

/** The content of one file, to be checked by the rules. */
export type ContentAsk =
  | {readonly kind: 'table'; readonly table: CheckedTable}
  | {readonly kind: 'html' | 'json' | 'text'; readonly path: string; readonly text: string};

/** Checks a file's content by the rules; of a large table that takes a second, so it is done on a thread. */
export function checkContent(ask: ContentAsk): TableCheck {
  if (ask.kind === 'table') return checkTable(ask.table);
  const {kind, path, text} = ask;
  const findings =
    kind === 'html'
      ? htmlFindings(path, text)
      : ((kind === 'json' ? jsonFindings(path, text) : null) ?? plainTextFindings(path, text));
  const hasCounts = kind === 'json' && /"[^"]*"\s*:\s*\d/.test(text);
  return {findings, columns: [], groups: [], hasCounts};
}
