/** A way the window is looked at: pixels of the screen, size of text (1 as usual), theme. */
export interface PictureLook {
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  readonly theme: 'light' | 'dark';
}

type Size = readonly [width: number, height: number, zoom: number];

const SIZES: readonly Size[] = [
  [1280, 800, 1],
  [1280, 800, 1.5],
  [1280, 800, 2],
  [1024, 700, 1],
  [1024, 700, 2],
  [1920, 1080, 1],
];

/** Every way that pictures of all states are taken in, or those that were asked for by name. */
export const LOOKS: readonly PictureLook[] = (
  process.env.STUDY_DESK_LOOKS?.split(',').map(sizeOf) ?? SIZES
).flatMap(([width, height, zoom]) =>
  (['light', 'dark'] as const).map((theme) => ({width, height, zoom, theme})),
);

/** Reads a size as it is asked for: `1024x700`, or with larger text `1024x700@125`. */
function sizeOf(text: string): Size {
  const [, width, height, percent = '100'] = /^(\d+)x(\d+)(?:@(\d+))?$/.exec(text) ?? [];
  if (width === undefined || height === undefined)
    throw new Error(`${text} is no size of a window: write 1024x700, or 1024x700@125.`);
  return [Number(width), Number(height), Number(percent) / 100];
}

/** How a look is named in files and tables, such as `1280x800 150% dark`. */
export const lookName = ({width, height, zoom, theme}: PictureLook): string =>
  `${width}x${height} ${Math.round(zoom * 100)}% ${theme}`;
