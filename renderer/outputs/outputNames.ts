import {formatBytes, formatCount, formatPlural, formatWhen} from '../../shared/format';
import type {OutputEntry, RowCount} from '../../shared/output';
import {STATE_WORDS, type ActionState, type ActionStatus} from '../../shared/status';
import {distinctFiles, distinctNames} from '../groups/distinctNames';
import {remember, stateOfAction} from '../state/selectors';
import {textWidth} from '../ui/textWidth';
import type {OutputRow} from './outputRows';

/** Pixels that a row takes beside its name and its detail: indentation, mark, gaps, the scroll bar. */
const TAKEN = {group: 82, file: 98} as const;
/** What is kept free for the rows of what may be a table, until they have been counted. */
const UNCOUNTED = '12,000 rows';
/** Pixels that a row stands further to the right for each level (TreeList.module.css), and between its parts. */
const INDENT = 16;
const GAP = 10;
/** Level of files that do not stand below like actions. */
const FILE_LEVEL = 3;
/** A list of fewer pixels shows no details of files, one of more their rows and size (OutputList.module.css). */
const NARROW = 260;
const WIDE = 380;
/** More files than these in one group would hold up their list: each is shortened by itself as it is drawn. */
const MOST_NAMED = 1000;

type GroupRow = Extract<OutputRow, {readonly kind: 'group'}>;
type FileRow = Extract<OutputRow, {readonly kind: 'file'}>;
type PatternRow = Extract<OutputRow, {readonly kind: 'pattern'}>;
type Statuses = ReadonlyMap<string, ActionStatus>;

/** What stands behind a pattern that no file matches yet, and where there are none at all. */
export const NONE_YET = 'none yet';

/** How many files stand below a heading. */
export function filesWords(count: number): string {
  return count === 0 ? NONE_YET : formatPlural(count, 'file');
}

/** What stands behind an action's name: how many files it has, or how they stand once these are listed. */
export function headDetail(
  row: OutputRow & {readonly kind: 'group'},
  state: ActionState,
  now: Date,
) {
  if (row.expanded !== true) return filesWords(row.count);
  if (state !== 'up-to-date') return STATE_WORDS[state].toLowerCase();
  return row.producedAt === null ? '' : formatWhen(row.producedAt, now);
}

/** Pixels of the longest text behind the names of actions, as they stand. */
export const headRoom = remember(
  (rows: readonly OutputRow[], statuses: Statuses, now: Date): number => {
    const words = new Set<string>();
    for (const row of rows)
      if (row.kind === 'group' && row.action !== null)
        words.add(headDetail(row, stateOfAction(statuses, row.action), now));
    return Math.ceil(Math.max(0, ...[...words].map((text) => textWidth(text, 'cell'))));
  },
);

/** Rows of a table in words; null for what is no table, or not yet known to be one. Never a number that was not counted. */
export function rowWords(rows: RowCount | undefined): string | null {
  if (rows === undefined || rows === 'no table') return null;
  return rows === 'not counted' ? '— rows' : formatPlural(rows, 'row');
}

/** Pixels of what stands behind a file's name in a list of this width, sorted by size or not. */
function detailWidth(
  {present, size}: OutputEntry,
  rows: RowCount | undefined,
  width: number,
  bySize: boolean,
): number {
  if (width < NARROW) return 0;
  if (!present) return textWidth(GONE, 'cell');
  const bytes = formatBytes(size);
  const words = rows === undefined ? UNCOUNTED : rowWords(rows);
  if (words === null) return textWidth(bytes, 'cell');
  const both = width < WIDE ? (bySize ? bytes : words) : `${words} · ${bytes}`;
  return Math.max(textWidth(both, 'cell'), textWidth(bytes, 'cell'));
}

/** What stands behind the name of a file that is not there. */
export const GONE = 'gone from disk';

/** How a list of outputs is shown, as far as its names are concerned. */
export interface NameSpace {
  /** Pixels of the list. */
  readonly width: number;
  /** Pixels of the longest text behind names of actions. */
  readonly headWidth: number;
  /** Rows of a file, as far as they have been counted. */
  readonly rowsOf: (file: OutputEntry) => RowCount | undefined;
  readonly bySize: boolean;
}

/** What stands for names of actions and files, distinct within a group; by row key. */
export function outputNames(
  rows: readonly OutputRow[],
  {width, headWidth, rowsOf, bySize}: NameSpace,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>([
    ...likeNames(rows, width),
    ...actionNames(rows, width - TAKEN.group - headWidth),
  ]);
  let group: (FileRow | PatternRow)[] = [];
  const nameAll = () => {
    if (group.length <= MOST_NAMED) {
      const details = group.map((row) =>
        row.kind === 'pattern'
          ? textWidth(NONE_YET, 'cell')
          : detailWidth(row.file, rowsOf(row.file), width, bySize),
      );
      const [first] = group;
      const further = ((first?.level ?? FILE_LEVEL) - FILE_LEVEL) * INDENT;
      const free = room(width - TAKEN.file - further - Math.ceil(Math.max(0, ...details)));
      const labels = distinctFiles(group.map(pathOf), free);
      for (const row of group) names.set(row.key, labels.get(pathOf(row)) ?? pathOf(row));
    }
    group = [];
  };
  for (const row of rows) {
    if (row.kind === 'file' || row.kind === 'pattern') group.push(row);
    else nameAll();
  }
  nameAll();
  return names;
}

/** Those of like actions, which stand for themselves. */
function likeNames(rows: readonly OutputRow[], width: number): ReadonlyMap<string, string> {
  const likes = rows.flatMap((row) => (row.kind === 'like' ? [row] : []));
  const behind = likes.map((row) =>
    textWidth(
      `× ${formatCount(row.actions.length)}${row.count > 0 ? `  ${filesWords(row.count)}` : ''}`,
      'cell',
    ),
  );
  const free = room(width - TAKEN.group - GAP - Math.ceil(Math.max(0, ...behind)));
  const labels = distinctNames({families: [], alone: likes.map(({words}) => words)}, free);
  return new Map(likes.map(({key, words}) => [key, labels.get(words) ?? words]));
}

/** Those of actions, by tier: in one an action may stand with those that are like it, in another alone. */
function actionNames(rows: readonly OutputRow[], width: number): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  let alone: GroupRow[] = [];
  let families: GroupRow[][] = [];
  const nameAll = () => {
    const free = room(width - (families.length > 0 ? INDENT : 0));
    const labels = distinctNames(
      {
        families: families.map((family) => family.map(({name}) => name)),
        alone: alone.map(({name}) => name),
      },
      free,
    );
    for (const {key, name} of [...alone, ...families.flat()])
      names.set(key, labels.get(name) ?? name);
    alone = [];
    families = [];
  };
  for (const row of rows) {
    if (row.kind === 'tier') nameAll();
    if (row.kind === 'like') families.push([]);
    if (row.kind !== 'group' || row.action === null) continue;
    if (row.level === 2) alone.push(row);
    else families.at(-1)?.push(row);
  }
  nameAll();
  return names;
}

function pathOf(row: FileRow | PatternRow): string {
  return row.kind === 'file' ? row.file.path : row.pattern.pattern;
}

/** Fewer pixels than these would leave names alike. */
function room(free: number): number {
  return Math.max(80, free);
}
