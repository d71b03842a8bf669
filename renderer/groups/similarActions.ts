import type {StudySnapshot} from '../../shared/study';
import {foldedOf, SMALLEST_GROUP, type FoldedGraph, type FoldNode} from './fold';

/** The group of each action that is in one. */
export type GroupOf = ReadonlyMap<string, FoldNode>;

const NO_GROUPS: GroupOf = new Map();
const groupsIn = new WeakMap<FoldedGraph, GroupOf>();

/** The group of the graph that each action is in; the same map for each reading of project.yaml. */
export function groupsOf(study: Pick<StudySnapshot, 'project' | 'graph'> | null): GroupOf {
  if (study === null || study.project === null || study.graph === null) return NO_GROUPS;
  const folded = foldedOf(study.project, study.graph);
  const known = groupsIn.get(folded);
  if (known !== undefined) return known;
  const groupOf = new Map(
    folded.nodes.flatMap((node) =>
      node.kind === 'group' ? node.members.map((name) => [name, node] as const) : [],
    ),
  );
  groupsIn.set(folded, groupOf);
  return groupOf;
}

const NO_NAMES: readonly string[] = [];
const namesIn = new WeakMap<FoldedGraph, readonly string[]>();

/** The names of all actions and groups; the same array for each reading of project.yaml. */
export function studyNames(
  study: Pick<StudySnapshot, 'project' | 'graph'> | null,
): readonly string[] {
  if (study === null || study.project === null || study.graph === null) return NO_NAMES;
  const folded = foldedOf(study.project, study.graph);
  const known = namesIn.get(folded);
  if (known !== undefined) return known;
  const labels = folded.nodes.flatMap(({kind, label}) => (kind === 'group' ? [label] : []));
  const names = [...study.graph.names, ...labels];
  namesIn.set(folded, names);
  return names;
}

/** One part of a list: an action by itself, whose group is null, or those of a group. */
export interface ListPart {
  readonly group: FoldNode | null;
  readonly names: readonly string[];
}

/** Puts similar ones of these names where the first of them is, in their order; fewer than a group stay by themselves. */
export function groupSimilar(names: readonly string[], groupOf: GroupOf): readonly ListPart[] {
  const together = new Map<FoldNode, string[]>();
  for (const name of names) {
    const group = groupOf.get(name);
    if (group === undefined) continue;
    const known = together.get(group);
    if (known === undefined) together.set(group, [name]);
    else known.push(name);
  }
  return names.flatMap((name): readonly ListPart[] => {
    const group = groupOf.get(name);
    const members = group === undefined ? [] : (together.get(group) ?? []);
    if (group === undefined || members.length < SMALLEST_GROUP) {
      return [{group: null, names: [name]}];
    }
    return name === members[0] ? [{group, names: members}] : [];
  });
}

/** The key of a group's heading in a part of a list; names of actions hold no colon, so that it is never one of theirs. */
export function groupKey({id}: FoldNode, part?: string): string {
  return part === undefined ? `like:${id}` : `like:${part}:${id}`;
}

/** A group of more than this opens folded. */
const OPENS_WITH = 8;

/** What the groups of a list are folded by. */
export interface Folding {
  /** Keys of groups that are folded, or unfolded, against how they open. */
  readonly toggled: ReadonlySet<string>;
  /** Always to be seen. */
  readonly selection: string | null;
  /** What the query finds; null while it filters nothing. */
  readonly found?: ReadonlySet<string> | null;
}

/**
 * Whether the group of these names is unfolded: small ones open so, and so does one of which the query finds a part, and that
 * of the selected action.
 */
export function isUnfolded(
  key: string,
  names: readonly string[],
  {toggled, selection, found = null}: Folding,
  members: readonly string[] = names,
): boolean {
  const isPart = found !== null && members.some((name) => !found.has(name));
  const opens = isPart || names.length <= OPENS_WITH;
  if (toggled.has(key)) return !opens;
  return opens || (selection !== null && names.includes(selection));
}
