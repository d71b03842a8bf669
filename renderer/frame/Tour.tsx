import {useEffect, useState} from 'react';
import {keysOf} from '../commands/keys';
import {useDesk, useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {Floating, type FloatingProps} from '../ui/Floating';
import styles from './Tour.module.css';

interface Hint {
  /** What it stands beside. */
  readonly at: string;
  readonly placement: NonNullable<FloatingProps['placement']>;
  readonly title: string;
  readonly text: string;
}

const HINTS: readonly Hint[] = [
  {
    at: '[data-place="centre"] [role="tablist"]',
    placement: 'bottom-start',
    title: 'The study',
    text: 'Each box is an action of `project.yaml`, with its state. Lines lead from an action to those that need it; similar actions fold into one box.',
  },
  {
    at: '[data-place="run"]',
    placement: 'bottom-end',
    title: 'Run',
    text: 'Run opens the plan first: what runs, why, and how long it takes. Nothing starts before you press its button.',
  },
  {
    at: 'footer',
    placement: 'top',
    title: 'The log',
    text: 'What a job prints is here while it runs. Where one fails, the cause stands above, with the button that usually helps.',
  },
  {
    at: '[data-place="left"] [role="tablist"]',
    placement: 'bottom-start',
    title: 'Outputs',
    text: 'The tab Outputs lists files by tier: what would be seen on the server, and what stays there.',
  },
];

/** A hint of the tour beside what it is about, until it is left. */
export function Tour() {
  const {store} = useDesk();
  const at = useDeskState((state) => state.tour);
  const hint = at === null ? undefined : HINTS[at];
  const [anchor, setAnchor] = useState<Element | null>(null);
  useEffect(() => {
    if (hint === undefined) return;
    // a narrow window shows one place alone
    setAnchor(document.querySelector(hint.at) ?? document.querySelector('[data-place="run"]'));
  }, [hint]);
  if (hint === undefined || at === null) return null;
  const isLast = at === HINTS.length - 1;
  const go = (to: number | null) => store.setState({tour: to});
  return (
    <Floating
      anchor={anchor}
      placement={hint.placement}
      role="region"
      aria-label={`Tour, ${at + 1} of ${HINTS.length}`}
      className={styles.hint}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        go(null);
      }}
    >
      <div role="status">
        <p className={styles.title}>{hint.title}</p>
        <p>
          <CodeText text={hint.text} />
        </p>
        {isLast && (
          <p>
            {keysOf('help')} opens the help, {keysOf('keyboard-help')} the list of keys.
          </p>
        )}
      </div>
      <div className={styles.buttons}>
        <span className={styles.dim}>
          {at + 1} of {HINTS.length}
        </span>
        {!isLast && (
          <Button look="quiet" onClick={() => go(null)}>
            End the tour
          </Button>
        )}
        <Button look="primary" onClick={() => go(isLast ? null : at + 1)}>
          {isLast ? 'Done' : 'Next'}
        </Button>
      </div>
    </Floating>
  );
}
