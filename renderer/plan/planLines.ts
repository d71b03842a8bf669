import {formatCount} from '../../shared/format';
import {planReasonText, planReasonWords} from '../../shared/planReason';
import type {PreviewedJob} from '../../shared/preview';
import type {FoldNode} from '../groups/fold';
import {groupKey, groupSimilar, isUnfolded, type GroupOf} from '../groups/similarActions';
import {SKIP_WORDS, type ComparedRow} from './comparison';

/** One part of the plan: similar rows that all have a job or all have none, or one row by itself. */
export interface PlanPart {
  /** What the user folds it by. */
  readonly key: string;
  /** Null for a row by itself. */
  readonly group: FoldNode | null;
  /** In the order of start; one without a group. */
  readonly rows: readonly ComparedRow[];
}

/** A line of the plan: the heading of similar rows, or one of them, or a row by itself. */
export type PlanLine =
  | {
      readonly kind: 'heading';
      readonly key: string;
      readonly group: FoldNode;
      readonly rows: readonly ComparedRow[];
      readonly expanded: boolean;
    }
  | {
      readonly kind: 'row';
      /** Name of its action. */
      readonly key: string;
      readonly row: ComparedRow;
      /** It is below a heading. */
      readonly member: boolean;
    };

/** Puts similar rows where the first of them is; what is excluded is no part of what runs. */
export function groupJobs(rows: readonly ComparedRow[], groupOf: GroupOf): readonly PlanPart[] {
  const rowOf = new Map(rows.map((row) => [row.action, row]));
  const parts = (part: string, names: readonly string[]) =>
    groupSimilar(names, groupOf).map(({group, names: members}) => ({
      key: group === null ? members.join() : groupKey(group, part),
      group,
      rows: members.flatMap((name) => rowOf.get(name) ?? []),
    }));
  const namesOf = (some: readonly ComparedRow[]) => some.map(({action}) => action);
  return [
    ...parts('in', namesOf(rows.filter(({job}) => job !== null))),
    ...parts('out', namesOf(rows.filter(({job}) => job === null))),
  ];
}

/** The lines of the plan; large groups open folded, and `toggled` holds the keys of those where the user chose otherwise. */
export function planLines(
  parts: readonly PlanPart[],
  toggled: ReadonlySet<string>,
): readonly PlanLine[] {
  return parts.flatMap(({key, group, rows}): readonly PlanLine[] => {
    const lines = (member: boolean) =>
      rows.map((row): PlanLine => ({kind: 'row', key: row.action, row, member}));
    if (group === null) return lines(false);
    const names = rows.map(({action}) => action);
    const expanded = isUnfolded(key, names, {toggled, selection: null});
    return [{kind: 'heading', key, group, rows, expanded}, ...(expanded ? lines(true) : [])];
  });
}

/** Sums up similar rows, which all have a job or all have none; sums are null where one is not known of all. */
export function sumJobs(
  rows: readonly ComparedRow[],
  previews: ReadonlyMap<string, PreviewedJob>,
  now: Date,
) {
  const jobs = rows.map(({action}) => previews.get(action));
  return {
    /** The reason of all, else how many have which. */
    why: reasonOfAll(rows, previews, now),
    files: sumOfAll(jobs.map((job) => job?.overwrites.length ?? null)),
    seconds: sumOfAll(jobs.map((job) => job?.expectedSeconds ?? null)),
    /** How many of them `opensafely run` would run. */
    there: rows.filter(({there}) => there).length,
  };
}

/** Why a row has no job, in words. */
export function leftOutWords({skipped}: Pick<ComparedRow, 'skipped'>): string {
  return `not in this plan${skipped === null ? '' : `: ${SKIP_WORDS[skipped]}`}`;
}

function reasonOfAll(
  rows: readonly ComparedRow[],
  previews: ReadonlyMap<string, PreviewedJob>,
  now: Date,
): string {
  const whole = rows.map((row) =>
    row.job === null ? leftOutWords(row) : planReasonText(row.job, previews.get(row.action), now),
  );
  const [first = ''] = whole;
  if (whole.every((text) => text === first)) return first;
  const counts = new Map<string, number>();
  for (const {action, job, skipped} of rows) {
    const words =
      job === null
        ? SKIP_WORDS[skipped ?? 'taken-out']
        : planReasonWords(job, previews.get(action));
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  const most = [...counts].sort(([, one], [, other]) => other - one);
  const counted = most.map(([words, count]) =>
    counts.size === 1 ? words : `${formatCount(count)} ${words}`,
  );
  return `${rows[0]?.job === null ? 'not in this plan: ' : ''}${counted.join(', ')}`;
}

function sumOfAll(numbers: readonly (number | null)[]): number | null {
  return numbers.reduce<number | null>(
    (sum, number) => (sum === null || number === null ? null : sum + number),
    0,
  );
}
