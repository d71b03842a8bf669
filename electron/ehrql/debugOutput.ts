import type {Shown} from '../../shared/dataset';

const START = '<!-- start debug output --><table><thead><tr>';
const END = '</tbody></table><!-- end debug output -->';
const BETWEEN = '</tr></thead><tbody>';
const SHOW = /^Show line (\d+):/gm;
const LEFT_OUT = '&hellip;';

/** What `ehrql debug --display-format html` printed, taken apart. */
export interface DebugOutput {
  readonly shown: readonly Shown[];
  /** All else that was printed. */
  readonly rest: string;
  /** Rows that hold HTML of their own, so that their cells can't be told apart. */
  readonly unclear: number;
}

/**
 * Takes what `debug` printed apart. Of its two formats the HTML is the one that says where a table, row and cell ends,
 * and which row stands for those left out. ehrQL writes values into it as they are: nothing is decoded.
 */
export function readDebugOutput(printed: string): DebugOutput {
  const shown: Shown[] = [];
  let rest = '';
  let unclear = 0;
  let from = 0;
  for (;;) {
    const start = printed.indexOf(START, from);
    const end = start < 0 ? -1 : printed.indexOf(END, start);
    if (end < 0) break;
    const before = printed.slice(from, start);
    from = end + END.length;
    const call = [...before.matchAll(SHOW)].at(-1);
    if (call === undefined) {
      rest += before;
      continue;
    }
    rest += before.slice(0, call.index);
    const label = before.slice(call.index + call[0].length).trim();
    const table = readTable(printed.slice(start + START.length, end));
    unclear += table.unclear;
    const {columns, rows, cut} = table;
    shown.push({line: Number(call[1]), label: label === '' ? null : label, columns, rows, cut});
    if (printed[from] === '\n') from += 1;
  }
  return {shown, rest: rest + printed.slice(from), unclear};
}

function readTable(
  html: string,
): Pick<Shown, 'columns' | 'rows' | 'cut'> & {readonly unclear: number} {
  const split = html.indexOf(BETWEEN);
  const columns = piecesOf(html.slice(0, split), '<th>', '</th>');
  const rows: (readonly string[])[] = [];
  let cut = false;
  let unclear = 0;
  for (const row of piecesOf(html.slice(split + BETWEEN.length), '<tr>', '</tr>')) {
    const cells = piecesOf(row, '<td>', '</td>');
    if (cells.length > 0 && cells.every((cell) => cell === LEFT_OUT)) cut = true;
    else rows.push(cells.slice(0, columns.length));
    if (cells.length !== columns.length) unclear += 1;
  }
  return {columns, rows, cut, unclear};
}

/** What is between marks that follow each other without a gap. */
function piecesOf(html: string, open: string, close: string): readonly string[] {
  if (!html.startsWith(open) || !html.endsWith(close)) return [];
  return html.slice(open.length, -close.length).split(`${close}${open}`);
}
