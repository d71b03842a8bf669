import {baseName} from './outputPath';

/** Edits that make one text the other; swapped neighbours count once. Stops above `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({length: b.length + 1}, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforePrevious[column - 2] ?? 0) + 1);
      }
      current.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}

/** Names longer than this are compared as they are: no one mistypes them by a letter or two. */
const LONGEST_NAME = 200;

/**
 * The candidate that a mistyped name most likely stands for: nearest by edits, at most a third of
 * its length, upper and lower case alike first. Null where none is near.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  if (name.length > LONGEST_NAME) return null;
  const lower = name.toLowerCase();
  let limit = Math.max(1, Math.floor(name.length / 3));
  let nearest: string | null = null;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(lower, candidate.toLowerCase(), limit);
    if (distance > limit || (nearest !== null && distance === limit)) continue;
    nearest = candidate;
    limit = distance;
    if (distance === 0) break;
  }
  return nearest;
}

/** Candidates by how few edits they are from a name, upper and lower case alike; as they were where equally near. */
export function nearestFirst(name: string, candidates: readonly string[]): readonly string[] {
  const lower = name.slice(0, LONGEST_NAME).toLowerCase();
  return candidates
    .filter((candidate) => candidate !== name)
    .map((each) => {
      const other = each.slice(0, LONGEST_NAME).toLowerCase();
      return {each, edits: editDistance(lower, other, 2 * LONGEST_NAME)};
    })
    .sort((a, b) => a.edits - b.edits)
    .map(({each}) => each);
}

/**
 * The path that a wrong one most likely stands for: the only one of the same file name, else the nearest of those that
 * have it, else of all. Null where none is near.
 */
export function nearestPath(path: string, candidates: readonly string[]): string | null {
  const name = baseName(path).toLowerCase();
  const namesakes = candidates.filter((each) => baseName(each).toLowerCase() === name);
  const [only] = namesakes;
  if (only !== undefined && namesakes.length === 1) return only;
  return nearestName(path, only === undefined ? candidates : namesakes);
}
