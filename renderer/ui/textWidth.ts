/** The faces that names are fitted in: of nodes, of cells and the words beside a name, and of rows. */
const FACES = {
  name: {weight: 600, size: 13},
  cell: {weight: 400, size: 12},
  row: {weight: 400, size: 13},
} as const;

/** One of the faces that names are fitted in. */
export type Face = keyof typeof FACES;

/** The width of a text in pixels in one of the window's faces. */
export function textWidth(text: string, face: Face): number {
  return widthIn(text, fontOf(face));
}

const fonts = new Map<Face, string>();

function fontOf(face: Face): string {
  const known = fonts.get(face);
  if (known !== undefined) return known;
  const {weight, size} = FACES[face];
  const sans = canMeasure()
    ? getComputedStyle(document.documentElement).getPropertyValue('--sans').trim()
    : '';
  const font = `${weight} ${size}px ${sans || 'sans-serif'}`;
  fonts.set(face, font);
  return font;
}

const letters = new Map<string, Map<string, number>>();

/** The width of a text in pixels in a font of CSS; every letter is measured once, as a thousand names share a few. */
export function widthIn(text: string, font: string): number {
  const known = letters.get(font) ?? new Map<string, number>();
  letters.set(font, known);
  let width = 0;
  for (const letter of text) {
    const wide = known.get(letter) ?? measure(letter, font);
    known.set(letter, wide);
    width += wide;
  }
  return width;
}

/** Letters that names are made of, and what stands for those left out. */
const USUAL_LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ×…';

let context: CanvasRenderingContext2D | null | undefined;
/** Share of its size that a letter is wide, where text can't be measured. */
const USUAL_LETTER = 0.57;

function measure(letter: string, font: string): number {
  context ??= canMeasure() ? document.createElement('canvas').getContext('2d') : null;
  if (context === null) return USUAL_LETTER * Number(/([\d.]+)px/.exec(font)?.[1]);
  context.font = font;
  return context.measureText(letter).width;
}

/** Plain tests have no page, and jsdom has no canvas. */
function canMeasure(): boolean {
  return typeof document !== 'undefined' && !navigator.userAgent.includes('jsdom');
}

/** Sizes in pixels and weights of nearly all text in the window, by the token of its family. */
const TEXTS = [
  {family: '--sans', sizes: [11, 11.5, 12, 13, 14], weights: [400, 500, 600, 650]},
  {family: '--mono', sizes: [11, 11.5, 12], weights: [400]},
] as const;

/**
 * Has the fonts looked up, which takes Chromium on Linux a millisecond or two for each size and weight, and would
 * otherwise come when everything is drawn at once.
 */
export function preloadFonts(): void {
  // jsdom has none
  if (typeof OffscreenCanvas === 'undefined') return;
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (context === null) return;
  const tokens = getComputedStyle(document.documentElement);
  for (const {family, sizes, weights} of TEXTS) {
    const names = tokens.getPropertyValue(family);
    for (const weight of weights) {
      for (const size of sizes) {
        context.font = `${String(weight)} ${String(size)}px ${names}`;
        context.measureText('a');
      }
    }
  }
  for (const face of Object.keys(FACES) as Face[]) textWidth(USUAL_LETTERS, face);
}
