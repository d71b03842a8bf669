import {useVirtualizer} from '@tanstack/react-virtual';
import {useMemo, useRef} from 'react';
import {formatCount} from '../../shared/format';
import {visibleText} from '../../shared/visibleText';
import styles from './OutputViewer.module.css';

const LINE_HEIGHT = 18;

/** A line that is longer is shown on several, so that the window can draw it. */
const MOST_SHOWN = 2000;

interface ShownLine {
  /** From 0; null for the rest of a line that is very long. */
  readonly number: number | null;
  readonly text: string;
}

/** The lines of a text, very long ones on several. */
export function shownLines(text: string): readonly ShownLine[] {
  const shown: ShownLine[] = [];
  for (const [number, line] of text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .entries()) {
    shown.push({number, text: line.slice(0, MOST_SHOWN)});
    for (let from = MOST_SHOWN; from < line.length; from += MOST_SHOWN)
      shown.push({number: null, text: line.slice(from, from + MOST_SHOWN)});
  }
  return shown;
}

/** A text of any length, line by line. */
export function TextLines(props: {
  readonly text: string;
  readonly label: string;
  /** The number of its first line, from 0; null while it is not known. */
  readonly firstLine: number | null;
}) {
  const {text, label, firstLine} = props;
  const lines = useMemo(() => shownLines(text), [text]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  const numberOf = (line: ShownLine | undefined): string =>
    line?.number === null || line === undefined || firstLine === null
      ? ''
      : formatCount(firstLine + line.number + 1);
  return (
    <div ref={scroller} className={styles.lines} tabIndex={0} role="document" aria-label={label}>
      <div className={styles.linesBody} style={{height: virtual.getTotalSize()}}>
        {virtual.getVirtualItems().map((item) => (
          <div
            key={item.key}
            className={styles.line}
            style={{transform: `translateY(${item.start}px)`}}
          >
            <span className={styles.number}>{numberOf(lines[item.index])}</span>
            {visibleText(lines[item.index]?.text ?? '')}
          </div>
        ))}
      </div>
    </div>
  );
}
