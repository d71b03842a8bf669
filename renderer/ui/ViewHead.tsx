import {X} from 'lucide-react';
import type {ReactNode} from 'react';
import {IconButton} from './Button';
import styles from './ViewHead.module.css';

/** The top of what is looked at in place of the graph: what it is, what can be done with it, and the way out. */
export function ViewHead(props: {
  readonly mark?: ReactNode;
  readonly title: ReactNode;
  /** The line below the title. */
  readonly note: ReactNode;
  /** The title in full, where there may be no room for it. */
  readonly tip?: string | undefined;
  /** Names the way out, such as "Close the file". */
  readonly closeLabel: string;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}) {
  const {mark, title, note, tip, closeLabel, onClose, children} = props;
  return (
    <header className={styles.head} data-view-head="">
      <div className={styles.parts}>
        {mark}
        <div
          className={styles.words}
          data-tip={tip ?? (typeof note === 'string' ? note : undefined)}
        >
          <h2 className={styles.title}>{title}</h2>
          <p className={styles.note}>{note}</p>
        </div>
        {children}
      </div>
      <IconButton icon={<X />} label={closeLabel} keys="Esc" onClick={onClose} />
    </header>
  );
}
