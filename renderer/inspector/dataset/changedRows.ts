import type {Shown} from '../../../shared/dataset';
import {formatPlural} from '../../../shared/format';
import type {GridMark} from '../../lists/GridRow';

/** How a table differs from what the same `show()` gave in an earlier try. */
export interface ShownChanges {
  /** By place of the row, the cells that differ, by place of the column. */
  readonly marks: ReadonlyMap<number, ReadonlyMap<number, GridMark>>;
  /** What differs, in words; null where nothing does. */
  readonly words: string | null;
}

/** The table of an earlier try that is compared with one: that of the same label, else the one at the same place. */
export function sameShown(
  shown: readonly Shown[],
  place: number,
  before: readonly Shown[],
): Shown | null {
  const label = shown[place]?.label ?? null;
  const found = label === null ? before[place] : before.find((each) => each.label === label);
  return found !== undefined && (found.label === label || label !== null) ? found : null;
}

/** Rows by their patient; of several of one patient each by its place among them. */
function keysOf({columns, rows}: Shown): readonly string[] {
  const at = columns.indexOf('patient_id');
  const seen = new Map<string, number>();
  return rows.map((row, place) => {
    const id = at < 0 ? String(place) : (row[at] ?? '');
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return `${id} ${count}`;
  });
}

/** Compares a table with that of an earlier try, row by row and by the names of the columns. */
export function changedRows(shown: Shown, before: Shown): ShownChanges {
  const beforeAt = shown.columns.map((name) => before.columns.indexOf(name));
  const old = new Map(keysOf(before).map((key, place) => [key, before.rows[place]] as const));
  const marks = new Map<number, ReadonlyMap<number, GridMark>>();
  let [changed, added] = [0, 0];
  keysOf(shown).forEach((key, place) => {
    const was = old.get(key);
    old.delete(key);
    const row = shown.rows[place] ?? [];
    const found = new Map<number, GridMark>();
    row.forEach((value, column) => {
      const at = beforeAt[column] ?? -1;
      if (was === undefined) found.set(column, NEW_ROW);
      else if (at >= 0 && was[at] !== value)
        found.set(column, {tone: 'stale', reason: wasWords(was[at] ?? '')});
    });
    if (found.size === 0) return;
    marks.set(place, found);
    if (was === undefined) added += 1;
    else changed += 1;
  });
  const columns = shown.columns.filter((_, column) => (beforeAt[column] ?? -1) < 0);
  const left = before.columns.filter((name) => !shown.columns.includes(name));
  const parts = [
    ...(changed === 0 ? [] : [`${formatPlural(changed, 'row')} changed`]),
    ...(added === 0 ? [] : [`${formatPlural(added, 'row')} new`]),
    ...(old.size === 0 ? [] : [`${formatPlural(old.size, 'row')} gone`]),
    ...(columns.length === 0 ? [] : [`new: ${columns.join(', ')}`]),
    ...(left.length === 0 ? [] : [`gone: ${left.join(', ')}`]),
  ];
  return {marks, words: parts.length === 0 ? null : parts.join(', ')};
}

const NEW_ROW: GridMark = {tone: 'info', reason: 'This row is new since the last try.'};

function wasWords(value: string): string {
  return value === '' ? 'It was missing in the last try.' : `It was ${value} in the last try.`;
}
