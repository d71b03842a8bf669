import {useReactFlow, useStore, useStoreApi, type Transform, type Viewport} from '@xyflow/react';
import {useCallback, useEffect, useEffectEvent, useMemo, useRef, type RefObject} from 'react';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {namesIn} from '../state/selectors';
import {boundsOf, type Rect} from './arrange';
import {cellOrigin, CELL_HEIGHT, CELL_WIDTH, gridOf} from './memberGrid';
import type {GraphModel} from './useGraphModel';
import {
  decodeView,
  encodeView,
  fitView,
  FOOT,
  overflows,
  showsSome,
  structureHash,
  TOP,
} from './viewMemory';

const KEPT_VIEW = 'graph.view';
/** Scale down to which the whole graph is shown when the user asks for it. */
const LEAST_ZOOM = 0.05;
/** As much as can be read, or all of it, as asked for by the user. */
type Fitting = 'readable' | 'whole';
/** Free space around what is brought into view, in pixels of the screen. */
const MARGIN = 24;

/** Of the canvas, in pixels of the screen. */
type Size = Readonly<Record<'width' | 'height', number>>;

/** Moves of the view that the graph's buttons and keys make. */
export interface GraphViewport {
  readonly fit: () => void;
  readonly zoomToSelection: () => void;
  readonly zoomBy: (factor: number) => void;
  readonly reveal: (node: string) => void;
  /** Remembers where the view is now, once the user has moved it; the event is null for moves of ours. */
  readonly keep: (event: MouseEvent | TouchEvent | null) => void;
}

/**
 * Fits each new layout, and again at each change of the canvas, until the user moves the view: from then on what is in the
 * middle stays there. Keeps the view with the study, and follows the selection into view, or the first failure.
 */
export function useGraphViewport(
  model: GraphModel | null,
  keepable: boolean,
  footShown: boolean,
): GraphViewport {
  const {store} = useDesk();
  const flow = useStoreApi();
  const width = useStore((state) => state.width);
  // the foot belongs to the graph, whether or not the canvas reaches into it
  const foot = footShown ? FOOT : 0;
  const height = useStore((state) => state.height) + foot;
  const sized = width > 0;
  const selection = useDeskState(wanted);
  // what the view shows by itself; null once the user has chosen it
  const fitting = useRef<Fitting | null>(null);
  const {fit, zoomToSelection, zoomBy, into, reveal} = useMoves(model, foot, fitting);
  const fitted = usePlacing(model, sized, {width, height}, fitting, into);

  // follows the selection alone: unfolding a group must not move the view
  const follow = useEffectEvent((action: string | null) => {
    const rect = rectOfAction(model, action);
    // a failure that nobody selected does not move what the user looks at
    const chosen = action === store.getState().selection;
    if (rect !== null && (chosen || fitting.current !== null)) into(rect);
  });
  useEffect(() => follow(selection), [selection]);

  const keep = useCallback(
    (event: MouseEvent | TouchEvent | null) => {
      if (event !== null) fitting.current = null;
      if (fitting.current === 'readable') return;
      if (!keepable || model === null || fitted.current !== model.layoutKey) return;
      const [x, y, zoom] = flow.getState().transform;
      const view = encodeView(structureHash(model.layoutKey), {x, y, zoom});
      store.setState((state) => ({choices: {...state.choices, [KEPT_VIEW]: view}}));
    },
    [keepable, model, flow, store, fitting, fitted],
  );

  return useMemo(
    () => ({fit, zoomToSelection, zoomBy, reveal, keep}),
    [fit, zoomToSelection, zoomBy, reveal, keep],
  );
}

/** The moves that are asked for: to all, to the selection, or just so far that a place is in view. */
function useMoves(model: GraphModel | null, foot: number, fitting: RefObject<Fitting | null>) {
  const {store} = useDesk();
  const flow = useStoreApi();
  const {setViewport, zoomTo, getZoom} = useReactFlow();
  const show = useCallback(
    (rect: Rect, least: number | null = null) => {
      const {width, height} = flow.getState();
      const size = {width, height: height + foot};
      void setViewport(fitView(rect, size, least), {duration: motion()});
    },
    [flow, setViewport, foot],
  );
  const fit = useCallback(() => {
    fitting.current = 'whole';
    if (model !== null) show(boundsOf(model.places.values()), LEAST_ZOOM);
  }, [model, show, fitting]);

  const zoomToSelection = useCallback(() => {
    const rect = rectOfAction(model, store.getState().selection);
    if (rect === null) return;
    fitting.current = null;
    show(rect);
  }, [model, show, store, fitting]);

  const zoomBy = useCallback(
    (factor: number) => {
      fitting.current = null;
      void zoomTo(getZoom() * factor);
    },
    [zoomTo, getZoom, fitting],
  );

  const into = useCallback(
    (rect: Rect) => {
      const {transform, width, height} = flow.getState();
      const moved = shiftedInto(rect, transform, {width, height});
      if (moved !== null) void setViewport(moved, {duration: motion()});
    },
    [flow, setViewport],
  );
  const reveal = useCallback(
    (node: string) => {
      const rect = model?.places.get(node);
      if (rect !== undefined && model?.unfolded.has(node) !== true) into(rect);
    },
    [model, into],
  );
  return {fit, zoomToSelection, zoomBy, into, reveal};
}

/** Fits each new layout and each size of the canvas as in {@link useGraphViewport}; gives the layout that was fitted last. */
function usePlacing(
  model: GraphModel | null,
  sized: boolean,
  size: Size,
  fitting: RefObject<Fitting | null>,
  into: (rect: Rect) => void,
): RefObject<string> {
  const {store} = useDesk();
  const flow = useStoreApi();
  const {setViewport} = useReactFlow();
  const fitted = useRef('');
  const canvas = useRef<Size | null>(null);

  /** What was in the middle of the canvas stays there, unless the selection can be seen where it is. */
  const keepMiddle = (before: Size) => {
    const {width, height} = size;
    const [x, y, zoom] = flow.getState().transform;
    const chosen = rectOfAction(model, store.getState().selection);
    const shown = (room: Size): boolean =>
      chosen !== null &&
      Math.min(chosen.x * zoom + x, chosen.y * zoom + y) >= 0 &&
      (chosen.x + chosen.width) * zoom + x <= room.width &&
      (chosen.y + chosen.height) * zoom + y <= room.height;
    if (shown(size)) return;
    if (chosen !== null && shown(before)) into(chosen);
    else
      void setViewport({
        x: x + (width - before.width) / 2,
        y: y + (height - before.height) / 2,
        zoom,
      });
  };

  const place = useEffectEvent(() => {
    const {width, height} = size;
    // out of sight it has no size, for which React Flow takes a default
    if (!sized || flow.getState().domNode?.clientWidth === 0 || model === null) return;
    const before = canvas.current;
    canvas.current = {width, height};
    const isNew = fitted.current !== model.layoutKey;
    if (!isNew && fitting.current === null) {
      if (before !== null) keepMiddle(before);
      return;
    }
    if (isNew) {
      fitted.current = model.layoutKey;
      const known = keptView(model, store.getState().choices[KEPT_VIEW] ?? '', size);
      if (known !== null) {
        fitting.current = null;
        void setViewport(known);
        return;
      }
      fitting.current = 'readable';
    }
    const least = fitting.current === 'whole' ? LEAST_ZOOM : null;
    const bounds = boundsOf(model.places.values());
    const first = [...model.places.values()].filter(({x}) => x === bounds.x);
    const fit = fitView(bounds, {width, height}, least, boundsOf(first));
    const chosen = rectOfAction(model, wanted(store.getState()));
    const aboveFoot = {width, height: height - FOOT};
    const shifted =
      chosen === null || !overflows(bounds, fit, size)
        ? null
        : shiftedInto(chosen, [fit.x, fit.y, fit.zoom], aboveFoot);
    void setViewport(shifted ?? fit);
  });
  const layoutKey = model?.layoutKey;
  // unfolding a group, which changes the model, must not move the view
  useEffect(() => place(), [sized, size.width, size.height, layoutKey]);
  return fitted;
}

/** The action that must be seen whole: the selected one, else the first that failed. */
function wanted(state: DeskState): string | null {
  return state.selection ?? namesIn(state, 'failed')[0] ?? null;
}

/** The view kept with the study, if it is one of this layout that still shows some of it. */
function keptView(model: GraphModel, kept: string, size: Size): Viewport | null {
  const known = decodeView(kept, structureHash(model.layoutKey));
  return known !== null && showsSome(model.places.values(), known, size) ? known : null;
}

/** The view moved no farther than needed to have a place in it; null where it is in view. */
function shiftedInto(rect: Rect, [x, y, zoom]: Transform, {width, height}: Size): Viewport | null {
  const shift = (low: number, high: number, room: number, top: number): number =>
    low < top ? top - low : high > room - MARGIN ? Math.max(room - MARGIN - high, top - low) : 0;
  const left = rect.x * zoom + x;
  const top = rect.y * zoom + y;
  const dx = shift(left, left + rect.width * zoom, width, MARGIN);
  const dy = shift(top, top + rect.height * zoom, height, TOP);
  return dx === 0 && dy === 0 ? null : {x: x + dx, y: y + dy, zoom};
}

/** Where an action is: its node, or its cell in an unfolded group. */
function rectOfAction(model: GraphModel | null, action: string | null): Rect | null {
  const id = action === null ? undefined : model?.shown.nodeOf.get(action);
  const rect = id === undefined ? undefined : model?.places.get(id);
  if (id === undefined || rect === undefined || action === null) return null;
  if (model?.unfolded.has(id) !== true) return rect;
  const members = model.nodeById.get(id)?.members ?? [];
  const origin = cellOrigin(gridOf(members.length), members.indexOf(action));
  return {x: rect.x + origin.x, y: rect.y + origin.y, width: CELL_WIDTH, height: CELL_HEIGHT};
}

/** Length of a move in ms; none where the user wants no motion. */
function motion(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 120;
}
