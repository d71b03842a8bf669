/** The grid inside an unfolded group: cells in rows from the top left, in file order. */
export interface MemberGrid {
  readonly count: number;
  readonly columns: number;
  /** Size of the whole box with its header, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Size of a cell with its gap, in pixels. */
export const CELL_WIDTH = 204;
export const CELL_HEIGHT = 32;
/** Gap between cells, part of the sizes above. */
export const CELL_GAP = 6;
/** Space for a name beside the mark in a cell, in pixels. */
export const CELL_TEXT_WIDTH = CELL_WIDTH - CELL_GAP - 34;
/** Space around the cells, and the header's height. */
const BOX_PADDING = 12;
export const BOX_HEADER = 40;

/** Twice as wide as tall reads best beside the other columns. */
const SHAPE = 1.8;

/** The grid for so many members. */
export function gridOf(count: number): MemberGrid {
  const columns = Math.max(1, Math.round(Math.sqrt((count * CELL_HEIGHT * SHAPE) / CELL_WIDTH)));
  const rows = Math.ceil(count / columns);
  return {
    count,
    columns,
    width: columns * CELL_WIDTH - CELL_GAP + 2 * BOX_PADDING,
    height: BOX_HEADER + rows * CELL_HEIGHT - CELL_GAP + BOX_PADDING,
  };
}

/** Top left corner of a cell, from the box's. */
export function cellOrigin(
  grid: MemberGrid,
  index: number,
): {readonly x: number; readonly y: number} {
  return {
    x: BOX_PADDING + (index % grid.columns) * CELL_WIDTH,
    y: BOX_HEADER + Math.floor(index / grid.columns) * CELL_HEIGHT,
  };
}

/** The cell under a point of the box, or null between cells and in the header. */
export function cellAt(grid: MemberGrid, x: number, y: number): number | null {
  const column = Math.floor((x - BOX_PADDING) / CELL_WIDTH);
  const row = Math.floor((y - BOX_HEADER) / CELL_HEIGHT);
  if (column < 0 || column >= grid.columns || row < 0) return null;
  const index = row * grid.columns + column;
  const {x: left, y: top} = cellOrigin(grid, index);
  const inside = x - left <= CELL_WIDTH - CELL_GAP && y - top <= CELL_HEIGHT - CELL_GAP;
  return inside && index < grid.count ? index : null;
}
