import {memo} from 'react';
import {formatTimeWithSeconds} from '../../shared/format';
import type {LogLine} from '../../shared/log';
import {ansiSpans} from './ansiText';
import styles from './LogPanel.module.css';

/** One line: number, time, text; what was found in it is marked. */
export const LogLineRow = memo(function LogLineRow(props: {
  readonly seq: number;
  readonly line: LogLine | undefined;
  readonly showTime: boolean;
  readonly find: string;
}) {
  const {seq, line, showTime, find} = props;
  return (
    <>
      <span className={styles.number}>{seq + 1}</span>
      {showTime && <span className={styles.time}>{line && formatTimeWithSeconds(line.time)}</span>}
      <span className={styles.text} data-stream={line?.stream}>
        {line === undefined
          ? ' '
          : ansiSpans(line.text).map((span, index) => (
              <span key={index} data-colour={span.colour ?? undefined} data-bold={span.bold}>
                {find === '' ? span.text : marked(span.text, find)}
              </span>
            ))}
      </span>
    </>
  );
});

function marked(text: string, find: string) {
  const lower = text.toLowerCase();
  const wanted = find.toLowerCase();
  const parts = [];
  let from = 0;
  for (let hit = lower.indexOf(wanted); hit >= 0; hit = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, hit));
    parts.push(<mark key={hit}>{text.slice(hit, hit + wanted.length)}</mark>);
    from = hit + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}
