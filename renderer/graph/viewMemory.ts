import type {Rect} from './arrange';
import type {ViewTransform} from './paintGraph';

/** Down to this a graph is shown whole; one that is larger opens at its left end, with names that can be read with ease. */
const SMALLEST_WHOLE = 0.38;
const READABLE_ZOOM = 0.55;
/** Space for the buttons above, in pixels. */
export const TOP = 60;
/** Space at the edges of the canvas, in pixels. */
const SIDE = 16;
/** Space below for the overview of a graph that overflows, and for the words of a node; never a node's when fitted. */
export const FOOT = 56;

/**
 * The view that shows all of the bounds, or as much as stays above `leastZoom`, where not given as much as can be read, from
 * the left: of what is too high, as much of `start` as there is space for. `size` is that of the whole place; its foot stays
 * free.
 */
export function fitView(
  bounds: Rect,
  size: {readonly width: number; readonly height: number},
  leastZoom: number | null = null,
  start: Rect = bounds,
): ViewTransform {
  const space = size.height - TOP - FOOT;
  const wide = (size.width - 2 * SIDE) / Math.max(bounds.width, 1);
  const high = space / Math.max(bounds.height, 1);
  const whole = Math.min(1, wide, high);
  const zoom = Math.max(leastZoom ?? (whole < SMALLEST_WHOLE ? READABLE_ZOOM : 0), whole);
  const spareX = size.width - 2 * SIDE - bounds.width * zoom;
  const spare = space - bounds.height * zoom;
  const aroundStart = Math.max(0, space - start.height * zoom) / 2 - (start.y - bounds.y) * zoom;
  return {
    x: SIDE + Math.max(0, spareX / 2) - bounds.x * zoom,
    // no space is left empty at one end that there is too little of at the other
    y: TOP + (spare >= 0 ? spare / 2 : Math.max(spare, Math.min(0, aroundStart))) - bounds.y * zoom,
    zoom,
  };
}

/** Whether some of the bounds is out of the part of the place above its foot. */
export function overflows(
  bounds: Rect,
  {x, y, zoom}: ViewTransform,
  size: {readonly width: number; readonly height: number},
): boolean {
  const slack = 1;
  return (
    bounds.x * zoom + x < -slack ||
    bounds.y * zoom + y < -slack ||
    (bounds.x + bounds.width) * zoom + x > size.width + slack ||
    (bounds.y + bounds.height) * zoom + y > size.height - FOOT + slack
  );
}

/** Whether some of these is in the part of the place above its foot; true where there is no space to speak of. */
export function showsSome(
  rects: Iterable<Rect>,
  {x, y, zoom}: ViewTransform,
  {width, height}: {readonly width: number; readonly height: number},
): boolean {
  if (height <= TOP + FOOT) return true;
  for (const rect of rects) {
    const left = rect.x * zoom + x;
    const top = rect.y * zoom + y;
    const inside = left < width && left + rect.width * zoom > 0;
    if (inside && top < height - FOOT && top + rect.height * zoom > 0) return true;
  }
  return false;
}

/** A short name for a structure, so that a kept view is used for that structure only. */
export function structureHash(key: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(36);
}

/** The view as kept with the study. */
export function encodeView(hash: string, {x, y, zoom}: ViewTransform): string {
  return `${hash} ${Math.round(x)} ${Math.round(y)} ${zoom.toFixed(3)}`;
}

/** The kept view of this structure; null where it is of another or can't be read. */
export function decodeView(text: string, hash: string): ViewTransform | null {
  const [kept, ...numbers] = text.split(' ');
  const [x, y, zoom] = numbers.map(Number);
  if (kept !== hash || x === undefined || y === undefined || zoom === undefined) return null;
  return [x, y, zoom].every(Number.isFinite) && zoom > 0 ? {x, y, zoom} : null;
}
