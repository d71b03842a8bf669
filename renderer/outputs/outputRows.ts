import {formatCount} from '../../shared/format';
import type {ExpectedPattern, OutputEntry, OutputsListing} from '../../shared/output';
import {directoryOf} from '../../shared/outputPath';
import {TIERS, type Tier} from '../../shared/sensitivity';
import {groupKey, groupSimilar, isUnfolded, type GroupOf} from '../groups/similarActions';
import type {TreeRow} from '../lists/TreeList';
import {fileNames} from '../ui/names';

/** The name of a file, and the names of those that are listed with it. */
interface FileName {
  readonly name: string;
  readonly among: readonly string[];
}

/** A row of the outputs tree. Keys: `tier:…`, `like:…`, `group:…`, a file's path, `pattern:…`, `orphans`. */
export type OutputRow = TreeRow &
  (
    | {readonly kind: 'tier'; readonly tier: Tier; readonly count: number}
    /** Like actions, which stand below it; `count` is of their files. */
    | {
        readonly kind: 'like';
        readonly words: string;
        readonly actions: readonly string[];
        readonly count: number;
      }
    | {
        readonly kind: 'group';
        /** An action, or a folder. */
        readonly name: string;
        /** Null for a folder. */
        readonly action: string | null;
        readonly count: number;
        readonly producedAt: string | null;
      }
    | (FileName & {
        readonly kind: 'file';
        readonly file: OutputEntry;
        readonly orphan: boolean;
      })
    | (FileName & {readonly kind: 'pattern'; readonly pattern: ExpectedPattern})
    | {readonly kind: 'orphans'; readonly count: number}
  );

/** A file filter: a part of the path, or a pattern with `*`. */
export function fileFilter(text: string): (path: string) => boolean {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return () => true;
  if (!wanted.includes('*')) return (path) => path.toLowerCase().includes(wanted);
  const source = wanted
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const test = new RegExp(`(?:^|/)${source}$`);
  return (path) => test.test(path.toLowerCase());
}

/** The outputs of these actions alone. */
export function outputsOf(listing: OutputsListing, actions: ReadonlySet<string>): OutputsListing {
  return {
    outputs: listing.outputs.filter(({action}) => actions.has(action)),
    patterns: listing.patterns.filter(({action}) => actions.has(action)),
    orphans: listing.orphans.filter(({action}) => actions.has(action)),
  };
}

/** By what files stand together under their tier. */
export type OutputGrouping = 'action' | 'folder';

/** In which order files stand in their group. */
export type OutputOrder = 'name' | 'newest' | 'largest';

/** How the tree is to be shown. */
export interface OutputTreeView {
  readonly filter: string;
  /** Keys of rows that are the other way round than at first. */
  readonly toggled: ReadonlySet<string>;
  readonly grouping: OutputGrouping;
  readonly order: OutputOrder;
  /** Like actions are put together. */
  readonly groupOf: GroupOf;
}

interface Group {
  readonly files: OutputEntry[];
  readonly empty: ExpectedPattern[];
}

/** A path whose letters sort as people count: `table_2` before `table_10`. A collator of the browser takes five times as long. */
function sortable(path: string): string {
  return path.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Files in the order that is asked for, those that are alike by their names. */
function inOrder(files: readonly OutputEntry[], order: OutputOrder): readonly OutputEntry[] {
  return files
    .map((file) => ({file, name: sortable(file.path)}))
    .sort((one, other) => {
      const first =
        order === 'newest'
          ? byText(other.file.producedAt, one.file.producedAt)
          : order === 'largest'
            ? other.file.size - one.file.size
            : 0;
      return first || byText(one.name, other.name);
    })
    .map(({file}) => file);
}

/** Groups of a tier that are all open at first. */
const FEW_GROUPS = 12;

/** Rows of the tree: tier, then like actions, then action or folder, then its files and the patterns that stand for nothing yet. */
export function outputRows(listing: OutputsListing, view: OutputTreeView): readonly OutputRow[] {
  const {filter, toggled, grouping, order, groupOf} = view;
  const fits = fileFilter(filter);
  const filtering = filter.trim() !== '';
  const rows: OutputRow[] = [];
  for (const tier of TIERS) {
    const groups = groupsOf(listing, tier, grouping, fits);
    if (groups.size === 0) continue;
    const count = [...groups.values()].reduce((sum, group) => sum + group.files.length, 0);
    const key = `tier:${tier}`;
    const expanded = !toggled.has(key);
    rows.push({kind: 'tier', key, level: 1, expanded, tier, count});
    if (!expanded) continue;
    const gathered =
      grouping === 'action'
        ? groupSimilar([...groups.keys()], groupOf)
        : [...groups.keys()].map((name) => ({group: null, names: [name]}));
    const openFirst = filtering || groups.size <= FEW_GROUPS;
    const headed = (name: string, level: number): readonly OutputRow[] => {
      const group = groups.get(name);
      if (group === undefined) return [];
      const headKey = `group:${tier}:${name}`;
      const isOpen = openFirst !== toggled.has(headKey);
      const heading: OutputRow = {
        kind: 'group',
        key: headKey,
        level,
        expanded: isOpen,
        name,
        action: grouping === 'action' ? name : null,
        count: group.files.length,
        producedAt: group.files[0]?.producedAt ?? null,
      };
      // what is folded is not sorted either
      return isOpen ? [heading, ...fileRows(group, order, level + 1)] : [heading];
    };
    for (const {group, names} of gathered) {
      const level = group === null ? 2 : 3;
      const below = () => names.flatMap((name) => headed(name, level));
      if (group === null) {
        rows.push(...below());
        continue;
      }
      const likeKey = groupKey(group, tier);
      const isOpen = filtering
        ? !toggled.has(likeKey)
        : isUnfolded(likeKey, names, {toggled, selection: null});
      rows.push({
        kind: 'like',
        key: likeKey,
        level: 2,
        expanded: isOpen,
        words: group.label,
        actions: names,
        count: names.reduce((sum, name) => sum + (groups.get(name)?.files.length ?? 0), 0),
      });
      if (isOpen) rows.push(...below());
    }
  }
  const orphans = listing.orphans.filter((file) => fits(file.path));
  if (orphans.length > 0) {
    const expanded = toggled.has('orphans');
    rows.push({kind: 'orphans', key: 'orphans', level: 1, expanded, count: orphans.length});
    if (expanded) rows.push(...fileRows({files: orphans, empty: []}, order, 2, true));
  }
  return rows;
}

function groupsOf(
  listing: OutputsListing,
  tier: Tier,
  grouping: OutputGrouping,
  fits: (path: string) => boolean,
): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  const orphans = new Set(listing.orphans);
  const groupOf = (action: string, path: string): Group => {
    const name = grouping === 'action' ? action : directoryOf(path) || '.';
    const group = groups.get(name) ?? {files: [], empty: []};
    groups.set(name, group);
    return group;
  };
  for (const file of listing.outputs)
    if (file.tier === tier && !orphans.has(file) && fits(file.path))
      groupOf(file.action, file.path).files.push(file);
  for (const pattern of listing.patterns)
    if (pattern.tier === tier && pattern.files.length === 0 && fits(pattern.pattern))
      groupOf(pattern.action, pattern.pattern).empty.push(pattern);
  if (grouping === 'action') return groups;
  return new Map([...groups].sort(([one], [other]) => byText(sortable(one), sortable(other))));
}

function fileRows(
  {files, empty}: Group,
  order: OutputOrder,
  level: number,
  orphan = false,
): readonly OutputRow[] {
  const sorted = inOrder(files, order);
  const names = fileNames([...sorted.map(({path}) => path), ...empty.map(({pattern}) => pattern)]);
  // of so many, each is compared with none when it is cut
  const among = names.length > MOST_COMPARED ? [] : names;
  const nameAt = (at: number): FileName => ({name: names[at] ?? '', among});
  return [
    ...sorted.map((file, at): OutputRow => ({
      ...{kind: 'file', key: file.path, level, file, orphan},
      ...nameAt(at),
    })),
    ...empty.map((pattern, at): OutputRow => ({
      ...{kind: 'pattern', key: `pattern:${pattern.action}:${pattern.pattern}`, level, pattern},
      ...nameAt(sorted.length + at),
    })),
  ];
}

/** More files than these in one group would take long to compare with each other. */
const MOST_COMPARED = 5000;

/** How many files a filter leaves, for "showing x of y". */
export function countShown(listing: OutputsListing, filter: string): string {
  const fits = fileFilter(filter);
  const shown = listing.outputs.filter((file) => fits(file.path)).length;
  return `Showing ${formatCount(shown)} of ${formatCount(listing.outputs.length)}`;
}
