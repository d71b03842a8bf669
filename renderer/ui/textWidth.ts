import {truncateMiddle} from '../../shared/format';

/** The faces that names are fitted in: of nodes, of cells and the words beside a name, and of rows. */
const FACES = {
  name: {weight: 600, size: 13},
  cell: {weight: 400, size: 12},
  row: {weight: 400, size: 13},
} as const;

/** One of the faces that names are fitted in. */
export type Face = keyof typeof FACES;

/** Share of its size that a letter is wide, where text can't be measured. */
const USUAL_LETTER = 0.57;

const widths: Readonly<Record<Face, Map<string, number>>> = {
  name: new Map(),
  cell: new Map(),
  row: new Map(),
};

/** The width of a text in pixels; every letter is measured once, as a thousand names share a few. */
export function textWidth(text: string, face: Face): number {
  let width = 0;
  for (const letter of text) width += letterWidth(letter, face);
  return width;
}

function letterWidth(letter: string, face: Face): number {
  const known = widths[face].get(letter);
  if (known !== undefined) return known;
  const width = measure(letter, face);
  widths[face].set(letter, width);
  return width;
}

/** Letters that names are made of, and what stands for those left out. */
const USUAL_LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ×…';

/** Measures the usual letters ahead, as each takes a look at the page's styles. */
function measureLetters(): void {
  for (const face of Object.keys(FACES) as Face[]) textWidth(USUAL_LETTERS, face);
}

let context: CanvasRenderingContext2D | null | undefined;

function measure(letter: string, face: Face): number {
  const {weight, size} = FACES[face];
  context ??= canMeasure() ? document.createElement('canvas').getContext('2d') : null;
  if (context === null) return USUAL_LETTER * size;
  const sans = getComputedStyle(document.documentElement).getPropertyValue('--sans').trim();
  context.font = `${weight} ${size}px ${sans || 'sans-serif'}`;
  return context.measureText(letter).width;
}

/** Plain tests have no page, and jsdom has no canvas. */
function canMeasure(): boolean {
  return typeof document !== 'undefined' && !navigator.userAgent.includes('jsdom');
}

const fitted = new Map<string, string>();

/** Shortens a name from its middle until it is at most `width` pixels wide. */
export function fitMiddle(name: string, width: number, face: Face = 'name'): string {
  const key = `${face} ${width} ${name}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  let letters = [...name].length;
  let text = name;
  while (letters > 1 && textWidth(text, face) > width) {
    letters -= 1;
    text = truncateMiddle(name, letters);
  }
  fitted.set(key, text);
  return text;
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
  measureLetters();
}
