/**
 * Every escape sequence of a terminal. Of those of `[` the first group holds the parameters and the second how it
 * ends: `m` for colour and weight.
 */
export const ESCAPES = new RegExp(
  String.raw`\u001b(?:\[([0-9;?]*)([ -/]*[@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])`,
  'g',
);

/** What is left of a line that wrote over itself with carriage returns, as a progress bar does. */
export function lastWritten(line: string): string {
  if (!line.includes('\r')) return line;
  const text = line.replace(/\r+$/u, '');
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** A line as it reads on the screen: without escape sequences, and without what was written over. */
export function plainText(line: string): string {
  const text = lastWritten(line);
  return text.includes('\u001b') ? text.replace(ESCAPES, '') : text;
}

/** What a line speaks of, as far as its words show. */
export type LogLevel = 'error' | 'warning';

const OF_AN_ERROR =
  /\b(?:[Ee]rror|ERROR|[Ee]xception|[Tt]raceback|[Ff]atal|FATAL|CRITICAL|\w*(?:Error|Exception))\b|^r\(\d+\);/;
const OF_A_WARNING = /\b(?:[Ww]arnings?|WARN(?:ING)?|\w*Warning)\b/;

const OF_ERRORS = ['rror', 'ERROR', 'xception', 'raceback', 'atal', 'FATAL', 'CRITICAL', 'r('];

/** Texts of which a line of a level, or of one above it, holds one at least. */
export const LEVEL_TEXTS: Readonly<Record<LogLevel, readonly string[]>> = {
  error: OF_ERRORS,
  warning: [...OF_ERRORS, 'arning', 'WARN'],
};

/**
 * Whether a line speaks of an error or a warning, in the words of Python, R, Stata and loggers; null where it does not.
 * It need not be one: `no error` speaks of one too.
 */
export function levelOf(text: string): LogLevel | null {
  if (OF_AN_ERROR.test(text)) return 'error';
  return OF_A_WARNING.test(text) ? 'warning' : null;
}
