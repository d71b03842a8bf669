import type {ReactNode} from 'react';
import styles from './Notice.module.css';

/** A row of its own, over nothing, that says what has happened; `actions` are buttons for what can be done about it. */
export function Notice(props: {
  readonly tone: 'ok' | 'accent' | 'stale' | 'fail' | 'plain';
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  /** An alert interrupts a screen reader, a note does not. */
  readonly role?: 'alert' | 'note';
  readonly small?: boolean;
}) {
  const {tone, icon, children, actions, role, small = false} = props;
  return (
    <div
      className={styles.notice}
      role={role}
      data-tone={tone}
      data-size={small ? 'small' : undefined}
    >
      {icon}
      <p className={styles.words}>{children}</p>
      {actions}
    </div>
  );
}
