import type {ChangeSet, Text} from '@codemirror/state';

const LINE_BREAK = /\r\n?|\n/g;
const BYTE_ORDER_MARK = '\ufeff';

/** A file's text as the editor shows it: no byte order mark, lines joined by LF alone. */
export function shownText(file: string): string {
  const text = file.startsWith(BYTE_ORDER_MARK) ? file.slice(1) : file;
  return text.replace(LINE_BREAK, '\n');
}

/** Where an offset of the file lies in the text that is shown of it. */
export function shownOffset(file: string, offset: number): number {
  return shownText(file.slice(0, offset)).length;
}

/**
 * The file with changes that were made in the text shown of it. Every byte outside them stays; a line that is new ends
 * as the file's first one does.
 */
export function fileAfter(file: string, shown: Text, changes: ChangeSet): string {
  if (changes.empty) return file;
  const breaks = [...file.matchAll(LINE_BREAK)];
  const starts = [
    file.startsWith(BYTE_ORDER_MARK) ? 1 : 0,
    ...breaks.map((found) => found.index + found[0].length),
  ];
  const lineBreak = breaks[0]?.[0] ?? '\n';
  const inFile = (offset: number): number => {
    const line = shown.lineAt(offset);
    return (starts[line.number - 1] ?? 0) + offset - line.from;
  };
  let after = '';
  let done = 0;
  changes.iterChanges((from, to, _from, _to, inserted) => {
    after = joined(after, file.slice(done, inFile(from)));
    after = joined(after, inserted.sliceString(0, inserted.length, lineBreak));
    done = inFile(to);
  });
  return joined(after, file.slice(done));
}

/** Two pieces in a row; a CR and an LF that come to stand together would be one line break and not two. */
function joined(before: string, after: string): string {
  const two = before.endsWith('\r') && after.startsWith('\n');
  return two ? `${before.slice(0, -1)}\n${after}` : before + after;
}
