/** Pixels a browser can surely scroll through; a longer table is scrolled in proportion. */
const MOST_PIXELS = 8_000_000;

/** Where the rows of a long table lie while it is scrolled. */
export interface GridSpace {
  /** Height to scroll through, in pixels. */
  readonly height: number;
  /** First row in view at a scroll position. */
  firstAt(scrollTop: number): number;
  /** Top of a row at a scroll position, in pixels of the scrolled height. */
  topOf(row: number, scrollTop: number): number;
  /** Scroll position with a row first in view. */
  scrollTo(row: number): number;
}

/** The space of `rows` rows of `rowHeight` pixels, seen through `viewHeight` pixels. */
export function gridSpace(rows: number, rowHeight: number, viewHeight: number): GridSpace {
  const real = rows * rowHeight;
  if (real <= MOST_PIXELS)
    return {
      height: real,
      firstAt: (scrollTop) => Math.floor(scrollTop / rowHeight),
      topOf: (row) => row * rowHeight,
      scrollTo: (row) => row * rowHeight,
    };
  const inView = Math.floor(viewHeight / rowHeight);
  const room = MOST_PIXELS - viewHeight;
  const last = rows - inView;
  const firstAt = (scrollTop: number): number => Math.round((scrollTop / room) * last);
  return {
    height: MOST_PIXELS,
    firstAt,
    topOf: (row, scrollTop) => scrollTop + (row - firstAt(scrollTop)) * rowHeight,
    scrollTo: (row) => Math.min(room, (row / last) * room),
  };
}
