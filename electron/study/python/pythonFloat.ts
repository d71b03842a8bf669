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
