import styles from './Chip.module.css';

/** Class of a round chip, for buttons that open an explanation. */
export const chipClass = styles.chip ?? '';

/** A dot beside the words that say the same. */
export function Dot({tone}: {readonly tone: 'ok' | 'fail' | 'accent' | 'stale' | 'plain'}) {
  return <span aria-hidden="true" className={styles.dot} data-tone={tone} />;
}
