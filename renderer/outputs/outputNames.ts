import {baseName} from '../../shared/outputPath';
import {tellApart} from '../groups/tellApart';
import {textWidth} from '../ui/textWidth';
import type {OutputRow} from './outputRows';

/** Pixels that a row takes beside its name and its detail: indentation, mark, gaps, the scroll bar. */
const TAKEN = {group: 70, file: 88} as const;
/** Pixels of the detail: `upstream out of date` of an action, `12,000 rows · 1.2 MB` of a file. */
const DETAIL = {group: 96, file: 64} as const;
/** More files than these in one group would hold up their list: each is shortened by itself as it is drawn. */
const MOST_TOLD = 1000;

/** What stands for names of actions and files in a list of this width, those of one group told apart; by row key. */
export function outputNames(
  rows: readonly OutputRow[],
  width: number,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const groups = rows.flatMap((row) => (row.kind === 'group' && row.action !== null ? [row] : []));
  const actions = [...new Set(groups.map(({name}) => name))];
  const heads = tellApart({families: [], alone: actions}, room('group', width));
  for (const {key, name} of groups) names.set(key, heads.get(name) ?? name);
  let files: string[] = [];
  const tell = () => {
    if (files.length <= MOST_TOLD)
      for (const [path, name] of fileNames(files, room('file', width))) names.set(path, name);
    files = [];
  };
  for (const row of rows) {
    if (row.kind === 'file') files.push(row.key);
    else tell();
  }
  tell();
  return names;
}

function room(kind: 'group' | 'file', width: number): number {
  return Math.max(80, width - TAKEN[kind] - DETAIL[kind]);
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
