import {createTwoFilesPatch, diffLines} from 'diff';
import {withoutComments} from './scan/withoutComments';

/** How far a file's text changed. */
export interface TextChange {
  readonly lines: number;
  /** Only comments and blank lines differ, as far as its language can be told. */
  readonly onlyComments: boolean;
}

/** How far a script went from one text to another. */
export function textChange(path: string, before: string, after: string): TextChange {
  const code = withoutComments(path, plainLineEnds(before));
  return {
    lines: changedLines(before, after),
    onlyComments: code !== null && code === withoutComments(path, plainLineEnds(after)),
  };
}

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
