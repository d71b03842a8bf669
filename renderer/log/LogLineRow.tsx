import {memo} from 'react';
import {CUT_HERE, type LogLine} from '../../shared/log';
import type {LogPattern} from '../../shared/logSearch';
import {Button} from '../ui/Button';
import {ansiSpans} from './ansiText';
import styles from './LogPanel.module.css';
import type {TimeColumn} from './timeColumn';

/** One line: number, time, text; what was found in it is marked. */
export const LogLineRow = memo(function LogLineRow(props: {
  readonly seq: number;
  readonly line: LogLine | undefined;
  /** Digits of the log's highest line number. */
  readonly digits: number;
  readonly time: TimeColumn;
  readonly pattern: LogPattern;
  /** The search found something in this line. */
  readonly found: boolean;
  /** This is the place that was gone to. */
  readonly here: boolean;
  /** The line was picked by its number. */
  readonly picked: boolean;
  readonly onPick: (seq: number, further: boolean) => void;
  readonly onShowAll: (seq: number) => void;
}) {
  const {seq, line, digits, time, pattern, found, here, picked, onPick, onShowAll} = props;
  return (
    <>
      <span
        className={styles.number}
        style={{minWidth: `max(32px, ${digits}ch)`}}
        data-picked={picked || undefined}
        onClick={(event) => onPick(seq, event.shiftKey)}
      >
        {seq + 1}
      </span>
      {time !== null && <span className={styles.time}>{line && time(line.time)}</span>}
      <span
        className={styles.text}
        data-stream={line?.stream}
        data-found={found || undefined}
        aria-current={here || undefined}
      >
        {line === undefined
          ? ' '
          : ansiSpans(line.text).map((span, index) => (
              <span key={index} data-colour={span.colour ?? undefined} data-bold={span.bold}>
                {found ? marked(span.text, pattern) : span.text}
              </span>
            ))}
        {line?.text.endsWith(CUT_HERE) === true && (
          <Button look="link" onClick={() => onShowAll(seq)}>
            Show all
          </Button>
        )}
      </span>
    </>
  );
});

/** The text with its places marked; of a regular expression only the host knows them, so the line alone is marked. */
function marked(text: string, {text: wanted, caseSensitive, regex}: LogPattern) {
  if (wanted === '' || regex) return text;
  const [there, looked] = caseSensitive
    ? [text, wanted]
    : [text.toLowerCase(), wanted.toLowerCase()];
  const parts = [];
  let from = 0;
  for (let hit = there.indexOf(looked); hit >= 0; hit = there.indexOf(looked, from)) {
    parts.push(text.slice(from, hit));
    parts.push(<mark key={hit}>{text.slice(hit, hit + wanted.length)}</mark>);
    from = hit + wanted.length;
  }
  parts.push(text.slice(from));
  return parts;
}
