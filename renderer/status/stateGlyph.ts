import type {CSSProperties} from 'react';
import type {JobState} from '../../shared/job';
import type {ActionState} from '../../shared/status';

/** A state's mark on a 16 × 16 field, for elements, the canvas and exported pictures. */
export interface StateGlyph {
  /** Colour token without its dashes. Green is only for what a check by content found up to date, or a job's success. */
  readonly color: 'ok' | 'accent' | 'faint' | 'dim' | 'fail' | 'stale';
  /** Dashes of the ring; empty for a whole one, null for none. */
  readonly ring: readonly number[] | null;
  /** Strokes besides the ring, as an SVG path. */
  readonly strokes: string;
}

const TICK = 'M5.4 8.2l1.8 1.8 3.4-3.8';
const CLOCK = 'M8 4.6V8l2.2 1.6';

const GLYPHS: Readonly<Record<ActionState | JobState, StateGlyph>> = {
  'up-to-date': {color: 'ok', ring: [], strokes: TICK},
  succeeded: {color: 'ok', ring: null, strokes: 'M3.4 8.4l3 3 6.2-7'},
  'up-to-date-by-times': {color: 'dim', ring: [3.4, 1.51], strokes: TICK},
  supplied: {color: 'dim', ring: [], strokes: 'M8 4.6v5.6M5.6 8.2L8 10.6l2.4-2.4'},
  'out-of-date': {color: 'stale', ring: [3.4, 1.51], strokes: ''},
  'upstream-out-of-date': {color: 'stale', ring: [0.8, 2], strokes: ''},
  checking: {color: 'faint', ring: null, strokes: 'M4 8h.6M7.7 8h.6M11.4 8h.6'},
  'not-verified': {
    color: 'stale',
    ring: [],
    strokes: 'M6.1 6.4a1.9 1.9 0 1 1 2.8 1.7c-.6.3-.9.7-.9 1.3M8 11.3v.3',
  },
  'outputs-missing': {color: 'stale', ring: [], strokes: 'M8 4.6v4M8 11v.3'},
  // the eight sides of what stops a run
  'has-errors': {
    color: 'fail',
    ring: null,
    strokes: 'M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4zM8 4.8v3.6M8 10.9v.3',
  },
  'never-run': {color: 'faint', ring: [], strokes: ''},
  waiting: {color: 'faint', ring: [], strokes: CLOCK},
  'waiting-for-engine': {color: 'stale', ring: [3.4, 1.51], strokes: CLOCK},
  running: {color: 'accent', ring: null, strokes: 'M8 1.75a6.25 6.25 0 1 0 6.25 6.25'},
  blocked: {color: 'dim', ring: [], strokes: 'M5 8h6'},
  'not-started': {color: 'faint', ring: [0.8, 2], strokes: 'M6.6 5.4l4 2.6-4 2.6z'},
  'cut-off': {color: 'fail', ring: [12, 7.6], strokes: 'M8.8 4.6L6.6 8.2h2.8l-2 3.4'},
  failed: {color: 'fail', ring: [], strokes: 'M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4'},
  cancelled: {color: 'faint', ring: [], strokes: 'M3.7 12.3l8.6-8.6'},
};

/** The mark of a state. */
export function stateGlyph(state: ActionState | JobState): StateGlyph {
  return GLYPHS[state];
}

/** The colour token of a state's bar, cell and mark: a plain line for what needs no notice. */
export function stateColor(state: ActionState | JobState): StateGlyph['color'] | 'line' {
  return state === 'never-run' || state === 'cancelled' || state === 'not-started'
    ? 'line'
    : GLYPHS[state].color;
}

/** The colour of a state for style sheets, which know it as `--state`: a new state needs no rule there. */
export function stateStyle(
  state: ActionState | JobState,
): CSSProperties & Readonly<Record<'--state', string>> {
  return {'--state': `var(--${stateColor(state)})`};
}

/** The frame of a state's node: what is out of date shows at its edge too, in the state's colour. */
export function stateFrame(state: ActionState): 'solid' | 'dashed' | 'dotted' {
  switch (state) {
    case 'out-of-date':
      return 'dashed';
    case 'upstream-out-of-date':
      return 'dotted';
    default:
      return 'solid';
  }
}
