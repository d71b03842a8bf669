import type {ComparedRow, RowMatching, TableDifference} from '../../../shared/comparison';
import {formatCount} from '../../../shared/format';
import type {TableColumn, TableSchema} from '../../../shared/table';
import {SourceFault, type OutputSource} from '../sources/outputSource';
import {alignByKey, alignByPosition, rowKey, type AlignedRows} from './alignRows';
import {keyCandidates, matchColumns, type MatchedColumns} from './matchColumns';
import {createRowReader, type RowReader} from './rowReader';

/** Two tables that have been compared; both sources must stay open while its rows are asked for. */
export interface ComparedTables {
  readonly difference: TableDifference;
  /** At most `count` rows from place `from`, which counts from 0; of those that are not the same alone where asked. */
  rows(from: number, count: number, onlyChanged: boolean): Promise<readonly ComparedRow[]>;
}

/** Called with how far it is, from 0 to 1; throws to give up. */
export type OnCompared = (share: number) => void;

/** Keys of so many rows are held at most; longer tables are compared by position. */
const MOST_KEYED_ROWS = 1_000_000;

/** Up to so many rows every way of putting rows together is tried; beyond, the first that serves. */
const TRIED_ROWS = 50_000;

/** Compares two tables, each read to its end. A key that can't serve is a {@link SourceFault} of the request. */
export async function compareTables(
  old: OutputSource,
  now: OutputSource,
  matching: RowMatching,
  onCompared: OnCompared = () => undefined,
): Promise<ComparedTables> {
  const [oldSchema, nowSchema] = [await old.whole(), await now.whole()];
  const matched = matchColumns(oldSchema.columns, nowSchema.columns);
  const pair: Pair = {
    matched,
    old: createRowReader(old, sizeOf(oldSchema)),
    now: createRowReader(now, sizeOf(nowSchema)),
    onCompared,
  };
  switch (matching.by) {
    case 'position':
      return comparedBy(pair, {by: 'position'}, positions(pair));
    case 'key':
      return comparedBy(pair, matching, await keyed(pair, placesOf(matched, matching.columns)));
    case 'auto':
      return fewestChanges(pair, nowSchema.columns);
  }
}

interface Pair {
  readonly matched: MatchedColumns;
  readonly old: RowReader;
  readonly now: RowReader;
  readonly onCompared: OnCompared;
}

function sizeOf({totalRows, columns}: TableSchema): {rows: number; columns: number} {
  return {rows: totalRows ?? 0, columns: columns.length};
}

function positions({old, now}: Pair): AlignedRows {
  return alignByPosition(old.count, now.count);
}

/** The places of columns by their names, for a key that was asked for. */
function placesOf({columns}: MatchedColumns, names: readonly string[]): readonly number[] {
  return names.map((name) => {
    const place = columns.findIndex((column) => column.side === 'both' && column.name === name);
    if (place >= 0) return place;
    throw new SourceFault(`Both versions must have a column "${name}" to be compared by it.`, true);
  });
}

/** Rows matched by columns; a fault of the request where those don't make every row unique. */
async function keyed(pair: Pair, places: readonly number[]): Promise<AlignedRows> {
  const rows = Math.max(pair.old.count, pair.now.count);
  if (rows > MOST_KEYED_ROWS)
    throw new SourceFault(
      `Tables of more than ${formatCount(MOST_KEYED_ROWS)} rows are compared by position only.`,
      true,
    );
  const aligned = await alignedBy(pair, places);
  if (aligned !== null) return aligned;
  const names = places.map((place) => pair.matched.columns[place]?.name).join(', ');
  throw new SourceFault(
    `Several rows have the same ${names}. Name more columns, or compare by position.`,
    true,
  );
}

async function alignedBy(pair: Pair, places: readonly number[]): Promise<AlignedRows | null> {
  const oldKeys = await keysOf(
    pair.old,
    places.map((place) => pair.matched.old[place] ?? -1),
    pair.onCompared,
  );
  if (oldKeys === null) return null;
  const nowKeys = await keysOf(
    pair.now,
    places.map((place) => pair.matched.now[place] ?? -1),
    pair.onCompared,
  );
  return nowKeys === null ? null : alignByKey(oldKeys, nowKeys);
}

/** The key of each row; null as soon as one occurs twice. */
async function keysOf(
  reader: RowReader,
  columns: readonly number[],
  onCompared: OnCompared,
): Promise<readonly string[] | null> {
  const keys: string[] = [];
  const seen = new Set<string>();
  for (let from = 0; from < reader.count; from += reader.page) {
    onCompared(0);
    const last = Math.min(reader.count, from + reader.page);
    for (const values of await reader.rowsAt(stretch(from, last))) {
      const key = rowKey(columns.map((column) => values[column] ?? null));
      if (seen.has(key)) return null;
      seen.add(key);
      keys.push(key);
    }
  }
  return keys;
}

function stretch(from: number, to: number): readonly number[] {
  return Array.from({length: to - from}, (_, at) => from + at);
}

/** The way of putting rows together that finds the fewest changes; keys win over places where both find as many. */
async function fewestChanges(pair: Pair, types: readonly TableColumn[]): Promise<ComparedTables> {
  const rows = Math.max(pair.old.count, pair.now.count);
  let best: ComparedTables | null = null;
  const served: (readonly number[])[] = [];
  for (const places of rows > MOST_KEYED_ROWS ? [] : keyCandidates(pair.matched, types)) {
    // with more columns a key that serves only finds more rows new and gone
    if (served.some((fewer) => fewer.every((place) => places.includes(place)))) continue;
    const aligned = await alignedBy(pair, places);
    if (aligned === null) continue;
    served.push(places);
    const columns = places.map((place) => pair.matched.columns[place]?.name ?? '');
    best = fewer(best, await comparedBy(pair, {by: 'key', columns}, aligned));
    // nothing can find fewer than none, and another way may find the same pairs only
    if (rows > TRIED_ROWS || costOf(best.difference) === 0 || isByPosition(aligned)) return best;
  }
  return fewer(best, await comparedBy(pair, {by: 'position'}, positions(pair)));
}

/** Matching rows have the same positions. */
function isByPosition({old, now}: AlignedRows): boolean {
  return old.every((place, at) => place === now[at]);
}

function fewer(best: ComparedTables | null, other: ComparedTables): ComparedTables {
  return best === null || costOf(other.difference) < costOf(best.difference) ? other : best;
}

/** Cells that a reader would have to look at. */
function costOf({changedCells, newRows, goneRows, columns}: TableDifference): number {
  return changedCells + (newRows + goneRows) * Math.max(1, columns.length);
}

/** Compares rows that belong together, page by page; of each only whether it changed is kept. */
async function comparedBy(
  pair: Pair,
  matching: TableDifference['matching'],
  aligned: AlignedRows,
): Promise<ComparedTables> {
  const {columns} = pair.matched;
  const step = Math.min(pair.old.page, pair.now.page);
  const counts = {changedCells: 0, changedRows: 0, newRows: 0, goneRows: 0};
  const differing: number[] = [];
  for (let from = 0; from < aligned.length; from += step) {
    pair.onCompared(from / aligned.length);
    const to = Math.min(aligned.length, from + step);
    const rows = await comparedRows(pair, aligned, stretch(from, to));
    for (const [at, {change, changed}] of rows.entries()) {
      if (change === 'same') continue;
      differing.push(from + at);
      counts.changedCells += changed.length;
      if (change === 'changed') counts.changedRows += 1;
      else if (change === 'new') counts.newRows += 1;
      else counts.goneRows += 1;
    }
  }
  const named = (side: 'new' | 'gone'): readonly string[] =>
    columns.flatMap((column) => (column.side === side ? [column.name] : []));
  const difference: TableDifference = {
    kind: 'table',
    matching,
    ...counts,
    newColumns: named('new'),
    goneColumns: named('gone'),
    columns,
    rows: aligned.length,
  };
  const places = Int32Array.from(differing);
  return {
    difference,
    rows: (from, count, onlyChanged) => {
      const last = Math.min(onlyChanged ? places.length : aligned.length, from + count);
      const wanted = onlyChanged ? [...places.subarray(from, last)] : stretch(from, last);
      return comparedRows(pair, aligned, last <= from ? [] : wanted);
    },
  };
}

async function comparedRows(
  {matched, old, now}: Pair,
  aligned: AlignedRows,
  places: readonly number[],
): Promise<readonly ComparedRow[]> {
  const there = (side: Int32Array): readonly number[] =>
    places.map((place) => side[place] ?? -1).filter((place) => place >= 0);
  const oldValues = (await old.rowsAt(there(aligned.old))).values();
  const nowValues = (await now.rowsAt(there(aligned.now))).values();
  return places.map((place): ComparedRow => {
    const [oldPlace, nowPlace] = [aligned.old[place] ?? -1, aligned.now[place] ?? -1];
    const before = oldPlace < 0 ? null : (oldValues.next().value ?? null);
    const after = nowPlace < 0 ? null : (nowValues.next().value ?? null);
    const values: (string | null)[] = [];
    const changed: {column: number; before: string | null}[] = [];
    for (const [column, {side}] of matched.columns.entries()) {
      const was = before?.[matched.old[column] ?? -1] ?? null;
      const is = after?.[matched.now[column] ?? -1] ?? null;
      values.push(side === 'gone' || after === null ? was : is);
      if (side === 'both' && before !== null && after !== null && was !== is)
        changed.push({column, before: was});
    }
    return {
      change:
        before === null ? 'new' : after === null ? 'gone' : changed.length > 0 ? 'changed' : 'same',
      oldRow: before === null ? null : oldPlace + 1,
      row: after === null ? null : nowPlace + 1,
      values,
      changed,
    };
  });
}
