import {formatCount} from '../../shared/format';
import {byGravity, type Problem} from '../../shared/problem';
import type {TreeRow} from '../lists/TreeList';

/** A row of the list: a problem, or several of one cause under a heading. */
export type ProblemRow = TreeRow &
  (
    | {
        readonly kind: 'problem';
        readonly problem: Problem;
        /** The heading above says its message, and only the action is its own. */
        readonly inGroup: boolean;
      }
    /** `words` is what all say; `first` its first problem. */
    | {
        readonly kind: 'cause';
        readonly words: string;
        readonly first: Problem;
        readonly count: number;
        readonly actions: number;
      }
  );

/** What the list is narrowed to. */
export interface ProblemFilter {
  readonly text: string;
  readonly errors: boolean;
  readonly warnings: boolean;
}

/** The problems that a filter leaves: errors first, then by line. The filter's words must all occur. */
export function problemsLeft(
  problems: readonly Problem[],
  filter: ProblemFilter,
): readonly Problem[] {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return problems
    .filter(({severity}) => (severity === 'error' ? filter.errors : filter.warnings))
    .filter(({message, rule, action, hint}) => {
      const text = `${message} ${rule} ${action ?? ''} ${hint ?? ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort(byGravity);
}

/** A rule with more causes than this has them under one row of its own. */
const MOST_CAUSES = 6;

/** The message with whatever is the action's own left out, so that equal causes read the same. */
function causeOf({rule, message, action}: Problem): string {
  const shared = action === null ? message : message.replaceAll(`\`${action}\``, '`…`');
  return `${rule}\n${shared}`;
}

/** The key of a problem's row. */
export function keyOf(problem: Problem): string {
  return `${problem.rule}:${problem.line}:${problem.column}:${problem.message}`;
}

/**
 * Problems as rows: those of one cause (a rule, and the file or name it speaks of) under one heading, and the causes of
 * a rule that has many under one of the rule. `open` holds the keys of headings that are unfolded.
 */
export function problemRows(
  problems: readonly Problem[],
  open: ReadonlySet<string>,
): readonly ProblemRow[] {
  const rules = new Map<string, Map<string, Problem[]>>();
  for (const problem of problems) {
    const key = `${problem.severity} ${problem.rule}`;
    const causes = rules.get(key) ?? new Map<string, Problem[]>();
    rules.set(key, causes);
    const cause = causeOf(problem);
    const known = causes.get(cause);
    if (known === undefined) causes.set(cause, [problem]);
    else known.push(problem);
  }
  return [...rules].flatMap(([rule, causes]) => {
    const groups = [...causes.values()];
    if (groups.length <= MOST_CAUSES) return groups.flatMap((group) => causeRows(group, 1, open));
    const all = groups.flat();
    const [first] = all;
    if (first === undefined) return [];
    const key = `rule:${rule}`;
    // the first for all: what a rule says in general does not show what is wrong
    const words = `${first.message.replace(/\.$/, '')}, and ${formatCount(groups.length - 1)} more`;
    const heading = headingOf(key, 1, words, all, open);
    return [
      heading,
      ...(heading.expanded === true ? groups.flatMap((group) => causeRows(group, 2, open)) : []),
    ];
  });
}

function causeRows(
  group: readonly Problem[],
  level: number,
  open: ReadonlySet<string>,
): readonly ProblemRow[] {
  const [first] = group;
  if (first === undefined) return [];
  const rowOf = (problem: Problem, at: number, inGroup: boolean): ProblemRow => ({
    ...{kind: 'problem', key: keyOf(problem), level: at, problem, inGroup},
  });
  if (group.length === 1) return [rowOf(first, level, false)];
  const cause = causeOf(first);
  const heading = headingOf(
    `cause:${cause}`,
    level,
    cause.slice(first.rule.length + 1),
    group,
    open,
  );
  return [
    heading,
    ...(heading.expanded === true ? group.map((problem) => rowOf(problem, level + 1, true)) : []),
  ];
}

function headingOf(
  key: string,
  level: number,
  words: string,
  group: readonly Problem[],
  open: ReadonlySet<string>,
): ProblemRow {
  const [first] = group;
  if (first === undefined) throw new Error(`Heading ${key} stands for no problem.`);
  const actions = new Set(group.flatMap(({action}) => action ?? [])).size;
  return {
    ...{kind: 'cause', key, level, expanded: open.has(key), words, first},
    ...{count: group.length, actions},
  };
}

/** The keys of the headings that a problem is under. */
export function headingsOver(problem: Problem): readonly string[] {
  return [`rule:${problem.severity} ${problem.rule}`, `cause:${causeOf(problem)}`];
}

/** The problem after (or before) the current one, going round; null where there is none. */
export function stepProblem(
  problems: readonly Problem[],
  current: Problem | null,
  step: 1 | -1,
): Problem | null {
  const here = current === null ? -1 : problems.findIndex((one) => keyOf(one) === keyOf(current));
  const next = here < 0 ? (step > 0 ? 0 : problems.length - 1) : here + step;
  return problems[(next + problems.length) % Math.max(1, problems.length)] ?? null;
}
