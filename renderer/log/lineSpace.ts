/** Pixels of a line that is not wrapped. */
export const LINE_HEIGHT = 18;

/** Pixels a browser can surely scroll through; a longer log is scrolled in proportion. */
const MOST_PIXELS = 8_000_000;

/** Pixels from the end within which the log follows what comes. */
const STICK_WITHIN = 24;

/** Where a log is looked at: a line, and how many of its pixels are above the view (fewer than none: below its top). */
export interface LinePlace {
  readonly line: number;
  readonly offset: number;
}

/** Where a log is looked at; `end` also while it grows. */
export type LogPlace = LinePlace | 'end';

/** How tall a line is on screen, in pixels. */
export type HeightOf = (line: number) => number;

/** The space of `lines` lines, seen through `view` pixels; of wrapped ones `lineHeight` is what they have on average. */
export function lineSpace(lines: number, view: number, lineHeight: number) {
  const real = lines * lineHeight;
  const height = Math.min(real, MOST_PIXELS);
  const room = Math.max(0, height - view);
  const furthest = Math.max(0, real - view);
  return {
    /** Height to scroll through, in pixels. */
    height,
    /** What a scroll position shows. */
    placeAt(scrollTop: number): LogPlace {
      if (scrollTop >= room - STICK_WITHIN) return 'end';
      const top = (Math.max(0, scrollTop) / room) * furthest;
      const line = Math.floor(top / lineHeight);
      return {line, offset: top - line * lineHeight};
    },
    /** The scroll position of a place. */
    scrollTo(place: LogPlace): number {
      if (place === 'end' || furthest === 0) return room;
      const top = place.line * lineHeight + place.offset;
      return Math.min(room, (Math.max(0, top) / furthest) * room);
    },
  };
}

/** The place that shows the end of a log. */
export function startOfEnd(lines: number, view: number, heightOf: HeightOf): LinePlace {
  let line = lines;
  let shown = 0;
  while (line > 0 && shown < view) {
    line -= 1;
    shown += heightOf(line);
  }
  return {line, offset: Math.max(0, shown - view)};
}

/** A place some pixels further down, or up. */
export function movedBy(
  place: LinePlace,
  pixels: number,
  lines: number,
  heightOf: HeightOf,
): LinePlace {
  let {line} = place;
  let offset = place.offset + pixels;
  while (offset < 0 && line > 0) {
    line -= 1;
    offset += heightOf(line);
  }
  while (line < lines - 1 && offset >= heightOf(line)) {
    offset -= heightOf(line);
    line += 1;
  }
  return {line, offset: Math.max(0, offset)};
}
