import type {Place, Rect} from './arrange';
import type {FoldEdge} from '../groups/fold';

/** A cubic curve: start, two control points, end, in pixels. */
export type Curve = readonly [number, number, number, number, number, number, number, number];

/** An unfolded group keeps its edges at the height they had when it was folded. */
const LOWEST_END = 39;
/** Space an edge keeps from a node it passes, in pixels. */
const CLEARANCE = 11;

/** A column as an edge sees it on its way past: its sides and what is in it, from top to bottom. */
interface Column {
  readonly left: number;
  readonly right: number;
  readonly nodes: readonly Rect[];
}

/** Key of an edge in the answer of {@link routeEdges} and in sets of edges. */
export function edgeKey(from: string, to: string): string {
  return `${from}\n${to}`;
}

/**
 * The way of every edge, as curves: out of the right side of one node and into the left side of the
 * other, level at both ends, and between the nodes of the columns it passes, never through one.
 */
export function routeEdges(
  places: ReadonlyMap<string, Place>,
  edges: readonly Pick<FoldEdge, 'from' | 'to'>[],
): ReadonlyMap<string, readonly Curve[]> {
  const columns = columnsOf(places);
  const routes = new Map<string, readonly Curve[]>();
  for (const {from, to} of edges) {
    const [start, end] = [places.get(from), places.get(to)];
    if (start === undefined || end === undefined) continue;
    const passed = columns.slice(start.column + 1, end.column);
    routes.set(edgeKey(from, to), routeEdge(start, end, passed));
  }
  return routes;
}

function columnsOf(places: ReadonlyMap<string, Place>): readonly Column[] {
  const columns: Rect[][] = [];
  for (const place of places.values()) (columns[place.column] ??= []).push(place);
  return columns.map((nodes) => ({
    left: Math.min(...nodes.map(({x}) => x)),
    right: Math.max(...nodes.map(({x, width}) => x + width)),
    nodes: nodes.sort((a, b) => a.y - b.y),
  }));
}

function routeEdge(start: Rect, end: Rect, passed: readonly Column[]): readonly Curve[] {
  const curves: Curve[] = [];
  let x = start.x + start.width;
  let y = start.y + Math.min(start.height / 2, LOWEST_END);
  const endY = end.y + Math.min(end.height / 2, LOWEST_END);
  for (const column of passed) {
    const straight = y + ((endY - y) * (column.left - x)) / Math.max(1, end.x - x);
    const lane = freeHeight(column.nodes, straight);
    curves.push(levelCurve(x, y, column.left, lane));
    curves.push(levelCurve(column.left, lane, column.right, lane));
    x = column.right;
    y = lane;
  }
  curves.push(levelCurve(x, y, end.x, endY));
  return curves;
}

function levelCurve(x1: number, y1: number, x2: number, y2: number): Curve {
  const bend = Math.min(96, Math.abs(x2 - x1) / 2);
  return [x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2];
}

/** The height nearest to the wanted one at which no node is in the way. */
function freeHeight(nodes: readonly Rect[], wanted: number): number {
  let best = Infinity;
  let free = wanted;
  let top = -Infinity;
  const offer = (from: number, to: number): void => {
    if (from > to) return;
    const height = Math.max(from, Math.min(to, wanted));
    if (Math.abs(height - wanted) >= best) return;
    best = Math.abs(height - wanted);
    free = height;
  };
  for (const node of nodes) {
    offer(top, node.y - CLEARANCE);
    top = node.y + node.height + CLEARANCE;
  }
  offer(top, Infinity);
  return free;
}
