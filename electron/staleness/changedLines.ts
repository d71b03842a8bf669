import {createTwoFilesPatch, diffLines} from 'diff';

/** Lines that were changed, added or removed between two texts; a changed line counts once. */
export function changedLines(before: string, after: string): number {
  let lines = 0;
  let removed = 0;
  for (const part of diffLines(plainLineEnds(before), plainLineEnds(after))) {
    if (part.removed) {
      removed = part.count;
      continue;
    }
    lines += part.added ? Math.max(removed, part.count) : removed;
    removed = 0;
  }
  return lines + removed;
}

/** Two texts as a unified diff, the file named on both sides. */
export function unifiedDiff(path: string, before: string, after: string): string {
  return createTwoFilesPatch(
    path,
    path,
    plainLineEnds(before),
    plainLineEnds(after),
    'at the last success',
    'now',
  );
}

function plainLineEnds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
