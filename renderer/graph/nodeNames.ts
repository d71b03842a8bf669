import {formatCount} from '../../shared/format';
import {fitMiddle, textWidth} from '../ui/textWidth';
import type {FoldNode} from '../groups/fold';
import {CELL_TEXT_WIDTH} from './memberGrid';
import {shortNames} from '../groups/shortNames';

/** A node's name as it is written on it, line by line. */
export interface NodeName {
  readonly near: readonly string[];
  /** Seen from far, in larger letters. */
  readonly far: readonly string[];
}

/** Space for a name, in pixels of the letters of names near by (GraphNodes.module.css). */
interface Space {
  readonly lines: readonly number[];
  /** What a group's count takes of its last line: before its digits, and for each. */
  readonly count: {readonly start: number; readonly digit: number};
}

const NEAR: Space = {lines: [152, 152], count: {start: 18, digit: 7}};
/** Width of the arrow that unfolds a group, beside its first line, in pixels. */
const ARROW = 18;
/** How much larger letters are seen from far (GraphNodes.module.css, .far). */
const LARGER = 21 / 13;
const FAR: Space = {
  lines: [146, 174, 174].map((width) => width / LARGER),
  count: {start: 26 / LARGER, digit: 11 / LARGER},
};

/** How the nodes of a graph are named on them: what differs stays where there is no space for all. */
export function nodeNames(nodes: readonly FoldNode[]): ReadonlyMap<string, NodeName> {
  const {short} = shortNames(nodes.map(({label}) => label));
  const linesIn = (space: Space, arrow: number, node: FoldNode): readonly string[] => {
    const digits = formatCount(node.members.length).length;
    const isGroup = node.kind === 'group';
    const taken = isGroup ? space.count.start + space.count.digit * digits : 0;
    const lines = space.lines.map((width, at) => (isGroup && at === 0 ? width - arrow : width));
    const broken = (text: string) => breakLines(text, lines, taken);
    const text = short(node.label, (candidate) => broken(candidate) !== null);
    return broken(text) ?? [text];
  };
  return new Map(
    nodes.map((node) => [
      node.id,
      {near: linesIn(NEAR, ARROW, node), far: linesIn(FAR, ARROW / LARGER, node)},
    ]),
  );
}

/**
 * A name broken between its words into lines of at most these widths, the last with space for something
 * behind it; null where it takes more lines. A word that fits on no line is cut in its middle.
 */
export function breakLines(
  name: string,
  widths: readonly number[],
  taken: number,
): readonly string[] | null {
  const words = name.match(/[^_…]+[_…]*|[_…]+/g) ?? [];
  const lines: string[] = [''];
  let filled = 0;
  words.forEach((word, place) => {
    const width = wordWidth(word);
    const behind = place === words.length - 1 ? taken : 0;
    if (filled > 0 && filled + width + behind > (widths[lines.length - 1] ?? 0)) {
      lines.push('');
      filled = 0;
    }
    lines[lines.length - 1] += word;
    filled += width;
  });
  // a last word that leaves no space has what is behind it on the next line
  if (filled + taken > (widths[lines.length - 1] ?? 0)) lines.push('');
  if (lines.length > widths.length) return null;
  return lines.map((line, index) => fitMiddle(line, widths[index] ?? 0));
}

const wordWidths = new Map<string, number>();

/** Names share their words, so each is measured once. */
function wordWidth(word: string): number {
  const known = wordWidths.get(word);
  if (known !== undefined) return known;
  const width = textWidth(word, 'name');
  wordWidths.set(word, width);
  return width;
}

const known = new WeakMap<readonly string[], readonly string[]>();

/** Labels of the cells of an unfolded group: each member's name without what all share, as long as fits. */
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
  // without their least words some may look the same: those are cut in their middle instead
  const fitted = shortened.map((label, index) =>
    fitMiddle(uses.get(label) === 1 ? label : (labels[index] ?? label), CELL_TEXT_WIDTH, 'cell'),
  );
  known.set(members, fitted);
  return fitted;
}
