import {describe, expect, it} from 'vitest';
import {arrange, boundsOf, type Rect} from '../../../renderer/graph/arrange';
import {foldStudy} from '../../../renderer/groups/fold';
import {requestLayout, structureKey} from '../../../renderer/graph/layoutCache';
import {layoutGraph, type LayoutInput} from '../../../renderer/graph/layoutGraph';
import {cellAt, cellOrigin, gridOf} from '../../../renderer/graph/memberGrid';
import {edgeKey, routeEdges} from '../../../renderer/graph/routeEdges';
import {decodeLayout, encodeLayout} from '../../../renderer/graph/studyLayout';
import {
  decodeView,
  encodeView,
  fitView,
  structureHash,
  showsSome,
} from '../../../renderer/graph/viewMemory';
import {walk} from '../../../renderer/graph/walk';
import {corpusStudies} from '../groups/corpusStudies';

const size = {width: 212, height: 62};
const nodes = (...ids: readonly string[]): LayoutInput['nodes'] => ids.map((id) => ({id, ...size}));

const overlap = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function expectApart(rects: readonly Rect[]): void {
  rects.forEach((a, index) => {
    expect(rects.slice(index + 1).filter((b) => overlap(a, b))).toEqual([]);
  });
}

describe('layoutGraph', () => {
  it('sets nodes in columns along the edges', () => {
    const {nodes: placed} = layoutGraph({
      nodes: nodes('a', 'b', 'c', 'd'),
      edges: [
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'd'],
        ['c', 'd'],
      ],
    });
    expect(placed.map(({id, column}) => [id, column])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 1],
      ['d', 2],
    ]);
    expectApart(placed);
  });

  it('sets a column that would be too tall in several', () => {
    const ends = Array.from({length: 40}, (_, index) => `end_${index}`);
    const {nodes: placed} = layoutGraph({
      nodes: nodes('start', ...ends),
      edges: ends.map((end) => ['start', end] as const),
    });
    expectApart(placed);
    const bounds = boundsOf(placed);
    expect(bounds.height).toBeLessThan(1200);
  });

  it('keeps a chain straight that has needs from far before', () => {
    const chain = Array.from({length: 30}, (_, index) => `step_${index}`);
    const {nodes: placed} = layoutGraph({
      nodes: nodes(...chain),
      edges: chain.flatMap((to, index) =>
        chain.slice(0, index).map((from): readonly [string, string] => [from, to]),
      ),
    });
    expect(new Set(placed.map(({y}) => y)).size).toBe(1);
    expect(placed.map(({column}) => column)).toEqual(chain.map((_, index) => index));
  });

  it('puts actions that nothing joins behind the others', () => {
    const {nodes: placed} = layoutGraph({nodes: nodes('a', 'b', 'lone'), edges: [['a', 'b']]});
    const x = new Map(placed.map((node) => [node.id, node.x]));
    expect(x.get('lone')).toBeGreaterThan(x.get('b') ?? Infinity);
  });

  it('lays out nothing as nothing', () => {
    expect(layoutGraph({nodes: [], edges: []}).nodes).toEqual([]);
  });

  const studies = corpusStudies();
  it.skipIf(studies === null)('keeps every study’s nodes apart and its edges rightwards', () => {
    for (const {file, actions, graph} of studies ?? []) {
      const folded = foldStudy(actions, graph);
      const {nodes: placed} = layoutGraph({
        nodes: folded.nodes.map(({id}) => ({id, ...size})),
        edges: folded.edges.map(({from, to}) => [from, to]),
      });
      expect(placed.length, file).toBe(folded.nodes.length);
      expectApart(placed);
      const x = new Map(placed.map((node) => [node.id, node.x]));
      const back = folded.edges.filter(({from, to}) => (x.get(from) ?? 0) >= (x.get(to) ?? 0));
      expect(back, file).toEqual([]);
    }
  });
});

it('structureKey is the same for the same structure, and lays it out once', async () => {
  const input: LayoutInput = {nodes: nodes('a', 'b'), edges: [['a', 'b']]};
  const key = structureKey(input);
  expect(structureKey({nodes: nodes('a', 'b'), edges: [['a', 'b']]})).toBe(key);
  expect(structureKey({nodes: nodes('a', 'b'), edges: []})).not.toBe(key);
  const first = await requestLayout(key, input);
  expect(await requestLayout(key, input)).toBe(first);
});

describe('a kept layout', () => {
  const input: LayoutInput = {nodes: nodes('b', 'lone', 'a'), edges: [['a', 'b']]};
  const layout = layoutGraph(input);

  it('comes back as it was', () => {
    expect(layout.nodes.map(({id}) => id)).toEqual(['b', 'lone', 'a']);
    expect(decodeLayout(encodeLayout(layout), input)).toEqual(layout);
  });

  it('is refused where it is of other nodes or can’t be read', () => {
    expect(decodeLayout(encodeLayout(layout), {...input, nodes: nodes('a', 'b')})).toBeNull();
    expect(decodeLayout('1 2 3,x y z,1 2 3', input)).toBeNull();
    expect(decodeLayout('', input)).toBeNull();
  });
});

describe('arrange', () => {
  const input: LayoutInput = {
    nodes: nodes('a', 'b', 'c', 'd'),
    edges: [
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'd'],
      ['c', 'd'],
    ],
  };
  const layout = layoutGraph(input);
  const folded = arrange(layout, new Map());
  const unfolded = arrange(layout, new Map([['b', 1100]]));

  it('leaves the layout alone while nothing is unfolded', () => {
    for (const node of layout.nodes)
      expect(folded.get(node.id)).toMatchObject({x: node.x, y: node.y});
  });

  it('grows a group from where it is and moves the rest aside', () => {
    const grid = gridOf(1100);
    expect(unfolded.get('b')).toEqual({...folded.get('b'), width: grid.width, height: grid.height});
    expect(unfolded.get('a')).toEqual(folded.get('a'));
    expect(unfolded.get('c')?.y).toBe((folded.get('c')?.y ?? 0) + grid.height - size.height);
    expect(unfolded.get('d')?.x).toBe((folded.get('d')?.x ?? 0) + grid.width - size.width);
    expectApart([...unfolded.values()]);
  });
});

it('gridOf holds every member, and finds it under the mouse', () => {
  for (const count of [1, 3, 24, 1100]) {
    const grid = gridOf(count);
    for (const index of [0, Math.floor(count / 2), count - 1]) {
      const {x, y} = cellOrigin(grid, index);
      expect(cellAt(grid, x + 5, y + 5)).toBe(index);
      expect(x + 5).toBeLessThan(grid.width);
      expect(y + 5).toBeLessThan(grid.height);
    }
    expect(cellAt(grid, 4, 4)).toBeNull();
    expect(cellAt(grid, grid.width + 300, grid.height - 20)).toBeNull();
  }
});

describe('walk', () => {
  const graph = {
    nodes: ['a', 'b', 'c', 'd'].map((id) => ({
      id,
      kind: 'action' as const,
      label: id,
      image: '',
      members: [id],
    })),
    edges: [
      {from: 'a', to: 'b', count: 1},
      {from: 'a', to: 'c', count: 1},
      {from: 'c', to: 'd', count: 1},
    ],
  };
  const places = new Map([
    ['a', {x: 0, y: 90, ...size}],
    ['b', {x: 300, y: 0, ...size}],
    ['c', {x: 300, y: 100, ...size}],
    ['d', {x: 600, y: 100, ...size}],
  ]);

  it('goes along edges to the nearest, and up and down in the column', () => {
    expect(walk(graph, places, 'a', 'right')).toBe('c');
    expect(walk(graph, places, 'c', 'right')).toBe('d');
    expect(walk(graph, places, 'd', 'left')).toBe('c');
    expect(walk(graph, places, 'c', 'up')).toBe('b');
    expect(walk(graph, places, 'b', 'down')).toBe('c');
    expect(walk(graph, places, 'd', 'right')).toBeNull();
    expect(walk(graph, places, 'a', 'up')).toBeNull();
  });
});

describe('the view', () => {
  it('shows a small graph whole and at most at its own size', () => {
    const view = fitView({x: 0, y: 0, width: 700, height: 300}, {width: 1000, height: 600});
    expect(view.zoom).toBe(1);
    expect(view.x).toBe(150);
    // in a small window a little smaller than it is read with ease
    const small = fitView({x: 0, y: 0, width: 1000, height: 300}, {width: 452, height: 600});
    expect(small.zoom).toBeCloseTo(0.42);
  });

  it('opens a large one readable at its left end', () => {
    const view = fitView({x: 100, y: -500, width: 9000, height: 1000}, {width: 1000, height: 600});
    expect(view.zoom).toBe(0.55);
    expect(100 * view.zoom + view.x).toBe(16);
  });

  it('opens one that is too high with what it begins with in sight', () => {
    const bounds = {x: 0, y: 0, width: 900, height: 2000};
    const size = {width: 360, height: 300};
    const topOf = (y: number, height: number) => {
      const view = fitView(bounds, size, 0.9, {x: 0, y, width: 212, height});
      return y * view.zoom + view.y;
    };
    // in the middle of what is free of the buttons above and of the foot, 184 pixels
    expect(topOf(1000, 62)).toBeCloseTo(60 + (184 - 62 * 0.9) / 2);
    // at an end of the graph, and where it begins with more than there is space for
    expect(topOf(0, 62)).toBe(60);
    expect(topOf(1938, 62)).toBeCloseTo(244 - 62 * 0.9);
    expect(topOf(300, 1400)).toBeCloseTo(60);
  });

  it('is not kept where it would show nothing', () => {
    const [node, size] = [
      {x: 0, y: 300, width: 212, height: 62},
      {width: 400, height: 300},
    ];
    const shows = (y: number) => showsSome([node], {x: 0, y, zoom: 0.5}, size);
    expect(shows(0)).toBe(true);
    // below the canvas, behind its foot, above it
    expect(shows(200)).toBe(false);
    expect(shows(100)).toBe(false);
    expect(shows(-190)).toBe(false);
    expect(showsSome([node], {x: 500, y: 0, zoom: 1}, {width: 400, height: 100})).toBe(true);
  });

  it('is kept for its own structure only', () => {
    const hash = structureHash('structure');
    const kept = encodeView(hash, {x: 10.4, y: -3, zoom: 0.5});
    expect(decodeView(kept, hash)).toEqual({x: 10, y: -3, zoom: 0.5});
    expect(decodeView(kept, structureHash('another'))).toBeNull();
    expect(decodeView('', hash)).toBeNull();
    expect(decodeView(`${hash} x 1 1`, hash)).toBeNull();
  });
});

describe('routeEdges', () => {
  const place = (column: number, y: number) => ({x: column * 264, y, column, ...size});
  const places = new Map([
    ['start', place(0, 0)],
    ['between', place(1, -20)],
    ['below', place(1, 90)],
    ['end', place(2, 0)],
  ]);
  const routes = routeEdges(places, [
    {from: 'start', to: 'between'},
    {from: 'start', to: 'end'},
  ]);

  it('leaves to the right and enters from the left, level', () => {
    const [curve, ...rest] = routes.get(edgeKey('start', 'between')) ?? [];
    expect(rest).toEqual([]);
    expect(curve?.slice(0, 2)).toEqual([212, 31]);
    expect(curve?.slice(6)).toEqual([264, 11]);
    expect([curve?.[3], curve?.[5]]).toEqual([31, 11]);
  });

  it('passes between the nodes of a column on its way', () => {
    const curves = routes.get(edgeKey('start', 'end')) ?? [];
    expect(curves).toHaveLength(3);
    const lane = curves[1];
    expect(lane?.slice(0, 2)).toEqual([264, 53]);
    expect(lane?.slice(6)).toEqual([476, 53]);
    expect(curves[2]?.slice(6)).toEqual([528, 31]);
  });

  const studies = corpusStudies();
  it.skipIf(studies === null)('goes through no node in any study', () => {
    for (const {file, actions, graph} of studies ?? []) {
      const folded = foldStudy(actions, graph);
      const all = arrange(
        layoutGraph({
          nodes: folded.nodes.map(({id}) => ({id, ...size})),
          edges: folded.edges.map(({from, to}) => [from, to]),
        }),
        new Map(),
      );
      const lanes = [...routeEdges(all, folded.edges).values()].flatMap((curves) =>
        curves.slice(1, -1).filter((_, index) => index % 2 === 0),
      );
      const crossed = lanes.filter(([x1, y1, , , , , x2]) =>
        [...all.values()].some(
          ({x, y, width, height}) => x < x2 && x1 < x + width && y < y1 && y1 < y + height,
        ),
      );
      expect(crossed, file).toEqual([]);
    }
  });
});
