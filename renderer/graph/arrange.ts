import type {GraphLayout, PlacedNode} from './layoutGraph';
import {gridOf} from './memberGrid';

/** A rectangle on the canvas, in pixels at 100 %. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a node is, and its column from the left, from 0. */
export interface Place extends Rect {
  readonly column: number;
}

/**
 * Places every node when some groups are unfolded: a group grows from its top left corner, what
 * is below it in its column moves down and the columns to its right move right. Nothing is laid out
 * anew, so the rest of the picture keeps its shape.
 * `unfolded` gives the number of members by node id.
 */
export function arrange(
  layout: GraphLayout,
  unfolded: ReadonlyMap<string, number>,
): ReadonlyMap<string, Place> {
  const columns = new Map<number, PlacedNode[]>();
  for (const node of layout.nodes) {
    const column = columns.get(node.column) ?? [];
    column.push(node);
    columns.set(node.column, column);
  }
  const places = new Map<string, Place>();
  let right = 0;
  for (const column of [...columns.keys()].sort((a, b) => a - b)) {
    let down = 0;
    let wider = 0;
    for (const node of (columns.get(column) ?? []).sort((a, b) => a.y - b.y)) {
      const members = unfolded.get(node.id);
      const size = members === undefined ? node : gridOf(members);
      places.set(node.id, {
        x: node.x + right,
        y: node.y + down,
        width: size.width,
        height: size.height,
        column,
      });
      down += size.height - node.height;
      wider = Math.max(wider, size.width - node.width);
    }
    right += wider;
  }
  return places;
}

/** The smallest rectangle around all of them; empty at the origin where there are none. */
export function boundsOf(rects: Iterable<Rect>): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const rect of rects) {
    left = Math.min(left, rect.x);
    top = Math.min(top, rect.y);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  return left === Infinity
    ? {x: 0, y: 0, width: 0, height: 0}
    : {x: left, y: top, width: right - left, height: bottom - top};
}
