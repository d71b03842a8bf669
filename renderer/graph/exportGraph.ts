import type {ActionGraph} from '../../shared/graph';
import {formatCount} from '../../shared/format';
import {STATE_WORDS, type ActionState} from '../../shared/status';
import type {FoldedGraph, FoldNode} from '../groups/fold';

export {graphSvg, type PictureInput} from './graphPicture';

/** What a text of the graph is made from: folded groups stay one node, unfolded ones become a cluster. */
export interface TextInput {
  readonly name: string;
  readonly graph: ActionGraph;
  readonly shown: Pick<FoldedGraph, 'nodes' | 'nodeOf'>;
  readonly unfolded: ReadonlySet<string>;
  readonly stateOf: (action: string) => ActionState;
}

interface TextNode {
  readonly key: string;
  readonly label: string;
}

/** The graph in Graphviz' language, to be drawn by `dot`. */
export function graphDot(input: TextInput): string {
  const {clusters, loose, edges} = partsOf(input);
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
  const line = ({key, label}: TextNode): string =>
    `${quoted(key)} [label=${quoted(label).replace(/\n/g, '\\n')}];`;
  return [
    `digraph ${quoted(input.name)} {`,
    '  rankdir=LR;',
    '  node [shape=box, style=rounded, fontname="sans-serif"];',
    ...loose.map((node) => `  ${line(node)}`),
    ...clusters.flatMap(({label, nodes}, index) => [
      `  subgraph cluster_${index} {`,
      `    label=${quoted(label)};`,
      ...nodes.map((node) => `    ${line(node)}`),
      '  }',
    ]),
    ...edges.map(([from, to]) => `  ${quoted(from)} -> ${quoted(to)};`),
    '}',
    '',
  ].join('\n');
}

/** The graph as a Mermaid flowchart, to be put into Markdown. */
export function graphMermaid(input: TextInput): string {
  const {clusters, loose, edges} = partsOf(input);
  const keys = new Map<string, string>();
  [...loose, ...clusters.flatMap(({nodes}) => nodes)].forEach(({key}, index) =>
    keys.set(key, `n${index}`),
  );
  const id = (key: string): string => keys.get(key) ?? 'n';
  // Mermaid reads entities in place of its signs
  const text = (label: string): string =>
    `"${label.replace(/[#"<>]/g, (sign) => `#${sign.charCodeAt(0)};`).replace(/\n/g, '<br/>')}"`;
  return [
    'flowchart LR',
    ...loose.map(({key, label}) => `  ${id(key)}[${text(label)}]`),
    ...clusters.flatMap(({label, nodes}, index) => [
      `  subgraph g${index}[${text(label)}]`,
      ...nodes.map((node) => `    ${id(node.key)}[${text(node.label)}]`),
      '  end',
    ]),
    ...edges.map(([from, to]) => `  ${id(from)} --> ${id(to)}`),
    '',
  ].join('\n');
}

function partsOf({graph, shown, unfolded, stateOf}: TextInput): {
  readonly clusters: readonly {readonly label: string; readonly nodes: readonly TextNode[]}[];
  readonly loose: readonly TextNode[];
  readonly edges: readonly (readonly [string, string])[];
} {
  const single = (name: string): TextNode => ({
    key: name,
    label: `${name}\n${STATE_WORDS[stateOf(name)]}`,
  });
  const groupLabel = (node: FoldNode): string =>
    `${node.label} × ${formatCount(node.members.length)}`;
  const keyOf = new Map<string, string>();
  const loose: TextNode[] = [];
  const clusters: {label: string; nodes: TextNode[]}[] = [];
  for (const node of shown.nodes) {
    const folded = node.kind === 'group' && !unfolded.has(node.id);
    for (const member of node.members) keyOf.set(member, folded ? node.id : member);
    if (folded) loose.push({key: node.id, label: `${groupLabel(node)}\n${node.image}`});
    else if (node.kind === 'group') {
      clusters.push({label: groupLabel(node), nodes: node.members.map(single)});
    } else loose.push(...node.members.map(single));
  }
  const seen = new Set<string>();
  const edges: (readonly [string, string])[] = [];
  for (const [name, to] of keyOf) {
    for (const need of graph.upstream.get(name) ?? []) {
      const from = keyOf.get(need);
      if (from === undefined || from === to || seen.has(`${from}\n${to}`)) continue;
      seen.add(`${from}\n${to}`);
      edges.push([from, to]);
    }
  }
  return {clusters, loose, edges};
}
