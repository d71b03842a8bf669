import {truncateMiddle} from '../../shared/format';

/** Letters tried where text can't be measured. */
const USUAL_LETTER = 7.4;

const fitted = new Map<string, string>();
let measure: ((text: string) => number) | null = null;

/** Shortens a name from its middle until it is at most `width` pixels wide, in the semi-bold of nodes. */
export function fitMiddle(name: string, width: number): string {
  const key = `${width} ${name}`;
  const known = fitted.get(key);
  if (known !== undefined) return known;
  measure ??= createMeasure();
  let letters = [...name].length;
  let text = name;
  while (letters > 1 && measure(text) > width) {
    letters -= 1;
    text = truncateMiddle(name, letters);
  }
  fitted.set(key, text);
  return text;
}

function createMeasure(): (text: string) => number {
  // jsdom has no canvas
  const context = navigator.userAgent.includes('jsdom')
    ? null
    : document.createElement('canvas').getContext('2d');
  if (context === null) return (text) => text.length * USUAL_LETTER;
  const sans = getComputedStyle(document.documentElement).getPropertyValue('--sans').trim();
  context.font = `600 13px ${sans || 'sans-serif'}`;
  return (text) => context.measureText(text).width;
}
