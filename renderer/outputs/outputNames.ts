import {formatPlural, formatWhen} from '../../shared/format';
import {baseName} from '../../shared/outputPath';
import {STATE_WORDS, type ActionState, type ActionStatus} from '../../shared/status';
import {tellApart} from '../groups/tellApart';
import {remember, stateOfAction} from '../state/selectors';
import {textWidth} from '../ui/textWidth';
import type {OutputRow} from './outputRows';

/** Pixels that a row takes beside its name and its detail: indentation, mark, gaps, the scroll bar. */
const TAKEN = {group: 82, file: 98} as const;
/** Pixels of a file's detail, such as `12,000 rows`. */
const FILE_DETAIL = 64;
/** A list of fewer pixels shows no details of files (OutputList.module.css). */
const NARROW = 260;
/** More files than these in one group would hold up their list: each is shortened by itself as it is drawn. */
const MOST_TOLD = 1000;

type Statuses = ReadonlyMap<string, ActionStatus>;

/** What stands behind an action's name: how many files it has, or how they stand once these are listed. */
export function headDetail(
  row: OutputRow & {readonly kind: 'group'},
  state: ActionState,
  now: Date,
) {
  if (row.expanded !== true) return row.count === 0 ? 'none yet' : formatPlural(row.count, 'file');
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

/**
 * What stands for names of actions and files in a list of this width, those of one group told apart; by row key. Behind
 * names of actions stands text of `headWidth` pixels.
 */
export function outputNames(
  rows: readonly OutputRow[],
  width: number,
  headWidth: number,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const groups = rows.flatMap((row) => (row.kind === 'group' && row.action !== null ? [row] : []));
  const actions = [...new Set(groups.map(({name}) => name))];
  const heads = tellApart({families: [], alone: actions}, room(width - TAKEN.group - headWidth));
  for (const {key, name} of groups) names.set(key, heads.get(name) ?? name);
  let files: string[] = [];
  const tell = () => {
    if (files.length <= MOST_TOLD)
      for (const [path, name] of fileNames(
        files,
        room(width - TAKEN.file - (width < NARROW ? 0 : FILE_DETAIL)),
      ))
        names.set(path, name);
    files = [];
  };
  for (const row of rows) {
    if (row.kind === 'file') files.push(row.key);
    else tell();
  }
  tell();
  return names;
}

/** Fewer pixels than these would tell nothing apart. */
function room(free: number): number {
  return Math.max(80, free);
}

/** Names of files that stand together, without their folders where that is enough, and with their endings always. */
function fileNames(paths: readonly string[], width: number): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const path of paths) uses.set(baseName(path), (uses.get(baseName(path)) ?? 0) + 1);
  const nameOf = (path: string) => (uses.get(baseName(path)) === 1 ? baseName(path) : path);
  const byEnding = new Map<string, string[]>();
  for (const path of paths) {
    const ending = endingOf(nameOf(path));
    const alike = byEnding.get(ending);
    if (alike === undefined) byEnding.set(ending, [path]);
    else alike.push(path);
  }
  return new Map(
    [...byEnding].flatMap(([ending, alike]) => {
      const stemOf = (path: string) => nameOf(path).slice(0, nameOf(path).length - ending.length);
      const stems = tellApart(
        {families: [], alone: alike.map(stemOf)},
        width - textWidth(ending, 'row'),
      );
      return alike.map((path) => [path, `${stems.get(stemOf(path)) ?? stemOf(path)}${ending}`]);
    }),
  );
}

/** The ending of a file's name with its dot, such as `.csv.gz`; empty where it has none. */
function endingOf(name: string): string {
  const dot = name.indexOf('.', name.lastIndexOf('/') + 2);
  return dot < 0 ? '' : name.slice(dot);
}
