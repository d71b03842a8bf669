import {pythonFloatOfText, pythonIntOfText} from '../yaml/pythonNumeral';
import type {YamlValue} from '../yaml/yamlValue';

/** What Python's `float(value)` gives; null where it fails (E-VERSION-TYPE). */
export function pythonFloatOf(value: YamlValue): number | null {
  switch (value.kind) {
    case 'integer':
      return Number(value.value);
    case 'float':
      return value.value;
    case 'boolean':
      return value.value ? 1 : 0;
    case 'text':
      return pythonFloatOfText(value.text);
    default:
      return null;
  }
}

/** What Python's `int(value)` gives; null where it fails (E-EXPECT-NUMBER). Infinity stays what it is. */
export function pythonIntOf(value: YamlValue): number | null {
  if (value.kind === 'text') {
    const whole = pythonIntOfText(value.text);
    return whole === null ? null : Number(whole);
  }
  const number = pythonFloatOf(value);
  return number === null || Number.isNaN(number) ? null : Math.trunc(number);
}

/** A number as Python writes a float: `1000.0`, `1e+16`, `inf`, `nan`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text =
    exponent < 0 ? value.toFixed(Math.max(0, digitsAfterPoint(mantissa) - exponent)) : plain(value);
  return text.includes('.') ? text : `${text}.0`;
}

function digitsAfterPoint(mantissa: string): number {
  return mantissa.includes('.') ? mantissa.length - mantissa.indexOf('.') - 1 : 0;
}

function plain(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
