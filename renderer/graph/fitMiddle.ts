import {truncateMiddle} from '../../shared/format';
import {textWidth, type Face} from './textWidth';

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
