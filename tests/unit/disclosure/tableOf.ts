import type {CheckFinding} from '../../../shared/check';
import {checkTable} from '../../../electron/disclosure/checkTable';
import type {CheckedTable} from '../../../electron/disclosure/checkedTable';

/** A table from plain CSV lines without quotes; an empty cell is missing. */
export function tableOf(csv: string, path = 'output/table.csv'): CheckedTable {
  const [header = '', ...lines] = csv.trim().split('\n');
  return {
    path,
    columns: header.split(','),
    rows: lines.map((line) => line.split(',').map((cell) => (cell === '' ? null : cell))),
    within: null,
  };
}

/** What a table alone gives, as `level rule column:row`, without what is only to be known of. */
export const foundIn = (csv: string): readonly string[] => said(checkTable(tableOf(csv)).findings);

/** Findings as short texts. */
export function said(findings: readonly CheckFinding[]): readonly string[] {
  return findings
    .filter(({level}) => level !== 'info')
    .map(({level, rule, column, row}) => `${level} ${rule} ${column ?? ''}:${row ?? ''}`);
}
