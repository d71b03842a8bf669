import {useState, type KeyboardEvent} from 'react';
import type {TableQuery} from '../../../shared/table';
import styles from '../OutputViewer.module.css';

/** The line above a table: how much of it is shown, a condition in SQL, a row to go to. */
export function TableTools(props: {
  readonly shown: string;
  /** What has just been done. */
  readonly said: string | null;
  readonly query: TableQuery;
  readonly onWhere: (where: string | null) => void;
  /** From 1. */
  readonly onGoTo: (row: number) => void;
}) {
  const [where, setWhere] = useState(props.query.where ?? '');
  const [row, setRow] = useState('');
  const onEnter = (event: KeyboardEvent, act: () => void): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    act();
  };
  return (
    <div className={styles.note}>
      <span role="status">
        {props.shown}
        {props.said !== null && ` · ${props.said}`}
      </span>
      <input
        type="search"
        className={styles.where}
        aria-label="Condition in SQL"
        placeholder="Only rows where, e.g. age > 50"
        value={where}
        onChange={(event) => {
          setWhere(event.target.value);
          if (event.target.value === '') props.onWhere(null);
        }}
        onKeyDown={(event) =>
          onEnter(event, () => props.onWhere(where.trim() === '' ? null : where))
        }
      />
      <input
        type="text"
        inputMode="numeric"
        className={styles.goTo}
        aria-label="Go to row"
        placeholder="Go to row"
        value={row}
        onChange={(event) => setRow(event.target.value.replace(/\D/g, ''))}
        onKeyDown={(event) => onEnter(event, () => row !== '' && props.onGoTo(Number(row)))}
      />
    </div>
  );
}
