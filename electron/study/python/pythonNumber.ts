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
