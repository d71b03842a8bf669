import type {Rect} from './arrange';

/** A cubic curve: start, two control points, end, in pixels. */
export type Curve = readonly [number, number, number, number, number, number, number, number];

/** An unfolded group keeps its edges at the height they had when it was folded. */
const LOWEST_END = 39;

/** From the right side of one node to the left side of another, level at both ends. */
export function edgeCurve(from: Rect, to: Rect): Curve {
  const x1 = from.x + from.width;
  const y1 = from.y + Math.min(from.height / 2, LOWEST_END);
  const x2 = to.x;
  const y2 = to.y + Math.min(to.height / 2, LOWEST_END);
  const bend = Math.max(24, Math.min(96, Math.abs(x2 - x1) / 2));
  return [x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2];
}
