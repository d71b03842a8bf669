import type {QuickFix, TextEdit} from '../../shared/problem';
import type {Place} from './yaml/yamlValue';

/**
 * The edit that puts another value in place of a scalar, in the way it is written; null where that
 * isn't certain (blocks of text, escapes, values that would need quotes).
 */
export function replaceScalar(
  text: string,
  place: Place,
  value: string,
  replacement: string,
  title: string,
): QuickFix | null {
  const written = text.slice(place.from, place.to);
  if (written === value && isPlainSafe(replacement)) {
    return {title, edits: [{from: place.from, to: place.to, insert: replacement}]};
  }
  const quote = written.charAt(0);
  const quoted = (quote === "'" || quote === '"') && written === `${quote}${value}${quote}`;
  if (quoted && !/['"\\\n]/.test(replacement)) {
    return {title, edits: [{from: place.from + 1, to: place.to - 1, insert: replacement}]};
  }
  return null;
}

/** Certain to mean the same without quotes, in flow collections too. */
export function isPlainSafe(value: string): boolean {
  return (
    /^[A-Za-z_/][\w./*~+ :=@-]*$/.test(value) &&
    !/: |:$| $| #/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  );
}

/** Where the line begins that has this offset. */
export function lineStart(text: string, offset: number): number {
  let from = offset;
  while (from > 0 && !/[\r\n]/.test(text.charAt(from - 1))) from -= 1;
  return from;
}

/** One fix as a list, none as an empty one. */
export function fixesOf(fix: QuickFix | null): readonly QuickFix[] {
  return fix === null ? [] : [fix];
}

/** The text after the edits; null where they overlap or lie outside it. Every byte outside them stays. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string | null {
  const inOrder = [...edits].sort((left, right) => left.from - right.from || left.to - right.to);
  let result = '';
  let at = 0;
  for (const {from, to, insert} of inOrder) {
    if (from < at || to < from || to > text.length) return null;
    result += text.slice(at, from) + insert;
    at = to;
  }
  return result + text.slice(at);
}
