import {formatCount} from '../../shared/format';
import type {FoldNode} from '../groups/fold';
import {fitMember, nameInLines, type NameLines} from '../ui/names';
import {textWidth} from '../ui/textWidth';
import {CELL_TEXT_WIDTH} from './memberGrid';

/** A node's name as it is written on it, line by line. */
export interface NodeName {
  readonly near: readonly string[];
  /** Seen from far, in larger letters. */
  readonly far: readonly string[];
}

/** How much larger letters are seen from far (GraphNodes.module.css, .far). */
const LARGER = 20 / 13;
/** Pixels of each line, of the arrow that unfolds a group, and of a group's count: before its digits, and for each. */
const NEAR = {lines: [160, 160], arrow: 18, count: 18, digit: 7, larger: 1} as const;
const FAR = {lines: [154, 182, 182], arrow: 18, count: 26, digit: 11, larger: LARGER} as const;

/** How the nodes of a graph are named on them, by id; `siblings` are the names that they are seen together with. */
export function nodeNames(
  nodes: readonly FoldNode[],
  siblings: readonly string[],
): ReadonlyMap<string, NodeName> {
  const linesOf = (node: FoldNode, space: typeof NEAR | typeof FAR): readonly string[] => {
    const isGroup = node.kind === 'group';
    const digits = formatCount(node.members.length).length;
    const lines: NameLines = {
      widths: space.lines.map((width, at) => (isGroup && at === 0 ? width - space.arrow : width)),
      behind: isGroup ? space.count + space.digit * digits : 0,
      widthOf: (text) => textWidth(text, 'name') * space.larger,
    };
    return nameInLines(node.label, siblings, lines);
  };
  return new Map(
    nodes.map((node) => [node.id, {near: linesOf(node, NEAR), far: linesOf(node, FAR)}]),
  );
}

/** The name of a member as it is written in its cell of an unfolded group. */
export function cellName(name: string, members: readonly string[]): string {
  return fitMember(name, members, (text) => textWidth(text, 'cell') <= CELL_TEXT_WIDTH);
}
