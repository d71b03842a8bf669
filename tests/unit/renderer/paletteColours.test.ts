import {expect, it} from 'vitest';
import {paletteColours} from '../../../renderer/shell/paletteColours';

it.each([
  ['plain', 'plain'],
  ['\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m'],
  ['\u001b[38;5;120mx', '\u001b[38;5;120mx'],
  ['\u001b[38;2;255;0;0mx', '\u001b[38;5;196mx'],
  ['\u001b[1;38;2;0;0;0;48;2;95;255;130mx', '\u001b[1;38;5;16;48;5;84mx'],
  ['\u001b[38:2::255:255:255mx', '\u001b[38;5;231mx'],
  ['\u001b[38:2:255:255:255mx', '\u001b[38;5;231mx'],
  ['48;2;1;2;3m is no colour', '48;2;1;2;3m is no colour'],
  // cut apart between two pieces
  ['x\u001b[38;2;255', 'x\u001b[38;2;255'],
])('draws colours by the palette: %j', (printed, drawn) => {
  expect(paletteColours(printed)).toBe(drawn);
});
