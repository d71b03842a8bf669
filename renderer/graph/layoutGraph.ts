import dagre, {type EdgeLabel, type GraphLabel, type NodeLabel} from '@dagrejs/dagre';
import {walk} from '../../shared/graph';

/** What layout needs: sizes and edges, nothing that changes while a run goes on. */
export interface LayoutInput {
  readonly nodes: readonly {
    readonly id: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** Where a node goes: top left corner in pixels, and its column from the left, from 0. */
export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly column: number;
}

/** A finished layout, in the order of its input; nodes of one column share their x and do not overlap. */
export interface GraphLayout {
  readonly nodes: readonly PlacedNode[];
}

/** Space between two nodes of a column, in pixels. */
const ROW_GAP = 24;
/** Space between two columns, in pixels: space for an edge to curve. */
const COLUMN_GAP = 46;
/** Space between the halves of a column that was too tall, in pixels. */
const HALF_GAP = 32;
/** A column with more nodes than this is set in several, so that the whole stays readable. */
const TALLEST = 10;

/** Lays a graph out in columns from left to right along its edges; nodes without edges come last. */
export function layoutGraph(input: LayoutInput): GraphLayout {
  const joined = new Set(input.edges.flat());
  const layered = layerNodes({...input, nodes: input.nodes.filter(({id}) => joined.has(id))});
  const columns = columnsOf(layered);
  const loose = input.nodes.filter(({id}) => !joined.has(id));
  const fits = columns.every((column) => column.length <= TALLEST) && loose.length === 0;
  const placed = fits ? numberColumns(columns) : stackColumns([...columns, loose]);
  const byId = new Map(placed.map((node) => [node.id, node]));
  return {nodes: input.nodes.flatMap(({id}) => byId.get(id) ?? [])};
}

type Box = Omit<PlacedNode, 'column'>;

function layerNodes(input: LayoutInput): readonly Box[] {
  if (input.nodes.length === 0) return [];
  const graph = new dagre.graphlib.Graph<GraphLabel, NodeLabel, EdgeLabel>();
  graph.setGraph({rankdir: 'LR', nodesep: ROW_GAP, ranksep: COLUMN_GAP, ranker: 'network-simplex'});
  graph.setDefaultEdgeLabel(() => ({}));
  // the library sets what it is given last on top; given in reverse, columns keep file order
  for (const {id, width, height} of [...input.nodes].reverse()) graph.setNode(id, {width, height});
  const edges = withoutShortcuts(input.edges);
  for (const [from, to] of [...edges].reverse()) graph.setEdge(from, to);
  dagre.layout(graph);
  return input.nodes.map(({id, width, height}) => {
    const placed = graph.node(id);
    return {
      id,
      width,
      height,
      x: (placed.x ?? 0) - width / 2,
      y: (placed.y ?? 0) - height / 2,
    };
  });
}

/** Nodes by column from left to right, each from top to bottom. */
function columnsOf(boxes: readonly Box[]): readonly (readonly Box[])[] {
  const columns = new Map<number, Box[]>();
  for (const box of boxes) {
    const key = Math.round(box.x);
    const column = columns.get(key);
    if (column === undefined) columns.set(key, [box]);
    else column.push(box);
  }
  return [...columns]
    .sort(([a], [b]) => a - b)
    .map(([, column]) => [...column].sort((a, b) => a.y - b.y));
}

function numberColumns(columns: readonly (readonly Box[])[]): readonly PlacedNode[] {
  return columns.flatMap((column, index) => column.map((box) => ({...box, column: index})));
}

/**
 * Keeps the order the library found but sets tall columns in several side by side, every second
 * one half a row lower, so that an edge to the far one passes between two nodes of the near one.
 */
function stackColumns(
  columns: readonly (readonly Pick<Box, 'id' | 'width' | 'height'>[])[],
): readonly PlacedNode[] {
  const placed: PlacedNode[] = [];
  let x = 0;
  let columnIndex = 0;
  for (const column of columns.filter((each) => each.length > 0)) {
    const parts = Math.ceil(column.length / TALLEST);
    const pitch = Math.max(...column.map(({height}) => height)) + ROW_GAP;
    for (let part = 0; part < parts; part += 1) {
      const nodes = column.filter((_, index) => index % parts === part);
      const lower = part % 2 === 1 ? pitch / 2 : 0;
      const top = -(Math.ceil(column.length / parts) * pitch) / 2 + lower;
      nodes.forEach(({id, width, height}, row) => {
        const y = top + row * pitch + (pitch - ROW_GAP - height) / 2;
        placed.push({id, width, height, x, y, column: columnIndex});
      });
      x += Math.max(...nodes.map(({width}) => width)) + (part < parts - 1 ? HALF_GAP : COLUMN_GAP);
      columnIndex += 1;
    }
  }
  return placed;
}

/**
 * The edges without those that only shorten a longer way: nodes come in the same order with the rest, which
 * is drawn with fewer crossings, less space and in a fraction of the time.
 */
function withoutShortcuts(edges: LayoutInput['edges']): LayoutInput['edges'] {
  const targets = new Map<string, Set<string>>();
  for (const [from, to] of edges) {
    const known = targets.get(from);
    if (known === undefined) targets.set(from, new Set([to]));
    else known.add(to);
  }
  // one after the other, so that of two ways around a cycle one stays
  return edges.filter(([from, to]) => {
    targets.get(from)?.delete(to);
    if (reaches(targets, from, to)) return false;
    targets.get(from)?.add(to);
    return true;
  });
}

function reaches(
  targets: ReadonlyMap<string, ReadonlySet<string>>,
  start: string,
  goal: string,
): boolean {
  for (const node of walk(targets.get(start) ?? [], (name) => targets.get(name)))
    if (node === goal) return true;
  return false;
}
