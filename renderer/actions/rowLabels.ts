import type {ActionState} from '../../shared/status';
import {tellApart} from '../groups/tellApart';
import type {ActionRow} from './groupActions';

/** Pixels that a row takes beside its name and its detail: edges, mark, gaps, the scroll bar. */
const TAKEN = 82;
/** Pixels that the detail behind a name takes, by state; what only repeats the heading is not told. */
const DETAIL: Partial<Readonly<Record<ActionState, number>>> = {
  running: 48,
  failed: 64,
  'out-of-date': 100,
  'upstream-out-of-date': 100,
  'up-to-date': 64,
};
/** Pixels that "× 40" behind the name of a group takes. */
const COUNT = 36;

/** What stands for each row's name in a list of this width, no two alike under one heading. */
export function rowLabels(rows: readonly ActionRow[], width: number): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  const headings = rows.flatMap((row, index) => (row.kind === 'state' ? [index] : []));
  headings.forEach((start, place) => {
    const listed = rows.slice(start + 1, headings[place + 1] ?? rows.length);
    const families: string[][] = [];
    const alone: string[] = [];
    for (const row of listed) {
      if (row.level === 3) families.at(-1)?.push(row.key);
      else if (row.kind === 'group') {
        families.push([]);
        alone.push(row.words);
      } else alone.push(row.key);
    }
    const count = listed.some(({kind}) => kind === 'group') ? COUNT : 0;
    const room = width - TAKEN - count - (DETAIL[rows[start]?.state ?? 'checking'] ?? 0);
    for (const [name, label] of tellApart({families, alone}, Math.max(80, room)))
      labels.set(name, label);
  });
  return labels;
}
