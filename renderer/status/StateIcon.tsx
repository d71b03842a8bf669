import {STATE_WORDS, type ActionState} from '../../shared/status';
import styles from './StateIcon.module.css';

function mark(state: ActionState) {
  switch (state) {
    case 'up-to-date':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" />
          <path d="M5.4 8.2l1.8 1.8 3.4-3.8" />
        </>
      );
    case 'running':
      return <path d="M8 1.75a6.25 6.25 0 1 0 6.25 6.25" />;
    case 'waiting':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" />
          <path d="M8 4.6V8l2.2 1.6" />
        </>
      );
    case 'failed':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" />
          <path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4" />
        </>
      );
    case 'out-of-date':
      return <circle cx="8" cy="8" r="6.25" strokeDasharray="3.4 1.51" />;
    case 'upstream-out-of-date':
      return (
        <circle
          cx="8"
          cy="8"
          r="6.25"
          strokeDasharray="0.1 2.7"
          strokeLinecap="round"
          strokeWidth="1.9"
        />
      );
    case 'never-run':
      return <circle cx="8" cy="8" r="6.25" />;
    case 'cancelled':
      return (
        <>
          <circle cx="8" cy="8" r="6.25" />
          <path d="M3.7 12.3l8.6-8.6" />
        </>
      );
  }
}

/**
 * The mark of a state, never colour alone (renderer/status/README.md): where its word does not stand
 * beside it, `named` gives it one for screen readers and the tooltip.
 */
export function StateIcon({
  state,
  named = false,
}: {
  readonly state: ActionState;
  readonly named?: boolean;
}) {
  const label = STATE_WORDS[state];
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      className={styles.icon}
      data-state={state}
      data-tip={named ? label : undefined}
      role={named ? 'img' : undefined}
      aria-label={named ? label : undefined}
      aria-hidden={named ? undefined : true}
    >
      {mark(state)}
    </svg>
  );
}
