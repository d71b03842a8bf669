import {createTwoFilesPatch, diffLines} from 'diff';
import {withoutComments} from './scan/withoutComments';

/** How far a file's text changed. */
export interface TextChange {
  readonly lines: number;
  /** The first line that is not as it was, counted from 1 in the text of today. */
  readonly firstLine: number;
  /** Only comments and blank lines differ, as far as its language is known. */
  readonly onlyComments: boolean;
}

/** Beyond so many added and removed lines the shortest diff is not looked for: it takes their square. */
const MOST_EDITS = 600;

/** How far a script went from one text to another. */
export function textChange(path: string, before: string, after: string): TextChange {
  const code = withoutComments(path, plainLineEnds(before));
  return {
    ...changedLines(before, after),
    onlyComments: code !== null && code === withoutComments(path, plainLineEnds(after)),
  };
}

/** Lines that were changed, added or removed between two texts, a changed line counted once, and the first of them. */
export function changedLines(
  before: string,
  after: string,
): Pick<TextChange, 'lines' | 'firstLine'> {
  const parts = diffLines(plainLineEnds(before), plainLineEnds(after), {maxEditLength: MOST_EDITS});
  if (parts === undefined) {
    const {head, removed, added} = changedBlock(before, after);
    return {lines: Math.max(removed.length, added.length), firstLine: head + 1};
  }
  let lines = 0;
  let removed = 0;
  let firstLine = 0;
  let line = 1;
  for (const part of parts) {
    if ((part.added || part.removed) && firstLine === 0) firstLine = line;
    if (!part.removed) line += part.count;
    if (part.removed) {
      removed = part.count;
      continue;
    }
    lines += part.added ? Math.max(removed, part.count) : removed;
    removed = 0;
  }
  return {lines: lines + removed, firstLine};
}

/** Two texts as a unified diff. */
export interface LineDiff {
  readonly diff: string;
  /** It was not looked for the shortest one: the whole stretch between what both begin and end with is given. */
  readonly rough: boolean;
}

/** Two texts as a unified diff, the file named on both sides. */
export function unifiedDiff(
  path: string,
  before: string,
  after: string,
  [then, now]: readonly [then: string, now: string] = ['at the last success', 'now'],
): LineDiff {
  const patch = createTwoFilesPatch(
    path,
    path,
    plainLineEnds(before),
    plainLineEnds(after),
    then,
    now,
    {maxEditLength: MOST_EDITS},
  );
  if (patch !== undefined) return {diff: patch, rough: false};
  const {head, removed, added} = changedBlock(before, after);
  const diff = [
    `--- ${path}\t${then}`,
    `+++ ${path}\t${now}`,
    `@@ -${head + 1},${removed.length} +${head + 1},${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
  return {diff, rough: true};
}

/** What lies between the lines that two texts begin and end with alike. */
function changedBlock(
  before: string,
  after: string,
): {
  readonly head: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
} {
  const old = plainLineEnds(before).split('\n');
  const now = plainLineEnds(after).split('\n');
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return {
    head,
    removed: old.slice(head, old.length - tail),
    added: now.slice(head, now.length - tail),
  };
}

function plainLineEnds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
