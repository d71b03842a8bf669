import {useMemo} from 'react';
import {heatSlots, type StateStrip} from './groupState';
import {stateColor} from '../status/stateGlyph';
import styles from './HeatStrip.module.css';

/** Squares with gaps while they fit; beyond, a band of at most one piece every two pixels. */
const SQUARES = 22;
const SLOTS = 88;
/** Width of a square with its gap, and of the gap, in pixels. */
const STEP = 8;
const GAP = 2;

/** The states of a group's members in file order; the words for it stand in the group's summary. */
export function HeatStrip({strip}: {readonly strip: StateStrip}) {
  const background = useMemo(() => gradientOf(strip), [strip]);
  const width = Math.min(strip.length, SQUARES) * STEP;
  return <span className={styles.strip} style={{background, width}} aria-hidden="true" />;
}

/** One background instead of an element a member. */
function gradientOf(strip: StateStrip): string {
  const slots = heatSlots(strip, SLOTS);
  const squares = slots.length <= SQUARES;
  const step = 100 / slots.length;
  const fill = squares ? step * (1 - GAP / STEP) : step;
  const stops = slots.flatMap((state, index) => {
    const from = (index * step).toFixed(2);
    const to = (index * step + fill).toFixed(2);
    const color = `var(--${stateColor(state)})`;
    return squares
      ? [`${color} ${from}% ${to}%`, `transparent ${to}% ${((index + 1) * step).toFixed(2)}%`]
      : [`${color} ${from}% ${to}%`];
  });
  return `linear-gradient(to right, ${stops.join(', ')}, transparent 0) no-repeat`;
}
