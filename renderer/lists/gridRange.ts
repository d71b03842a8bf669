/** A cell by its places, from 0. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
}

/** A stretch of cells, first and last included. */
export interface GridRange {
  readonly rows: readonly [first: number, last: number];
  readonly columns: readonly [first: number, last: number];
}

/** The cells between two, whichever lies first. */
export function rangeBetween(from: GridCell, to: GridCell): GridRange {
  const sorted = (one: number, other: number): readonly [number, number] =>
    one <= other ? [one, other] : [other, one];
  return {rows: sorted(from.row, to.row), columns: sorted(from.column, to.column)};
}

/** Where a key takes a cell, by rows and columns; null for a key that moves nothing. */
export function keyMove(
  key: string,
  toEnd: boolean,
  size: {readonly rows: number; readonly columns: number; readonly page: number},
): readonly [rows: number, columns: number] | null {
  switch (key) {
    case 'ArrowDown':
      return [1, 0];
    case 'ArrowUp':
      return [-1, 0];
    case 'ArrowRight':
      return [0, 1];
    case 'ArrowLeft':
      return [0, -1];
    case 'PageDown':
      return [size.page, 0];
    case 'PageUp':
      return [-size.page, 0];
    case 'Home':
      return [toEnd ? -size.rows : 0, -size.columns];
    case 'End':
      return [toEnd ? size.rows : 0, size.columns];
    default:
      return null;
  }
}
