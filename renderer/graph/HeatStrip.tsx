import {useMemo} from 'react';
import {heatSlots, type StateStrip} from './groupState';
import {stateColor} from './stateGlyph';
import styles from './HeatStrip.module.css';

const WIDTH = 182;
/** Squares with gaps while they fit; beyond, a band of at most one piece every two pixels. */
const SQUARES = 26;
const SLOTS = 91;

/** The states of a group's members in file order; the words for it stand in the group's summary. */
export function HeatStrip({strip}: {readonly strip: StateStrip}) {
  const background = useMemo(() => gradientOf(strip), [strip]);
  return <span className={styles.strip} style={{background}} aria-hidden="true" />;
}

/** One background instead of an element a member. */
function gradientOf(strip: StateStrip): string {
  const slots = heatSlots(strip, SLOTS);
  const squares = slots.length <= SQUARES;
  const step = squares ? 7 : WIDTH / slots.length;
  const fill = squares ? 6 : step;
  const stops = slots.flatMap((state, index) => {
    const from = (index * step).toFixed(2);
    const to = (index * step + fill).toFixed(2);
    const color = `var(--${stateColor(state)})`;
    return squares
      ? [`${color} ${from}px ${to}px`, `transparent ${to}px ${((index + 1) * step).toFixed(2)}px`]
      : [`${color} ${from}px ${to}px`];
  });
  return `linear-gradient(to right, ${stops.join(', ')}, transparent 0) no-repeat`;
}
