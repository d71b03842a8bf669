import type {ActionState} from '../../shared/status';

/** A state's mark on a 16 × 16 field, for the canvas and for exported pictures. */
export interface StateGlyph {
  /** Colour token without its dashes. */
  readonly color: 'ok' | 'accent' | 'faint' | 'fail' | 'stale';
  /** Dashes of the ring; empty for a whole one, null for none. */
  readonly ring: readonly number[] | null;
  /** Strokes besides the ring, as an SVG path. */
  readonly strokes: string;
}

const GLYPHS: Readonly<Record<ActionState, StateGlyph>> = {
  'up-to-date': {color: 'ok', ring: [], strokes: 'M5.4 8.2l1.8 1.8 3.4-3.8'},
  running: {color: 'accent', ring: null, strokes: 'M8 1.75a6.25 6.25 0 1 0 6.25 6.25'},
  waiting: {color: 'faint', ring: [], strokes: 'M8 4.6V8l2.2 1.6'},
  failed: {color: 'fail', ring: [], strokes: 'M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4'},
  'out-of-date': {color: 'stale', ring: [3.4, 1.51], strokes: ''},
  'upstream-out-of-date': {color: 'stale', ring: [0.8, 2], strokes: ''},
  'never-run': {color: 'faint', ring: [], strokes: ''},
  cancelled: {color: 'faint', ring: [], strokes: 'M3.7 12.3l8.6-8.6'},
};

/** The mark of a state; the same shapes as renderer/status/StateIcon. */
export function stateGlyph(state: ActionState): StateGlyph {
  return GLYPHS[state];
}

/** The colour token of a state's bar, cell and mark. */
export function stateColor(state: ActionState): StateGlyph['color'] | 'line' {
  return state === 'never-run' || state === 'cancelled' ? 'line' : GLYPHS[state].color;
}
