/**
 * Which cells lie on a cycle, those that need themselves included.
 * `targets[i]` are the cells that cell i points at. Tarjan's strongly connected components,
 * with an explicit stack so that long chains do not overflow.
 */
export function cyclicCells(targets: readonly ReadonlySet<number>[]): ReadonlySet<number> {
  const index = new Int32Array(targets.length).fill(-1);
  const low = new Int32Array(targets.length);
  const onStack = new Uint8Array(targets.length);
  const stack: number[] = [];
  const cyclic = new Set<number>();
  let counter = 0;

  const open = (cell: number): {cell: number; rest: Iterator<number>} => {
    index[cell] = low[cell] = counter;
    counter += 1;
    stack.push(cell);
    onStack[cell] = 1;
    return {cell, rest: (targets[cell] ?? new Set<number>()).values()};
  };
  const close = (cell: number): void => {
    if (low[cell] !== index[cell]) return;
    const component: number[] = [];
    let member: number | undefined;
    do {
      member = stack.pop();
      if (member === undefined) break;
      onStack[member] = 0;
      component.push(member);
    } while (member !== cell);
    if (component.length > 1 || targets[cell]?.has(cell) === true) {
      component.forEach((each) => cyclic.add(each));
    }
  };

  for (let root = 0; root < targets.length; root += 1) {
    if (index[root] !== -1) continue;
    const calls = [open(root)];
    for (let call = calls.at(-1); call !== undefined; call = calls.at(-1)) {
      const {cell} = call;
      const next = call.rest.next();
      if (next.done === true) {
        calls.pop();
        close(cell);
        const parent = calls.at(-1)?.cell;
        if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[cell] ?? 0);
      } else if (index[next.value] === -1) {
        calls.push(open(next.value));
      } else if (onStack[next.value] === 1) {
        low[cell] = Math.min(low[cell] ?? 0, index[next.value] ?? 0);
      }
    }
  }
  return cyclic;
}
