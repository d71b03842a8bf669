import type {ActionState} from '../../shared/status';
import type {Rect} from './arrange';

import {CELL_GAP, CELL_HEIGHT, CELL_WIDTH, cellOrigin, type MemberGrid} from './memberGrid';
import type {Palette} from './palette';
import type {Curve} from './routeEdges';
import {stateColor, stateGlyph} from '../status/stateGlyph';
import type {Tone} from './tones';

/** Position and scale of the view: a point p is drawn at p × zoom + (x, y). */
export interface ViewTransform {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

/** A drawn edge. */
export interface SceneEdge {
  readonly curves: readonly Curve[];
  readonly tone: Tone;
}

/** An unfolded group: its cells are drawn, not built from elements, so that a thousand cost nothing. */
export interface SceneBox {
  readonly rect: Rect;
  readonly grid: MemberGrid;
  /** Labels of the cells, in file order. */
  readonly labelAt: (index: number) => string;
  readonly stateAt: (index: number) => ActionState;
  readonly toneAt: (index: number) => Tone;
  readonly selected: number | null;
}

/** Everything under the nodes. */
export interface Scene {
  readonly edges: readonly SceneEdge[];
  readonly boxes: readonly SceneBox[];
}

const DOT_STEP = 24;
/** Below this scale cells show their colour only. */
const TEXT_ZOOM = 0.42;
const EDGE_WIDTH = 1.4;
const STRENGTH: Readonly<Record<Tone, number>> = {faint: 0.25, plain: 0.6, lineage: 1};

/** The edges of a scene as one path a tone, made once and drawn in every frame. */
export type EdgePaths = ReadonlyMap<Tone, Path2D>;

/** Builds the paths of a scene's edges. */
export function edgePaths(edges: readonly SceneEdge[]): EdgePaths {
  const paths = new Map<Tone, Path2D>();
  for (const {curves, tone} of edges) {
    const path = paths.get(tone) ?? new Path2D();
    const [first] = curves;
    if (first === undefined) continue;
    path.moveTo(first[0], first[1]);
    for (const curve of curves) {
      path.bezierCurveTo(curve[2], curve[3], curve[4], curve[5], curve[6], curve[7]);
    }
    paths.set(tone, path);
  }
  return paths;
}

/** What everything is drawn with. */
interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly zoom: number;
}

/** Draws the dotted ground, the edges and the cells of unfolded groups; sizes in device pixels. */
export function paintGraph(
  context: CanvasRenderingContext2D,
  scene: Scene,
  paths: EdgePaths,
  view: ViewTransform,
  size: {readonly width: number; readonly height: number; readonly ratio: number},
  palette: Palette,
): void {
  const {width, height, ratio} = size;
  const {x, y, zoom} = view;
  const pen = {context, palette, zoom};
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  paintDots(pen, view, size);
  context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y);
  paintEdges(pen, paths);
  const visible = {x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom};
  for (const box of scene.boxes) paintBox(pen, box, visible);
}

function paintDots(
  {context, palette}: Pen,
  view: ViewTransform,
  size: {readonly width: number; readonly height: number},
): void {
  let step = DOT_STEP * view.zoom;
  while (step < 16) step *= 2;
  const first = (at: number): number => ((at % step) + step) % step;
  context.fillStyle = palette.line;
  for (let x = first(view.x); x < size.width; x += step)
    for (let y = first(view.y); y < size.height; y += step) context.fillRect(x, y, 1.5, 1.5);
}

function paintEdges({context, palette, zoom}: Pen, paths: EdgePaths): void {
  for (const tone of ['faint', 'plain', 'lineage'] as const) {
    const path = paths.get(tone);
    if (path === undefined) continue;
    const drawn = tone === 'lineage' ? EDGE_WIDTH * 1.4 : EDGE_WIDTH;
    context.lineWidth = Math.max(drawn, 0.8 / zoom);
    context.globalAlpha = STRENGTH[tone];
    context.strokeStyle = tone === 'lineage' ? palette.accent : palette.faint;
    context.stroke(path);
  }
  context.globalAlpha = 1;
}

function paintBox(pen: Pen, box: SceneBox, visible: Rect): void {
  const {rect, grid} = box;
  pen.context.fillStyle = pen.palette.panel;
  roundedRect(pen, rect, 10).fill();
  const firstRow = Math.max(0, Math.floor((visible.y - rect.y) / CELL_HEIGHT) - 2);
  const lastRow = Math.ceil((visible.y + visible.height - rect.y) / CELL_HEIGHT);
  const last = Math.min(grid.count, (lastRow + 1) * grid.columns);
  const [width, height] = [CELL_WIDTH - CELL_GAP, CELL_HEIGHT - CELL_GAP];
  for (let index = firstRow * grid.columns; index < last; index += 1) {
    const origin = cellOrigin(grid, index);
    const x = rect.x + origin.x;
    if (x > visible.x + visible.width || x + CELL_WIDTH < visible.x) continue;
    paintCell(pen, box, index, {x, y: rect.y + origin.y, width, height});
  }
}

function paintCell(pen: Pen, box: SceneBox, index: number, rect: Rect): void {
  const {context, palette, zoom} = pen;
  const {x, y, height} = rect;
  const state = box.stateAt(index);
  const tone = box.toneAt(index);
  context.globalAlpha = tone === 'faint' ? 0.3 : 1;
  if (zoom < TEXT_ZOOM) paintFarCell(pen, state, rect);
  else {
    context.fillStyle = box.selected === index ? palette['accent-soft'] : palette.bg;
    roundedRect(pen, rect, 6).fill();
    paintGlyph(pen, state, x + 6, y + (height - 16) / 2);
    context.fillStyle = palette.ink;
    context.font = `12px ${palette.sans}`;
    context.textBaseline = 'middle';
    context.fillText(box.labelAt(index), x + 28, y + height / 2 + 0.5);
  }
  if (box.selected === index || tone === 'lineage') {
    context.strokeStyle = palette.accent;
    context.lineWidth = Math.max(box.selected === index ? 2 : 1, 1 / zoom);
    roundedRect(pen, rect, 6).stroke();
  }
  context.globalAlpha = 1;
}

/** A cell too small for text: the share that is filled shows the state without colour. */
const FILLED: Readonly<Record<ActionState, number>> = {
  'up-to-date': 1,
  running: 0.6,
  waiting: 0.3,
  failed: 1,
  'has-errors': 1,
  'out-of-date': 0.5,
  'upstream-out-of-date': 0.2,
  'up-to-date-by-times': 0.9,
  supplied: 0.9,
  'outputs-missing': 0.4,
  'not-verified': 0.4,
  checking: 0.1,
  'waiting-for-engine': 0.6,
  blocked: 0.7,
  'cut-off': 0.8,
  'not-started': 0,
  'never-run': 0,
  cancelled: 0,
};

function paintFarCell({context, palette}: Pen, state: ActionState, rect: Rect): void {
  const {x, y, width, height} = rect;
  const filled = FILLED[state];
  const color = palette[stateColor(state)];
  context.fillStyle = color;
  context.fillRect(x, y, width * filled, height);
  if (filled < 1) {
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.strokeRect(x + 1, y + 1, width - 2, height - 2);
  }
  if (state !== 'failed') return;
  context.fillStyle = palette.panel;
  context.fillRect(x + width / 2 - 14, y + height / 2 - 3, 28, 6);
}

const strokesOf = new Map<string, Path2D>();

function paintGlyph({context, palette}: Pen, state: ActionState, x: number, y: number): void {
  const glyph = stateGlyph(state);
  context.save();
  context.translate(x, y);
  context.strokeStyle = palette[glyph.color];
  context.lineWidth = 1.4;
  if (glyph.ring !== null) {
    context.setLineDash([...glyph.ring]);
    context.beginPath();
    context.arc(8, 8, 6.25, 0, Math.PI * 2);
    context.stroke();
    context.setLineDash([]);
  }
  if (glyph.strokes !== '') {
    const path = strokesOf.get(glyph.strokes) ?? new Path2D(glyph.strokes);
    strokesOf.set(glyph.strokes, path);
    context.stroke(path);
  }
  context.restore();
}

/** Begins the path of a rectangle with round corners. */
function roundedRect({context}: Pen, {x, y, width, height}: Rect, radius: number) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  return context;
}
