/** Which rows of two tables belong together, in the order of now, rows that are gone behind what stood before them. */
export interface AlignedRows {
  readonly length: number;
  /** Place in the earlier table by place in this list; -1 for a new row. */
  readonly old: Int32Array;
  /** Place in the table of now; -1 for a row that is gone. */
  readonly now: Int32Array;
}

/** Row by row: the first with the first; what one has more of is new or gone. */
export function alignByPosition(oldRows: number, nowRows: number): AlignedRows {
  const length = Math.max(oldRows, nowRows);
  const old = new Int32Array(length);
  const now = new Int32Array(length);
  for (let at = 0; at < length; at += 1) {
    old[at] = at < oldRows ? at : -1;
    now[at] = at < nowRows ? at : -1;
  }
  return {length, old, now};
}

/**
 * By keys, one a row. Null where a key occurs twice in one of them: it then identifies no row.
 */
export function alignByKey(
  oldKeys: readonly string[],
  nowKeys: readonly string[],
): AlignedRows | null {
  const oldPlaces = new Map<string, number>();
  for (const [at, key] of oldKeys.entries()) oldPlaces.set(key, at);
  if (oldPlaces.size !== oldKeys.length) return null;
  const partner = new Int32Array(nowKeys.length).fill(-1);
  const matched = new Int32Array(oldKeys.length).fill(-1);
  const seen = new Set<string>();
  for (const [at, key] of nowKeys.entries()) {
    if (seen.has(key)) return null;
    seen.add(key);
    const place = oldPlaces.get(key);
    if (place === undefined) continue;
    partner[at] = place;
    matched[place] = at;
  }
  return inOrder(partner, matched);
}

/** Puts rows that are gone behind the row that stood before them. */
function inOrder(partner: Int32Array, matched: Int32Array): AlignedRows {
  const goneBehind = new Map<number, number[]>();
  let goneCount = 0;
  let before = -1;
  for (const [place, at] of matched.entries()) {
    if (at >= 0) {
      before = at;
      continue;
    }
    goneCount += 1;
    const gone = goneBehind.get(before);
    if (gone === undefined) goneBehind.set(before, [place]);
    else gone.push(place);
  }
  const length = partner.length + goneCount;
  const old = new Int32Array(length);
  const now = new Int32Array(length);
  let next = 0;
  const put = (oldPlace: number, nowPlace: number): void => {
    old[next] = oldPlace;
    now[next] = nowPlace;
    next += 1;
  };
  for (const place of goneBehind.get(-1) ?? []) put(place, -1);
  for (const [at, place] of partner.entries()) {
    put(place, at);
    for (const gone of goneBehind.get(at) ?? []) put(gone, -1);
  }
  return {length, old, now};
}

/** Values of several columns as one key; a missing value is no empty one, and no text makes two keys the same. */
export function rowKey(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? '-' : `${value.length}:${value}`)).join('');
}
