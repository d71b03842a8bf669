/** The blanks that Python ignores around a number: unlike for `trim` NEL is one, and U+FEFF is not. */
const BLANK = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
const DECIMAL =
  /^[+-]?(?:(?:\d+(?:_\d+)*)\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const NAMED = /^([+-]?)(inf|infinity|nan)$/i;

/** Bases that Python's `int` is asked for. */
export type Base = 2 | 8 | 10 | 16;
const DIGITS: Readonly<Record<Base, RegExp>> = {
  2: /^([+-]?)(?:0[bB]_?)?([01]+(?:_[01]+)*)$/,
  8: /^([+-]?)(?:0[oO]_?)?([0-7]+(?:_[0-7]+)*)$/,
  10: /^([+-]?)(\d+(?:_\d+)*)$/,
  16: /^([+-]?)(?:0[xX]_?)?([\da-fA-F]+(?:_[\da-fA-F]+)*)$/,
};
const PREFIXES: Readonly<Record<Base, string>> = {2: '0b', 8: '0o', 10: '', 16: '0x'};

/** Most digits of a decimal integer that Python reads. */
const LONGEST_INTEGER = 4300;

/** What Python's `float` makes of a text; null where it fails. */
export function pythonFloatOfText(text: string): number | null {
  const numeral = numeralOf(text);
  const named = NAMED.exec(numeral);
  if (named !== null) {
    if (named[2]?.toLowerCase() === 'nan') return NaN;
    return named[1] === '-' ? -Infinity : Infinity;
  }
  return DECIMAL.test(numeral) ? Number(numeral.replaceAll('_', '')) : null;
}

/** What Python's `int` makes of a text; null where it fails. */
export function pythonIntOfText(text: string, base: Base = 10): bigint | null {
  const [, sign, digits] = DIGITS[base].exec(numeralOf(text)) ?? [];
  if (digits === undefined) return null;
  const bare = digits.replaceAll('_', '');
  if (base === 10 && bare.length > LONGEST_INTEGER) return null;
  const value = BigInt(PREFIXES[base] + bare);
  return sign === '-' ? -value : value;
}

/** What Python looks at of a number: without blanks around, the decimal digits of every script as ASCII. */
function numeralOf(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && BLANK.test(text.charAt(from))) from += 1;
  while (to > from && BLANK.test(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to).replace(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0x30;
    if (point < 0x80) return digit;
    // Unicode keeps the ten digits of a script together, the zero first; some scripts follow each other.
    let zero = point;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return String((point - zero) % 10);
  });
}
