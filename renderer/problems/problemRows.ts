import type {Problem} from '../../shared/problem';
import type {TreeRow} from '../lists/TreeList';

/** A problem as a row of the list. */
export interface ProblemRow extends TreeRow {
  readonly problem: Problem;
}

/** What the list is narrowed to. */
export interface ProblemFilter {
  readonly text: string;
  readonly errors: boolean;
  readonly warnings: boolean;
}

/** The problems that a filter leaves, by line, as rows. The filter's words must all occur. */
export function problemRows(
  problems: readonly Problem[],
  filter: ProblemFilter,
): readonly ProblemRow[] {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return problems
    .map((problem, index) => ({key: `${index}`, level: 1, problem}))
    .filter(({problem}) => (problem.severity === 'error' ? filter.errors : filter.warnings))
    .filter(({problem}) => {
      const {message, rule, action, hint} = problem;
      const text = `${message} ${rule} ${action ?? ''} ${hint ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => a.problem.line - b.problem.line || a.problem.column - b.problem.column);
}

/** The row after (or before) the current one, going round; null where there is none. */
export function stepRow(
  rows: readonly ProblemRow[],
  currentKey: string | null,
  step: 1 | -1,
): ProblemRow | null {
  const here = rows.findIndex(({key}) => key === currentKey);
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  return rows[(next + rows.length) % Math.max(1, rows.length)] ?? null;
}
