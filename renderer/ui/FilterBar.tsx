import type {ReactNode} from 'react';
import styles from './FilterBar.module.css';

/** The line above a list: a text that narrows it, and what else does. */
export function FilterBar(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly children: ReactNode;
}) {
  return (
    <div className={styles.bar}>
      <input
        type="search"
        aria-label={props.label}
        placeholder={props.placeholder}
        className={styles.filter}
        value={props.text}
        onChange={(event) => props.onText(event.target.value)}
      />
      {props.children}
    </div>
  );
}
