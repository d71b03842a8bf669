import type {Rect} from './arrange';

/** A cubic curve: start, two control points, end, in pixels. */
export type Curve = readonly [number, number, number, number, number, number, number, number];

/** From the middle of one node's right side to the middle of another's left side, level at both ends. */
export function edgeCurve(from: Rect, to: Rect): Curve {
  const x1 = from.x + from.width;
  const y1 = from.y + from.height / 2;
  const x2 = to.x;
  const y2 = to.y + to.height / 2;
  const bend = Math.max(24, Math.min(96, Math.abs(x2 - x1) / 2));
  return [x1, y1, x1 + bend, y1, x2 - bend, y2, x2, y2];
}
