import type {ActionGraph} from '../../shared/graph';
import type {Action, Project} from '../../shared/project';
import {cyclicCells} from './cyclicCells';
import {scriptOfRun, sharedPattern} from './runScript';

/** What folding needs to know of an action. */
export type FoldableAction = Pick<Action, 'name' | 'run'>;

/** One node of the folded graph: a single action, or a group of similar ones. */
export interface FoldNode {
  /** Stable between sessions as long as image, script and rank stay; key of the store's `folds`. */
  readonly id: string;
  readonly kind: 'action' | 'group';
  /** Name of the action, or what the members have in common. */
  readonly label: string;
  /** E.g. `r:v2`; of the first member where they differ. */
  readonly image: string;
  /** Names in file order; one for an action. */
  readonly members: readonly string[];
}

/** Needs between two nodes; `count` is how many edges between actions it replaces. */
export interface FoldEdge {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

/** A study's graph with similar actions folded together; it has no cycle. */
export interface FoldedGraph {
  readonly nodes: readonly FoldNode[];
  readonly edges: readonly FoldEdge[];
  /** Node id by action name; every action is in exactly one node. */
  readonly nodeOf: ReadonlyMap<string, string>;
}

/** Fewest actions that are a group: two are as quickly read as their group. */
export const SMALLEST_GROUP = 3;

/** Most nodes a study opens with. */
export const VISIBLE_LIMIT = 120;

/** A set of actions on the way to becoming a node. */
interface Cell {
  readonly id: string;
  readonly label: string;
  readonly members: readonly FoldableAction[];
}

/**
 * Folds actions of the same image and script into groups, splits a group by rank only where the
 * folded graph would have a cycle, and folds on by image, then by name prefix, while more than
 * `limit` nodes remain. Sizes always add up to the number of actions.
 */
export function foldStudy(
  actions: readonly FoldableAction[],
  graph: ActionGraph,
  limit: number = VISIBLE_LIMIT,
): FoldedGraph {
  const rankOf = (action: FoldableAction): number => graph.rank.get(action.name) ?? 0;
  let cells = splitCycles(gather(actions.map(singleCell), byScript), graph);
  for (const keyOf of [byImage, byPrefix, byRank]) {
    for (let size = 1; cells.length > limit && size < actions.length * 2; size *= 2) {
      cells = splitCycles(
        gather(cells, (cell) => (cell.members.length <= size ? keyOf(cell, rankOf) : null)),
        graph,
      );
    }
  }
  return toGraph(cells, graph);
}

/** A grouping rule: what a cell is parts under, or null to leave it alone. */
type KeyOf = (
  cell: Cell,
  rankOf: (action: FoldableAction) => number,
) => {readonly id: string; readonly label: string} | null;

function byScript(cell: Cell): {readonly id: string; readonly label: string} {
  const first = firstOf(cell);
  const script = scriptOfRun(first.run.argv);
  return {
    id: `script:${imageOf(first)} ${script}`,
    label: script.slice(script.lastIndexOf('/') + 1),
  };
}

const byImage: KeyOf = (cell, rankOf) => {
  const first = firstOf(cell);
  return {id: `image:${imageOf(first)} @${rankOf(first)}`, label: ''};
};

const byPrefix: KeyOf = (cell, rankOf) => {
  const first = firstOf(cell);
  const prefix = /^[^_-]*[_-]?/.exec(first.name)?.[0] ?? first.name;
  return {id: `prefix:${prefix} @${rankOf(first)}`, label: ''};
};

const byRank: KeyOf = (cell, rankOf) => ({
  id: `rank:${rankOf(firstOf(cell))}`,
  label: `step ${rankOf(firstOf(cell)) + 1}`,
});

function singleCell(action: FoldableAction): Cell {
  return {id: `action:${action.name}`, label: action.name, members: [action]};
}

/** Joins cells with the same key; those that are too few for a group stay as they are. */
function gather(cells: readonly Cell[], keyOf: (cell: Cell) => ReturnType<KeyOf>): Cell[] {
  const joined = new Map<string, {label: string; cells: Cell[]}>();
  const keys = cells.map(keyOf);
  cells.forEach((cell, index) => {
    const key = keys[index];
    if (key === null || key === undefined) return;
    const entry = joined.get(key.id) ?? {label: key.label, cells: []};
    entry.cells.push(cell);
    joined.set(key.id, entry);
  });
  const taken = new Set<Cell>();
  const groups: Cell[] = [];
  for (const [id, entry] of joined) {
    const size = entry.cells.reduce((sum, {members}) => sum + members.length, 0);
    if (entry.cells.length < 2 || size < SMALLEST_GROUP) continue;
    entry.cells.forEach((cell) => taken.add(cell));
    groups.push({id, label: entry.label, members: entry.cells.flatMap((cell) => cell.members)});
  }
  return [...cells.filter((cell) => !taken.has(cell)), ...groups];
}

/**
 * Splits by rank those cells that lie on a cycle, or hold an action that needs another of them, until there is none;
 * ranks rise along every edge, so this ends.
 */
function splitCycles(cells: readonly Cell[], graph: ActionGraph): readonly Cell[] {
  const cellOf = new Map<string, number>();
  cells.forEach((cell, index) => cell.members.forEach((action) => cellOf.set(action.name, index)));
  const inner = new Set<number>();
  const targets = cells.map((cell, place) => {
    const needed = new Set<number>();
    for (const action of cell.members) {
      for (const need of graph.upstream.get(action.name) ?? []) {
        const index = cellOf.get(need);
        if (index === place) inner.add(place);
        else if (index !== undefined) needed.add(index);
      }
    }
    return needed;
  });
  const cyclic = cyclicCells(targets);
  if (cyclic.size === 0 && inner.size === 0) return cells;
  return splitCycles(
    cells.flatMap((cell, index) =>
      cyclic.has(index) || inner.has(index) ? splitByRank(cell, graph) : [cell],
    ),
    graph,
  );
}

function splitByRank(cell: Cell, graph: ActionGraph): readonly Cell[] {
  const pieces = new Map<number, FoldableAction[]>();
  for (const action of cell.members) {
    const rank = graph.rank.get(action.name) ?? 0;
    const piece = pieces.get(rank);
    if (piece === undefined) pieces.set(rank, [action]);
    else piece.push(action);
  }
  if (pieces.size === 1) return [cell];
  return [...pieces].flatMap(([rank, members]) =>
    members.length < SMALLEST_GROUP
      ? members.map(singleCell)
      : [{id: `${cell.id} @${rank}`, label: cell.label, members}],
  );
}

function toGraph(cells: readonly Cell[], graph: ActionGraph): FoldedGraph {
  const order = new Map(graph.names.map((name, index) => [name, index]));
  const place = (action: FoldableAction): number => order.get(action.name) ?? 0;
  const sorted = cells
    .map((cell) => ({...cell, members: [...cell.members].sort((a, b) => place(a) - place(b))}))
    .sort((a, b) => place(firstOf(a)) - place(firstOf(b)));

  const nodeOf = new Map<string, string>();
  for (const cell of sorted) cell.members.forEach((action) => nodeOf.set(action.name, cell.id));
  return {nodes: nameNodes(sorted), edges: edgesBetween(nodeOf, graph), nodeOf};
}

/** The edges between nodes, each once with its count. */
export function edgesBetween(
  nodeOf: ReadonlyMap<string, string>,
  graph: ActionGraph,
): readonly FoldEdge[] {
  const counts = new Map<string, Map<string, number>>();
  for (const [name, to] of nodeOf) {
    for (const need of graph.upstream.get(name) ?? []) {
      const from = nodeOf.get(need);
      if (from === undefined || from === to) continue;
      const row = counts.get(from) ?? new Map<string, number>();
      row.set(to, (row.get(to) ?? 0) + 1);
      counts.set(from, row);
    }
  }
  return [...counts].flatMap(([from, row]) => [...row].map(([to, count]) => ({from, to, count})));
}

/** Names each group by what its members' names share, else by its script, else by its image; no two the same. */
function nameNodes(cells: readonly Cell[]): readonly FoldNode[] {
  const taken = new Set<string>();
  return cells.map((cell) => {
    const names = cell.members.map((action) => action.name);
    const first = firstOf(cell);
    const image = imageOf(first);
    const {id} = cell;
    if (names.length === 1) return {id, kind: 'action', label: cell.label, image, members: names};
    const shared = sharedPattern(names);
    const script = cell.label || first.run.imageName;
    const pattern = shared === '*' ? script : shared;
    const label = taken.has(pattern) ? `${pattern} (${script})` : pattern;
    taken.add(pattern);
    return {id, kind: 'group', label, image, members: names};
  });
}

function firstOf(cell: Cell): FoldableAction {
  const first = cell.members[0];
  if (first === undefined) throw new Error(`Cell ${cell.id} has no members.`);
  return first;
}

function imageOf(action: FoldableAction): string {
  return action.run.imageTag === ''
    ? action.run.imageName
    : `${action.run.imageName}:${action.run.imageTag}`;
}

const folded = new WeakMap<ActionGraph, FoldedGraph>();

/** The study's folded graph, folded once for each reading of project.yaml. */
export function foldedOf(project: Pick<Project, 'actions'>, graph: ActionGraph): FoldedGraph {
  const known = folded.get(graph);
  if (known !== undefined) return known;
  const fresh = foldStudy(project.actions, graph);
  folded.set(graph, fresh);
  return fresh;
}

/** Most parts that a group is taken apart into; with more, its summary shows that. */
const MOST_PARTS = 4;

/**
 * Takes groups apart whose members were kept from running by different failures: `fateOf` gives what failed before an
 * action, and is empty where nothing did.
 */
export function apartByFate(
  whole: FoldedGraph,
  graph: ActionGraph,
  fateOf: (action: string) => string,
): FoldedGraph {
  let split = false;
  const nodes = whole.nodes.flatMap((node): readonly FoldNode[] => {
    if (node.kind === 'action') return [node];
    const parts = new Map<string, string[]>();
    for (const member of node.members) {
      const fate = fateOf(member);
      const part = parts.get(fate);
      if (part === undefined) parts.set(fate, [member]);
      else part.push(member);
    }
    if (parts.size === 1 || parts.size > MOST_PARTS) return [node];
    split = true;
    return [...parts].flatMap(([fate, members]): readonly FoldNode[] =>
      members.length < SMALLEST_GROUP
        ? members.map((name) => ({
            ...{id: `action:${name}`, kind: 'action', label: name},
            ...{image: node.image, members: [name]},
          }))
        : [
            {
              ...node,
              id: fate === '' ? node.id : `${node.id} !${fate}`,
              label: sharedPattern(members),
              members,
            },
          ],
    );
  });
  if (!split) return whole;
  const nodeOf = new Map(nodes.flatMap(({id, members}) => members.map((name) => [name, id])));
  return {nodes, edges: edgesBetween(nodeOf, graph), nodeOf};
}
