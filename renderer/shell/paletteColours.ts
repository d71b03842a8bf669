/** The six steps of each part of a colour in a terminal's palette. */
const STEPS = [0, 95, 135, 175, 215, 255];

/** Where the palette's cube of colours begins. */
const CUBE = 16;

const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESCAPE}\\[[\\d;:]*[34]8[;:]2[;:][\\d;:]*m`, 'gu');

/**
 * What a shell prints, with colours of any mixture as the nearest of the palette: xterm.js draws the others by style
 * attributes, which the page's policy refuses. One that is cut apart between two pieces of the output has no colour.
 */
export function paletteColours(text: string): string {
  if (!text.includes('8;2;') && !text.includes('8:2:')) return text;
  return text.replace(COLOURS, (sequence) =>
    sequence.replace(
      /([34]8)[;:]2[;:](?:\d*:(?=\d+:\d+:\d+))?(\d+)[;:](\d+)[;:](\d+)/gu,
      (_whole, ground: string, ...parts: readonly string[]) => {
        const [red = 0, green = 0, blue = 0] = parts
          .slice(0, 3)
          .map((part) => nearest(Number(part)));
        return `${ground};5;${CUBE + 36 * red + 6 * green + blue}`;
      },
    ),
  );
}

function nearest(value: number): number {
  const distances = STEPS.map((step) => Math.abs(step - value));
  return distances.indexOf(Math.min(...distances));
}
