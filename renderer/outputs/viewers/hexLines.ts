const PER_LINE = 16;

/** Bytes as lines: where they stand, 16 in hex, and those that are letters as such. */
export function hexLines(bytes: Uint8Array): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += PER_LINE) {
    const part = [...bytes.subarray(at, at + PER_LINE)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, '0'));
    const halves = [hex.slice(0, 8), hex.slice(8)].map((half) => half.join(' ').padEnd(23));
    const letters = part.map((byte) =>
      byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·',
    );
    lines.push(`${at.toString(16).padStart(6, '0')}  ${halves.join('  ')}  ${letters.join('')}`);
  }
  return lines;
}
