import {formatCount} from '../../shared/format';
import type {ExpectedPattern, OutputEntry, OutputsListing} from '../../shared/output';
import {TIERS, type Tier} from '../../shared/sensitivity';
import type {TreeRow} from '../lists/TreeList';

/** A row of the outputs tree. Keys: `tier:…`, `action:…`, a file's path, `pattern:…`, `orphans`. */
export type OutputRow = TreeRow &
  (
    | {readonly kind: 'tier'; readonly tier: Tier; readonly count: number}
    | {
        readonly kind: 'action';
        readonly action: string;
        readonly count: number;
        readonly producedAt: string | null;
      }
    | {readonly kind: 'file'; readonly file: OutputEntry; readonly orphan: boolean}
    | {readonly kind: 'pattern'; readonly pattern: ExpectedPattern}
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

interface ActionGroup {
  readonly files: OutputEntry[];
  readonly empty: ExpectedPattern[];
}

/** Rows of the tree: tier, then action, then its files and the patterns that stand for nothing yet. */
export function outputRows(
  listing: OutputsListing,
  filter: string,
  toggled: ReadonlySet<string>,
): readonly OutputRow[] {
  const fits = fileFilter(filter);
  const filtering = filter.trim() !== '';
  const rows: OutputRow[] = [];
  for (const tier of TIERS) {
    const groups = new Map<string, ActionGroup>();
    const groupOf = (action: string): ActionGroup => {
      const group = groups.get(action) ?? {files: [], empty: []};
      groups.set(action, group);
      return group;
    };
    for (const file of listing.outputs) {
      if (file.tier === tier && fits(file.path)) groupOf(file.action).files.push(file);
    }
    for (const pattern of listing.patterns) {
      if (pattern.tier === tier && pattern.files.length === 0 && fits(pattern.pattern))
        groupOf(pattern.action).empty.push(pattern);
    }
    if (groups.size === 0) continue;
    const count = [...groups.values()].reduce((sum, group) => sum + group.files.length, 0);
    const key = `tier:${tier}`;
    const expanded = !toggled.has(key);
    rows.push({
      kind: 'tier',
      key,
      level: 1,
      expanded,
      tier,
      count,
    });
    if (!expanded) continue;
    for (const [action, group] of groups)
      rows.push(...actionRows(tier, action, group, toggled, filtering || groups.size <= 12));
  }
  const orphans = listing.orphans.filter((file) => fits(file.path));
  if (orphans.length > 0) {
    const expanded = toggled.has('orphans');
    rows.push({
      kind: 'orphans',
      key: 'orphans',
      level: 1,
      expanded,
      count: orphans.length,
    });
    if (expanded) rows.push(...orphans.map((file) => fileRow(file, 2, true)));
  }
  return rows;
}

function actionRows(
  tier: Tier,
  action: string,
  group: ActionGroup,
  toggled: ReadonlySet<string>,
  openFirst: boolean,
): readonly OutputRow[] {
  const key = `action:${tier}:${action}`;
  const expanded = openFirst !== toggled.has(key);
  const count = group.files.length;
  const heading: OutputRow = {
    kind: 'action',
    key,
    level: 2,
    expanded,
    action,
    count,
    producedAt: group.files[0]?.producedAt ?? null,
  };
  if (!expanded) return [heading];
  return [
    heading,
    ...group.files.map((file) => fileRow(file, 3, false)),
    ...group.empty.map((pattern): OutputRow => ({
      kind: 'pattern',
      key: `pattern:${action}:${pattern.pattern}`,
      level: 3,
      pattern,
    })),
  ];
}

function fileRow(file: OutputEntry, level: number, orphan: boolean): OutputRow {
  return {
    kind: 'file',
    key: file.path,
    level,
    file,
    orphan,
  };
}

/** How many files a filter leaves, for "showing x of y". */
export function countShown(listing: OutputsListing, filter: string): string {
  const fits = fileFilter(filter);
  const shown = listing.outputs.filter((file) => fits(file.path)).length;
  return `Showing ${formatCount(shown)} of ${formatCount(listing.outputs.length)}`;
}
