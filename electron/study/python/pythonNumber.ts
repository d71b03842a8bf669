import type {YamlValue} from '../yaml/yamlValue';

const DECIMAL =
  /^[+-]?(?:(?:\d+(?:_\d+)*)\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const NAMED = /^([+-]?)(inf|infinity|nan)$/i;
const INTEGER = /^[+-]?\d+(?:_\d+)*$/;

/** Python reads the decimal digits of every script; here they become ASCII. */
function withAsciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    const point = digit.codePointAt(0) ?? 0x30;
    if (point < 0x80) return digit;
    // Unicode keeps the ten digits of a script together, the zero first.
    let zero = point;
    while (zero > point - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
    return String((point - zero) % 10);
  });
}

/** What Python's `float(value)` gives; null where it fails (BEHAVIOUR §1.3). */
export function pythonFloatOf(value: YamlValue): number | null {
  switch (value.kind) {
    case 'integer':
      return Number(value.value);
    case 'float':
      return value.value;
    case 'boolean':
      return value.value ? 1 : 0;
    case 'text': {
      const text = withAsciiDigits(value.text.trim());
      const named = NAMED.exec(text);
      if (named !== null) {
        if (named[2]?.toLowerCase() === 'nan') return NaN;
        return named[1] === '-' ? -Infinity : Infinity;
      }
      return DECIMAL.test(text) ? Number(text.replaceAll('_', '')) : null;
    }
    default:
      return null;
  }
}

/** What Python's `int(value)` gives; null where it fails. Infinity stays what it is. */
export function pythonIntOf(value: YamlValue): number | null {
  if (value.kind === 'text') {
    const text = withAsciiDigits(value.text.trim());
    return INTEGER.test(text) ? Number(text.replaceAll('_', '')) : null;
  }
  const number = pythonFloatOf(value);
  return number === null || Number.isNaN(number) ? null : Math.trunc(number);
}
