import {fitMiddle} from './fitMiddle';

/** How much larger letters are on nodes seen from far than on others (GraphNodes.module.css, .far). */
const LARGER = 21 / 13;
/** Room beside the mark and, below it, over the node's whole width, in pixels. */
const FIRST_WIDTH = 157;
const SECOND_WIDTH = 185;

/**
 * A name on at most two lines of a node seen from far, broken only between its words; what is still
 * too long is cut in its middle. `taken` is the room in pixels that the second line has to leave.
 */
export function farLines(name: string, taken: number): readonly string[] {
  const first = FIRST_WIDTH / LARGER;
  if (fitMiddle(name, first) === name) return [name];
  const breaks = [...name.matchAll(/[_.-]+/g)].map((found) => found.index + found[0].length);
  const at = breaks
    .reverse()
    .find(
      (end) => end < name.length && fitMiddle(name.slice(0, end), first) === name.slice(0, end),
    );
  if (at === undefined) return [fitMiddle(name, first)];
  return [name.slice(0, at), fitMiddle(name.slice(at), (SECOND_WIDTH - taken) / LARGER)];
}
