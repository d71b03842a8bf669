const DECIMAL =
  /^[+-]?(?:(?:\d+(?:_\d+)*)\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const NAMED = /^([+-]?)(inf|infinity|nan)$/i;
const INTEGER = /^([+-]?)(\d+(?:_\d+)*)$/;

/** Most digits of a decimal integer that Python reads. */
const LONGEST_INTEGER = 4300;

/** What Python's `float` makes of a text; null where it fails. */
export function pythonFloatOfText(text: string): number | null {
  const numeral = text.trim();
  const named = NAMED.exec(numeral);
  if (named !== null) {
    if (named[2]?.toLowerCase() === 'nan') return NaN;
    return named[1] === '-' ? -Infinity : Infinity;
  }
  return DECIMAL.test(numeral) ? Number(numeral.replaceAll('_', '')) : null;
}

/** What Python's `int` makes of a text; null where it fails. */
export function pythonIntOfText(text: string): bigint | null {
  const [, sign, digits] = INTEGER.exec(text.trim()) ?? [];
  const bare = digits?.replaceAll('_', '');
  if (bare === undefined || bare.length > LONGEST_INTEGER) return null;
  return sign === '-' ? -BigInt(bare) : BigInt(bare);
}
