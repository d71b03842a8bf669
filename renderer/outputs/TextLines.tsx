import {useVirtualizer} from '@tanstack/react-virtual';
import {useMemo, useRef} from 'react';
import {formatPlural} from '../../shared/format';
import {visibleText} from '../../shared/visibleText';
import styles from './OutputViewer.module.css';

const LINE_HEIGHT = 18;

/** A text of any length, line by line. */
export function TextLines(props: {
  readonly text: string;
  readonly truncated: boolean;
  readonly label: string;
}) {
  const {text, truncated, label} = props;
  const lines = useMemo(() => text.replace(/\r?\n$/, '').split(/\r?\n/), [text]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
  });
  return (
    <>
      <p className={styles.note} role="status">
        {formatPlural(lines.length, 'line')}
        {truncated && '. The file is large: only its beginning was read.'}
      </p>
      <div ref={scroller} className={styles.lines} tabIndex={0} role="document" aria-label={label}>
        <div className={styles.linesBody} style={{height: virtual.getTotalSize()}}>
          {virtual.getVirtualItems().map((item) => (
            <div
              key={item.key}
              className={styles.line}
              style={{transform: `translateY(${item.start}px)`}}
            >
              <span className={styles.number}>{item.index + 1}</span>
              {visibleText(lines[item.index] ?? '')}
            </div>
          ))}
        </div>
      </div>
    </>
  );
}
