import type {Rect} from './arrange';
import type {FoldedGraph} from '../groups/fold';

/** An arrow key's way through the graph. */
export type Step = 'left' | 'right' | 'up' | 'down';

/**
 * The node an arrow leads to: left and right along an edge, to the neighbour nearest in height; up and
 * down to the next node of the same column. Null at the end.
 */
export function walk(
  graph: Pick<FoldedGraph, 'nodes' | 'edges'>,
  places: ReadonlyMap<string, Rect>,
  from: string,
  step: Step,
): string | null {
  const here = places.get(from);
  if (here === undefined) return null;
  const candidates =
    step === 'left'
      ? graph.edges.flatMap((edge) => (edge.to === from ? [edge.from] : []))
      : step === 'right'
        ? graph.edges.flatMap((edge) => (edge.from === from ? [edge.to] : []))
        : graph.nodes.flatMap(({id}) =>
            id !== from && inColumn(places.get(id), here, step) ? [id] : [],
          );
  let nearest: string | null = null;
  let distance = Infinity;
  for (const id of candidates) {
    const place = places.get(id);
    if (place === undefined) continue;
    const away = Math.abs(middle(place) - middle(here));
    if (away < distance) {
      distance = away;
      nearest = id;
    }
  }
  return nearest;
}

function middle(rect: Rect): number {
  return rect.y + rect.height / 2;
}

function inColumn(place: Rect | undefined, here: Rect, step: 'up' | 'down'): boolean {
  if (place === undefined || Math.abs(place.x - here.x) > 1) return false;
  return step === 'up' ? place.y < here.y : place.y > here.y;
}
