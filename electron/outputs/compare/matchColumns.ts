import type {ComparedColumn} from '../../../shared/comparison';
import type {ColumnType, TableColumn} from '../../../shared/table';

/** The columns of two tables, put together by name. */
export interface MatchedColumns {
  readonly columns: readonly ComparedColumn[];
  /** Place in the earlier table by place in `columns`; -1 for a new column. */
  readonly old: readonly number[];
  /** Place in the table of now; -1 for a column that is gone. */
  readonly now: readonly number[];
}

/** Matches columns by name, the second of a name with the second; gone ones follow what came before them. */
export function matchColumns(
  old: readonly TableColumn[],
  now: readonly TableColumn[],
): MatchedColumns {
  const places = new Map<string, number[]>();
  for (const [at, {name}] of old.entries()) {
    const known = places.get(name);
    if (known === undefined) places.set(name, [at]);
    else known.push(at);
  }
  const partner = now.map(({name}) => places.get(name)?.shift() ?? -1);
  const matched = new Map(partner.map((place, at) => [place, at]));
  const found: {column: ComparedColumn; old: number; now: number}[] = [];
  const putGone = (from: number): void => {
    for (let at = from; at < old.length && !matched.has(at); at += 1)
      found.push({column: {name: old[at]?.name ?? '', side: 'gone'}, old: at, now: -1});
  };
  putGone(0);
  for (const [at, {name}] of now.entries()) {
    const place = partner[at] ?? -1;
    found.push({column: {name, side: place < 0 ? 'new' : 'both'}, old: place, now: at});
    if (place >= 0) putGone(place + 1);
  }
  return {
    columns: found.map(({column}) => column),
    old: found.map((each) => each.old),
    now: found.map((each) => each.now),
  };
}

/** Most columns that are tried as one key. */
const MOST_KEY_COLUMNS = 6;

/** Types whose values name a group or a person rather than measure it. */
const NAMING: readonly (ColumnType | null)[] = ['text', 'category', 'date', 'boolean'];

/**
 * Columns that may identify rows, by their places among the matched ones, the likeliest first: an id by itself, the
 * first columns of names, the first columns of all but measured numbers.
 */
export function keyCandidates(
  {columns, now}: MatchedColumns,
  types: readonly TableColumn[],
): readonly (readonly number[])[] {
  const typeOf = (at: number): ColumnType | null => types[now[at] ?? -1]?.type ?? null;
  const shared = columns.flatMap(({name, side}, at) => {
    const isAlone = columns.filter((other) => other.name === name).length === 1;
    return side === 'both' && isAlone ? [at] : [];
  });
  const ids = shared.filter((at) => /(^|_)id$/i.test(columns[at]?.name ?? ''));
  const names = shared.filter((at) => ids.includes(at) || NAMING.includes(typeOf(at)));
  const exact = shared.filter((at) => typeOf(at) !== 'number');
  const beginnings = (of: readonly number[]): readonly (readonly number[])[] =>
    of.slice(0, MOST_KEY_COLUMNS).map((_, last) => of.slice(0, last + 1));
  const candidates = [...ids.map((at) => [at]), ...beginnings(names), ...beginnings(exact)];
  const known = new Set<string>();
  return candidates.filter((candidate) => {
    const key = candidate.join();
    return known.has(key) ? false : known.add(key);
  });
}
