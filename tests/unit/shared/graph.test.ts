import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {beyond, reach, walk, type ActionGraph} from '../../../shared/graph';

const upstream = new Map([
  ['extract', []],
  ['clean', ['extract']],
  ['model', ['clean']],
  ['plot', ['model', 'clean']],
  ['alone', []],
]);
const graph: ActionGraph = {
  names: [...upstream.keys()],
  upstream,
  downstream: new Map([
    ['extract', ['clean']],
    ['clean', ['model', 'plot']],
    ['model', ['plot']],
  ]),
  rank: new Map(),
};

describe('what is reached', () => {
  it('holds the start and all that follows', () => {
    const needs = (name: string) => upstream.get(name);
    expect(reach(['model'], needs)).toEqual(new Set(['model', 'clean', 'extract']));
    expect(reach(['plot', 'alone'], needs).size).toBe(5);
    expect(reach([], needs)).toEqual(new Set());
    expect(reach(['unknown'], needs)).toEqual(new Set(['unknown']));
  });

  it('ends where there is nothing next', () => {
    const next = (name: string) => (name === 'clean' ? undefined : upstream.get(name));
    expect(reach(['plot'], next)).toEqual(new Set(['plot', 'model', 'clean']));
  });

  it('is the action’s needs or dependants without itself, in a circle too', () => {
    expect(beyond(graph, 'clean', 'upstream')).toEqual(new Set(['extract']));
    expect(beyond(graph, 'extract', 'downstream')).toEqual(new Set(['clean', 'model', 'plot']));
    const circle = new Map([
      ['a', ['b']],
      ['b', ['a']],
    ]);
    const turning = {...graph, names: ['a', 'b'], upstream: circle, downstream: circle};
    expect(beyond(turning, 'a', 'upstream')).toEqual(new Set(['b']));
  });

  it('is walked no further than asked', () => {
    const asked: string[] = [];
    for (const name of walk(['plot'], (action) => (asked.push(action), upstream.get(action))))
      if (name === 'plot') break;
    expect(asked).toEqual([]);
  });

  it('is each action once, and the same as going on until nothing is new', () => {
    const names = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const edges = fc.dictionary(names, fc.array(names, {maxLength: 4}));
    fc.assert(
      fc.property(edges, fc.array(names, {maxLength: 3}), (to, from) => {
        const met = [...walk(from, (name) => to[name])];
        expect(new Set(met).size).toBe(met.length);
        let expected = new Set(from);
        for (let size = -1; size !== expected.size;) {
          size = expected.size;
          expected = new Set([...expected, ...[...expected].flatMap((name) => to[name] ?? [])]);
        }
        expect(new Set(met)).toEqual(expected);
      }),
    );
  });
});
