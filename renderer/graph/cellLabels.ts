import {fitMiddle} from './fitMiddle';
import {CELL_TEXT_WIDTH} from './memberGrid';
import {shortNames} from './shortNames';
import {textWidth} from './textWidth';

const known = new WeakMap<readonly string[], readonly string[]>();

/** What stands in the cells of an unfolded group: each member's name without what all share, as long as fits. */
export function cellLabels(members: readonly string[]): readonly string[] {
  const before = known.get(members);
  if (before !== undefined) return before;
  const whole = shortNames(members);
  const distinct = members.map((name) => whole.distinct(name));
  const labels = new Set(distinct).size === members.length ? distinct : members;
  const {short} = shortNames(labels);
  const fits = (text: string): boolean => textWidth(text, 'cell') <= CELL_TEXT_WIDTH;
  const shortened = labels.map((label) => short(label, fits));
  const uses = new Map<string, number>();
  for (const label of shortened) uses.set(label, (uses.get(label) ?? 0) + 1);
  // without their least words some may look alike: those are cut in their middle instead
  const fitted = shortened.map((label, index) =>
    fitMiddle(uses.get(label) === 1 ? label : (labels[index] ?? label), CELL_TEXT_WIDTH, 'cell'),
  );
  known.set(members, fitted);
  return fitted;
}
