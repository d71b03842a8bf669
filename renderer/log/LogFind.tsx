import {ChevronDown, ChevronUp, X} from 'lucide-react';
import {useEffect, useEffectEvent, useState} from 'react';
import {formatCount} from '../../shared/format';
import {useDesk} from '../state/deskStore';
import {Button} from '../ui/Button';
import {findInLog, MOST_MATCHES, type LogMatches} from './findInLog';
import styles from './LogPanel.module.css';

/** Props of {@link LogFind}. */
export interface LogFindProps {
  readonly jobId: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onGoTo: (line: number) => void;
  readonly onClose: () => void;
}

const TYPING_PAUSE_MS = 120;

/** Finds a text in the whole log, on screen or not, and walks from one place to the next. */
export function LogFind({jobId, text, onText, onGoTo, onClose}: LogFindProps) {
  const {host} = useDesk();
  const [matches, setMatches] = useState<LogMatches | null>(null);
  const [at, setAt] = useState(0);

  useEffect(() => {
    setMatches(null);
    setAt(0);
    if (text === '') return;
    const stop = new AbortController();
    const timer = window.setTimeout(
      () => void findInLog(host, jobId, text, setMatches, stop.signal),
      TYPING_PAUSE_MS,
    );
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [host, jobId, text]);

  const first = matches?.lines[0];
  const goToFirst = useEffectEvent(onGoTo);
  useEffect(() => {
    if (first !== undefined) goToFirst(first);
  }, [first]);

  const goTo = (step: number) => {
    const count = matches?.lines.length ?? 0;
    if (count === 0) return;
    const next = (at + step + count) % count;
    setAt(next);
    onGoTo(matches?.lines[next] ?? 0);
  };
  const count = matches?.lines.length ?? 0;
  const more = count >= MOST_MATCHES ? ' or more' : '';
  const words =
    text === ''
      ? ''
      : count > 0
        ? `${formatCount(at + 1)} of ${formatCount(count)}${more}`
        : matches?.complete === true
          ? 'Not found'
          : 'Searching…';

  return (
    <div className={styles.find} role="search">
      <input
        autoFocus
        type="search"
        aria-label="Find in log"
        placeholder="Find in log"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') goTo(event.shiftKey ? -1 : 1);
          else if (event.key === 'Escape') onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span role="status" className={styles.findCount}>
        {words}
      </span>
      <Button
        look="quiet"
        icon={<ChevronUp aria-hidden="true" />}
        aria-label="Previous place"
        keys="Shift Enter"
        onClick={() => goTo(-1)}
      />
      <Button
        look="quiet"
        icon={<ChevronDown aria-hidden="true" />}
        aria-label="Next place"
        keys="Enter"
        onClick={() => goTo(1)}
      />
      <Button
        look="quiet"
        icon={<X aria-hidden="true" />}
        aria-label="Close find"
        onClick={onClose}
      />
    </div>
  );
}
