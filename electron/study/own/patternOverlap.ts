/** Parts longer than this are not compared with each other; no real file name is. */
const LONGEST_PART = 255;

/** A path that two output patterns both stand for; null where there is none. */
export function commonPath(a: string, b: string): string | null {
  const ours = a.split('/');
  const theirs = b.split('/');
  if (ours.length !== theirs.length) return null;
  const parts: string[] = [];
  for (const [index, part] of ours.entries()) {
    const common = commonName(part, theirs[index] ?? '');
    if (common === null) return null;
    parts.push(common);
  }
  return parts.join('/');
}

/** A shortest name that two patterns without slashes both stand for. */
function commonName(a: string, b: string): string | null {
  if (!a.includes('*') && !b.includes('*')) return a === b ? a : null;
  if (a.length > LONGEST_PART || b.length > LONGEST_PART || !endsFit(a, b)) return null;
  // Cells are (how much of a, how much of b) is used up; each holds how it was reached.
  const width = b.length + 1;
  const from = new Int32Array((a.length + 1) * width).fill(-1);
  const written = new Array<string>(from.length).fill('');
  const queue: number[] = [0];
  from[0] = 0;
  const reach = (cell: number, i: number, j: number, name: string, first: boolean): void => {
    const next = i * width + j;
    if (from[next] !== -1) return;
    from[next] = cell;
    written[next] = name;
    if (first) queue.unshift(next);
    else queue.push(next);
  };
  while (queue.length > 0) {
    const cell = queue.shift() ?? 0;
    const i = Math.floor(cell / width);
    const j = cell % width;
    const x = a.charAt(i);
    const y = b.charAt(j);
    const name = written[cell] ?? '';
    if (x === '' && y === '') return name;
    if (x === '*') reach(cell, i + 1, j, name, true);
    if (y === '*') reach(cell, i, j + 1, name, true);
    if (x === '*' && y !== '' && y !== '*') reach(cell, i, j + 1, name + y, false);
    if (y === '*' && x !== '' && x !== '*') reach(cell, i + 1, j, name + x, false);
    if (x !== '' && x === y && x !== '*') reach(cell, i + 1, j + 1, name + x, false);
  }
  return null;
}

/** The fixed beginnings and ends of two patterns agree as far as both are fixed. */
function endsFit(a: string, b: string): boolean {
  const head = (text: string): string =>
    text.includes('*') ? text.slice(0, text.indexOf('*')) : text;
  const tail = (text: string): string => text.slice(text.lastIndexOf('*') + 1);
  const [headA, headB, tailA, tailB] = [head(a), head(b), tail(a), tail(b)];
  return (
    (headA.startsWith(headB) || headB.startsWith(headA)) &&
    (tailA.endsWith(tailB) || tailB.endsWith(tailA))
  );
}
