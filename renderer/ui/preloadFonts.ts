import {measureLetters} from './textWidth';

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
