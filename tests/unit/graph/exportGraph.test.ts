import {describe, expect, it} from 'vitest';
import {
  graphDot,
  graphMermaid,
  graphSvg,
  type TextInput,
} from '../../../renderer/graph/exportGraph';
import {arrange} from '../../../renderer/graph/arrange';
import {foldStudy} from '../../../renderer/groups/fold';
import {nodeNames} from '../../../renderer/graph/nodeNames';
import {layoutGraph} from '../../../renderer/graph/layoutGraph';
import {foldable, graphOf} from '../groups/corpusStudies';

const names = ['extract', 'model_1', 'model_2', 'model_3', 'say_"hello"'];
const graph = graphOf([
  ['extract', []],
  ['model_1', ['extract']],
  ['model_2', ['extract']],
  ['model_3', ['extract']],
  ['say_"hello"', ['model_1', 'model_2']],
]);
const shown = foldStudy(
  names.map((name) => foldable(name, ['r:v2', name.startsWith('model') ? 'model.R' : `${name}.R`])),
  graph,
);
const group = shown.nodeOf.get('model_1') ?? '';
const input: TextInput = {
  name: 'my study',
  graph,
  shown,
  unfolded: new Set(),
  stateOf: () => 'up-to-date',
};

describe('graphDot', () => {
  it('writes folded groups as one node', () => {
    expect(graphDot(input)).toBe(
      [
        'digraph "my study" {',
        '  rankdir=LR;',
        '  node [shape=box, style=rounded, fontname="sans-serif"];',
        '  "extract" [label="extract\\nUp to date"];',
        `  "${group}" [label="model_* × 3\\nr:v2"];`,
        '  "say_\\"hello\\"" [label="say_\\"hello\\"\\nUp to date"];',
        `  "extract" -> "${group}";`,
        `  "${group}" -> "say_\\"hello\\"";`,
        '}',
        '',
      ].join('\n'),
    );
  });

  it('writes unfolded groups as clusters with all their edges', () => {
    const text = graphDot({...input, unfolded: new Set([group])});
    expect(text).toContain('subgraph cluster_0 {');
    expect(text).toContain('"extract" -> "model_3";');
    expect(text).toContain('"model_2" -> "say_\\"hello\\"";');
  });
});

it('graphMermaid writes a flowchart with safe names', () => {
  expect(graphMermaid(input)).toBe(
    [
      'flowchart LR',
      '  n0["extract<br/>Up to date"]',
      '  n1["model_* × 3<br/>r:v2"]',
      '  n2["say_#34;hello#34;<br/>Up to date"]',
      '  n0 --> n1',
      '  n1 --> n2',
      '',
    ].join('\n'),
  );
});

describe('graphSvg', () => {
  const layout = layoutGraph({
    nodes: shown.nodes.map(({id}) => ({id, width: 212, height: 62})),
    edges: shown.edges.map(({from, to}) => [from, to]),
  });
  const palette = Object.fromEntries(
    [
      'bg',
      'panel',
      'line',
      'ink',
      'dim',
      'faint',
      'accent',
      'accent-soft',
      'ok',
      'fail',
      'stale',
      'sans',
    ].map((token) => [token, '#123456']),
  ) as Parameters<typeof graphSvg>[0]['palette'];
  const picture = (unfolded: ReadonlySet<string>) =>
    graphSvg({
      shown,
      places: arrange(layout, new Map([...unfolded].map((id) => [id, 3]))),
      unfolded,
      stateOf: () => 'failed',
      names: nodeNames(shown.nodes, []),
      wordsOf: ({kind}) => (kind === 'group' ? ['3 failed', '6 s'] : ['exit 1', '2.0 GB']),
      outputsOf: ({members}) => ({
        highly_sensitive: 0,
        moderately_sensitive: members.length * 12,
        minimally_sensitive: 0,
      }),
      leadingOf: () => 'failed',
      palette,
    });

  it('draws every node with its state in words, and nothing from outside', () => {
    const svg = picture(new Set());
    expect(svg).toContain(
      '<title>extract, Failed, r:v2, exit 1, 2.0 GB, 12 moderately sensitive</title>',
    );
    expect(svg).toContain(
      '<title>model_* × 3, Failed, r:v2, 3 failed, 6 s, 36 moderately sensitive</title>',
    );
    expect(svg).toMatch(/<title>36 moderately sensitive<\/title>.*>36<\/text>/);
    expect(svg).toContain('>exit 1, 2.0 GB</text>');
    expect(svg).toContain('say_&quot;hello&quot;');
    expect(svg).not.toMatch(/href|url\(|<script/);
    expect(svg.match(/<g/g)?.length).toBe(svg.match(/<\/g>/g)?.length);
  });

  it('draws the members of an unfolded group', () => {
    expect(picture(new Set([group]))).toContain('<title>model_3: Failed</title>');
  });
});
