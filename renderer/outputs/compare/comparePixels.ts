/** A picture as its dots: four bytes each, red, green, blue and how opaque, line by line. */
export interface Picture {
  readonly data: Uint8ClampedArray;
  /** Dots. */
  readonly width: number;
  readonly height: number;
}

/** How two pictures differ, dot by dot. */
export interface PixelDifference {
  /** Dots that differ, those that only one of the two has included. */
  readonly changed: number;
  /** As large as both together: what differs in full colour, the rest faint. */
  readonly picture: Picture;
}

const MARK = [214, 36, 86, 255] as const;
/** How much of the picture of now is left under the marks. */
const FAINT = 0.25;

/** Compares two pictures from their upper left corner on. Dots that can't be seen through or seen at all are the same. */
export function comparePixels(old: Picture, now: Picture): PixelDifference {
  const width = Math.max(old.width, now.width);
  const height = Math.max(old.height, now.height);
  const data = new Uint8ClampedArray(width * height * 4);
  let changed = 0;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      const before = placeOf(old, x, y);
      const after = placeOf(now, x, y);
      if (before < 0 || after < 0 || !isSame(old.data, before, now.data, after)) {
        changed += 1;
        data.set(MARK, at);
        continue;
      }
      for (let part = 0; part < 3; part += 1)
        data[at + part] = 255 - (255 - onWhite(now.data, after, part)) * FAINT;
      data[at + 3] = 255;
    }
  return {changed, picture: {data, width, height}};
}

function placeOf({width, height}: Picture, x: number, y: number): number {
  return x < width && y < height ? (y * width + x) * 4 : -1;
}

function isSame(
  old: Uint8ClampedArray,
  before: number,
  now: Uint8ClampedArray,
  after: number,
): boolean {
  if (old[before + 3] !== now[after + 3]) return false;
  return (
    old[before + 3] === 0 ||
    (old[before] === now[after] &&
      old[before + 1] === now[after + 1] &&
      old[before + 2] === now[after + 2])
  );
}

/** A colour as it looks on white paper. */
function onWhite(data: Uint8ClampedArray, at: number, part: number): number {
  const opaque = (data[at + 3] ?? 0) / 255;
  return 255 - (255 - (data[at + part] ?? 0)) * opaque;
}
