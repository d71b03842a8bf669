import type {KeyboardEvent, ReactNode} from 'react';
import {joinClasses} from '../ui/joinClasses';
import styles from './LogPanel.module.css';
import type {LineWindow} from './useLineWindow';

/** The lines of a log that are in view, with a scrollbar for all of them. */
export function LogLines(props: {
  readonly window: LineWindow;
  readonly label: string;
  readonly wrapped: boolean;
  /** What stands in a row; rows are counted from 0. */
  readonly row: (index: number) => ReactNode;
  /** Keys that are not for scrolling. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
}) {
  const {window: shown, label, wrapped, row, onKeyDown} = props;
  const rows = (from: number, to: number) =>
    Array.from({length: Math.max(0, to - from)}, (_, at) => (
      <div key={from + at} data-index={from + at} className={styles.line}>
        {row(from + at)}
      </div>
    ));
  return (
    <div
      ref={shown.scroller}
      className={joinClasses(styles.log, wrapped && styles.wrapped)}
      role="log"
      aria-label={label}
      aria-live="off"
      tabIndex={0}
      onScroll={shown.onScroll}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || !shown.onKey(event)) return onKeyDown(event);
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div className={styles.space} style={{height: shown.height}}>
        <div className={styles.window} style={{height: shown.view}}>
          <div
            ref={shown.rows}
            className={shown.offset === null ? styles.fromBottom : styles.fromTop}
            style={shown.offset === null ? {} : {transform: `translateY(${-shown.offset}px)`}}
          >
            <div className={shown.offset === null ? undefined : styles.above}>
              {rows(shown.from, shown.top)}
            </div>
            {rows(shown.top, shown.to)}
          </div>
        </div>
      </div>
    </div>
  );
}
