import {useReactFlow, useStoreApi} from '@xyflow/react';
import {useEffect, useRef, type PointerEvent} from 'react';
import {useDesk} from '../state/deskStore';
import {boundsOf, type Rect} from './arrange';
import {leadingState, stripOf} from '../status/stateStrip';
import type {Palette} from './palette';
import {stateColor} from '../status/stateGlyph';
import type {GraphModel} from './useGraphModel';
import styles from './GraphView.module.css';

const WIDTH = 148;
const HEIGHT = 48;
const MARGIN = 4;

/** The whole graph small, with the part in view framed; a click or drag moves the view there. */
export function GraphMinimap({
  model,
  palette,
}: {
  readonly model: GraphModel;
  readonly palette: Palette;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  const {setCenter, getZoom} = useReactFlow();
  const {store} = useDesk();

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null) return;
    const places = model.places;
    const ratio = window.devicePixelRatio;
    element.width = WIDTH * ratio;
    element.height = HEIGHT * ratio;
    let frame = 0;
    const draw = (): void => {
      frame = 0;
      const {transform, width, height} = flow.getState();
      const [x, y, zoom] = transform;
      const fit = fitOf(places);
      const toMap = (rect: Rect): readonly [number, number, number, number] => [
        (rect.x - fit.x) * fit.scale + fit.left,
        (rect.y - fit.y) * fit.scale + fit.top,
        Math.max(2, rect.width * fit.scale),
        Math.max(1.5, rect.height * fit.scale),
      ];
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, WIDTH, HEIGHT);
      const {statuses} = store.getState();
      for (const node of model.shown.nodes) {
        const rect = places.get(node.id);
        if (rect === undefined) continue;
        context.fillStyle = palette[stateColor(leadingState(stripOf(node.members, statuses)))];
        context.fillRect(...toMap(rect));
      }
      const view = {x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom};
      context.strokeStyle = palette.accent;
      context.lineWidth = 1.2;
      context.strokeRect(...clamp(toMap(view)));
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    draw();
    const undo = [
      flow.subscribe(schedule),
      store.subscribe((now, before) => {
        if (now.statuses !== before.statuses) schedule();
      }),
    ];
    return () => {
      cancelAnimationFrame(frame);
      undo.forEach((end) => end());
    };
  }, [model, palette, flow, store]);

  const moveTo = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.buttons === 0) return;
    const box = event.currentTarget.getBoundingClientRect();
    const fit = fitOf(model.places);
    void setCenter(
      (event.clientX - box.left - fit.left) / fit.scale + fit.x,
      (event.clientY - box.top - fit.top) / fit.scale + fit.y,
      {zoom: getZoom()},
    );
  };

  return (
    <canvas
      ref={canvas}
      className={styles.minimap}
      role="img"
      aria-label="Overview of the whole graph"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        moveTo(event);
      }}
      onPointerMove={moveTo}
    />
  );
}

interface Fit {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

function fitOf(places: ReadonlyMap<string, Rect>): Fit {
  const {x, y, width, height} = boundsOf(places.values());
  const scale = Math.min(
    (WIDTH - 2 * MARGIN) / Math.max(width, 1),
    (HEIGHT - 2 * MARGIN) / Math.max(height, 1),
    0.12,
  );
  return {x, y, scale, left: (WIDTH - width * scale) / 2, top: (HEIGHT - height * scale) / 2};
}

function clamp([x, y, width, height]: readonly [number, number, number, number]): [
  number,
  number,
  number,
  number,
] {
  const left = Math.max(1, x);
  const top = Math.max(1, y);
  return [
    left,
    top,
    Math.max(2, Math.min(WIDTH - 1, x + width) - left),
    Math.max(2, Math.min(HEIGHT - 1, y + height) - top),
  ];
}
