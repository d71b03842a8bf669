/** A way the window is looked at: pixels of the screen, size of text (1 as usual), theme. */
export interface PictureLook {
  readonly width: number;
  readonly height: number;
  readonly zoom: number;
  readonly theme: 'light' | 'dark';
}

const SIZES = [
  [1280, 800, 1],
  [1280, 800, 1.5],
  [1280, 800, 2],
  [1920, 1080, 1],
] as const;

/** Every way that pictures of all states are taken in. */
export const LOOKS: readonly PictureLook[] = SIZES.flatMap(([width, height, zoom]) =>
  (['light', 'dark'] as const).map((theme) => ({width, height, zoom, theme})),
);

/** How a look is named in files and tables, such as `1280x800 150% dark`. */
export function lookName({width, height, zoom, theme}: PictureLook): string {
  return `${width}x${height} ${Math.round(zoom * 100)}% ${theme}`;
}
