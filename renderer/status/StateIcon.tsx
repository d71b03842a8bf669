import type {JobState} from '../../shared/job';
import {STATE_WORDS, type ActionState} from '../../shared/status';
import {stateGlyph} from './stateGlyph';
import styles from './StateIcon.module.css';

/**
 * The mark of a state, never colour alone: where its word is not beside it, `named` gives it one for screen
 * readers and the tooltip.
 */
export function StateIcon(props: {
  readonly state: ActionState | JobState;
  readonly named?: boolean;
}) {
  const {state, named = false} = props;
  const label = STATE_WORDS[state];
  const {color, ring, strokes} = stateGlyph(state);
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      className={styles.icon}
      style={{stroke: `var(--${color})`}}
      data-state={state}
      data-tip={named ? label : undefined}
      role={named ? 'img' : undefined}
      aria-label={named ? label : undefined}
      aria-hidden={named ? undefined : true}
    >
      {ring !== null && <circle cx="8" cy="8" r="6.25" strokeDasharray={ring.join(' ')} />}
      {strokes !== '' && <path d={strokes} />}
    </svg>
  );
}
