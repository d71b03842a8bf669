import {expect, it} from 'vitest';
import {importsOfFile, sourcesBelow} from './importsOf';

/** One file of a folder that imports one of another. */
interface Crossing {
  readonly file: string;
  readonly imported: string;
}

/** Folders by what they import: for each other folder, the files that make it so. */
type FolderGraph = ReadonlyMap<string, ReadonlyMap<string, readonly Crossing[]>>;

/** The folder a file counts to: the first two parts of its path, the first alone for files right below it. */
function folderOf(file: string): string {
  const parts = file.split('/');
  return parts.slice(0, parts.length > 2 ? 2 : 1).join('/');
}

function folderGraph(crossings: readonly Crossing[]): FolderGraph {
  const graph = new Map<string, Map<string, Crossing[]>>();
  for (const crossing of crossings) {
    const [from, to] = [folderOf(crossing.file), folderOf(crossing.imported)];
    if (from === to) continue;
    const known = graph.get(from) ?? new Map<string, Crossing[]>();
    graph.set(from, known);
    known.set(to, [...(known.get(to) ?? []), crossing]);
  }
  return graph;
}

/** The shortest way from a folder back to itself through others; null where there is none. */
function cycleThrough(graph: FolderGraph, start: string): readonly string[] | null {
  const ways: (readonly string[])[] = [[start]];
  const seen = new Set<string>();
  for (const way of ways) {
    for (const next of graph.get(way.at(-1) ?? '')?.keys() ?? []) {
      if (next === start) return [...way, start];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return null;
}

/** Each cycle once, step by step with the files that import across: `a -> b: a/one.ts imports b/two`. */
function cyclesIn(graph: FolderGraph): readonly string[] {
  const told = new Set<string>();
  return [...graph.keys()].flatMap((start) => {
    const cycle = cycleThrough(graph, start);
    const name = [...new Set(cycle)].sort().join(' ');
    if (cycle === null || told.has(name)) return [];
    told.add(name);
    return cycle.slice(1).flatMap((to, index) => {
      const from = cycle[index] ?? '';
      return (graph.get(from)?.get(to) ?? []).map(
        ({file, imported}) => `${from} -> ${to}: ${file} imports ${imported}`,
      );
    });
  });
}

const crossings = sourcesBelow(['shared', 'electron', 'renderer']).flatMap((file) =>
  importsOfFile(file).flatMap((imported) =>
    imported.kind === 'file' ? [{file, imported: imported.path}] : [],
  ),
);

it('folders do not import each other, neither two nor in a longer circle', () => {
  expect(folderGraph(crossings).size).toBeGreaterThan(30);
  expect(cyclesIn(folderGraph(crossings))).toEqual([]);
});

it('folders are seen to where they do', () => {
  const pair = [
    {file: 'renderer/plan/a.ts', imported: 'renderer/log/b'},
    {file: 'renderer/log/deep/c.ts', imported: 'renderer/plan/d'},
    {file: 'renderer/log/c.ts', imported: 'shared/job'},
  ];
  expect(cyclesIn(folderGraph(pair))).toEqual([
    'renderer/plan -> renderer/log: renderer/plan/a.ts imports renderer/log/b',
    'renderer/log -> renderer/plan: renderer/log/deep/c.ts imports renderer/plan/d',
  ]);
  const circle = [
    {file: 'electron/a/a.ts', imported: 'electron/b/b'},
    {file: 'electron/b/b.ts', imported: 'electron/c/c'},
    {file: 'electron/c/c.ts', imported: 'electron/a/a'},
  ];
  expect(cyclesIn(folderGraph(circle))).toHaveLength(3);
  expect(cyclesIn(folderGraph(circle.slice(1)))).toEqual([]);
});
