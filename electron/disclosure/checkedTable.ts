import type {CheckFinding, CheckLevel} from '../../shared/check';
import {DISCLOSURE_RULES, type DisclosureRule} from '../../shared/disclosureRules';

/** A table as it is shown, whole or its beginning. */
export interface CheckedTable {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Which of several tables of the file it is, such as `table 2`; null where the file is the table. */
  readonly within: string | null;
}

/** Where a finding is: row from 0. */
export interface FoundAt {
  readonly row?: number;
  readonly column?: string;
}

/** A finding of a rule in a file. */
export function finding(
  path: string,
  rule: DisclosureRule,
  level: CheckLevel,
  message: string,
  {row, column}: FoundAt = {},
): CheckFinding {
  return {
    path,
    row: row === undefined ? null : row + 1,
    column: column ?? null,
    rule,
    level,
    message,
    link: DISCLOSURE_RULES[rule].link,
  };
}
