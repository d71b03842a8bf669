/** Control characters but tabs, and marks that turn the direction of writing or break a line without being seen. */
const STEERING =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/**
 * Text of others, such as names and log lines, on one line with everything in it seen: what would steer a terminal, break
 * the line or turn the direction of writing stands there as a sign (`␛`, `␊`, `‹U+202E›`) and does nothing. Tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(STEERING, signOf);
}

function signOf(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}
