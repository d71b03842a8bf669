import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {findCycles} from '../../../electron/study/findCycles';
import {buildGraph} from '../../../shared/buildGraph';

const action = (name: string, ...needs: string[]) => ({name, needs});

describe('buildGraph', () => {
  it('lists what each needs and is needed by, in the order of the file', () => {
    const graph = buildGraph([
      action('d', 'c', 'b', 'c'),
      action('b', 'a'),
      action('c', 'a', 'zz'),
      action('a'),
    ]);
    expect(graph.names).toEqual(['d', 'b', 'c', 'a']);
    expect(graph.upstream.get('d')).toEqual(['b', 'c']);
    expect(graph.upstream.get('c')).toEqual(['a']);
    expect(graph.downstream.get('a')).toEqual(['b', 'c']);
    expect([...graph.rank]).toEqual([
      ['d', 2],
      ['b', 1],
      ['c', 1],
      ['a', 0],
    ]);
  });

  it('gives every action a rank, in circles too', () => {
    const graph = buildGraph([action('a', 'b'), action('b', 'a'), action('c', 'a')]);
    expect([...graph.rank.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('ranks each action above all it needs', () => {
    const studies = fc.array(fc.array(fc.nat(30), {maxLength: 4}), {maxLength: 30});
    fc.assert(
      fc.property(studies, (needs) => {
        const actions = needs.map((indices, index) =>
          action(
            `a${index}`,
            ...indices.filter((other) => other < index).map((other) => `a${other}`),
          ),
        );
        const graph = buildGraph(actions);
        for (const [name, above] of graph.upstream) {
          const highest = Math.max(-1, ...above.map((need) => graph.rank.get(need) ?? NaN));
          expect(graph.rank.get(name)).toBe(highest + 1);
        }
        expect(findCycles(graph, 1)).toEqual([]);
      }),
    );
  });
});

describe('findCycles', () => {
  it('walks the circle, back to where it began', () => {
    const graph = buildGraph([
      action('x', 'a'),
      action('a', 'b'),
      action('b', 'c'),
      action('c', 'a'),
    ]);
    expect(findCycles(graph, 1)).toEqual([['a', 'b', 'c', 'a']]);
  });

  it('finds an action that needs itself', () => {
    expect(findCycles(buildGraph([action('a', 'a')]), 1)).toEqual([['a', 'a']]);
  });

  it('finds several circles', () => {
    const graph = buildGraph([
      action('a', 'b'),
      action('b', 'a'),
      action('c', 'd'),
      action('d', 'c'),
    ]);
    expect(findCycles(graph, 5)).toEqual([
      ['a', 'b', 'a'],
      ['c', 'd', 'c'],
    ]);
    expect(findCycles(graph, 1)).toHaveLength(1);
  });
});
