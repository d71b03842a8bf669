import type {ActionGraph} from '../../shared/graph';

/** Up to `most` circles of needs that share no action, in file order, each as the path that walks it (`[a, b, a]`). */
export function findCycles(graph: ActionGraph, most: number): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const start of graph.names) {
    if (cycles.length >= most) break;
    if (state.has(start)) continue;
    const path: string[] = [start];
    const positions: number[] = [0];
    state.set(start, 'open');
    while (path.length > 0) {
      const name = path.at(-1) ?? '';
      const position = positions.at(-1) ?? 0;
      const need = graph.upstream.get(name)?.[position];
      if (need === undefined) {
        state.set(name, 'done');
        path.pop();
        positions.pop();
        continue;
      }
      positions[positions.length - 1] = position + 1;
      if (state.get(need) === 'open') {
        if (cycles.length < most) cycles.push([...path.slice(path.indexOf(need)), need]);
      } else if (!state.has(need)) {
        state.set(need, 'open');
        path.push(need);
        positions.push(0);
      }
    }
  }
  return cycles;
}
