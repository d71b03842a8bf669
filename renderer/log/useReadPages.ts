import {useEffect, useEffectEvent, useRef, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {LogPage} from '../../shared/log';
import type {Result} from '../../shared/result';
import {applyPage, emptyLog, firstMissing, PAGE_LINES, type LogPages} from '../state/logPages';

/** How often a log that grows is read again at its end, in milliseconds. */
const LOOK_MS = 500;

const NO_PAGES: LogPages['pages'] = new Map();

/** Reads a stretch of a log. */
export type ReadPage = (fromSeq: number, limit: number) => Promise<Result<LogPage, AppError>>;

/**
 * The pages of a log that is shown beside the one on screen (`useLogPages`): read when they come into view, and looked at
 * again while its jobs go on. `read` is for this `key` alone. Where `moves`, as in a log merged of several, a line may come
 * before others that were read: once there are more, all but what was just read is read again when it comes into view.
 */
export function useReadPages(key: string, read: ReadPage, moves: boolean) {
  const [log, setLog] = useState(emptyLog(key));
  const [error, setError] = useState<AppError | null>(null);
  const reading = useRef(false);
  const view = useRef(0);
  const load = async (fromSeq: number): Promise<void> => {
    const page = await read(fromSeq, PAGE_LINES);
    setError(page.ok ? null : page.error);
    if (!page.ok) return;
    setLog((before) => {
      // another log was chosen meanwhile
      if (before.jobId !== key) return before;
      const {totalLines: lines} = page.value;
      // an answer that was overtaken by a later one
      if (moves && lines < before.totalLines) return before;
      const kept = moves && lines > before.totalLines ? {...before, pages: NO_PAGES} : before;
      return applyPage(kept, {...page.value, jobId: key});
    });
  };

  const loadAgain = useEffectEvent(load);
  useEffect(() => {
    setLog(emptyLog(key));
    setError(null);
    reading.current = false;
    view.current = 0;
    void loadAgain(0);
  }, [key]);
  // one that is gone does not come back
  const ended = log.complete || error !== null;
  useEffect(() => {
    if (ended) return undefined;
    const timer = window.setInterval(() => void loadAgain(view.current), LOOK_MS);
    return () => window.clearInterval(timer);
  }, [key, ended]);

  return {
    log,
    error,
    /** Reads what is missing of a stretch. */
    need: (from: number, to: number) => {
      view.current = from;
      const missing = log.jobId === key ? firstMissing(log, from, to) : null;
      if (missing === null || reading.current) return;
      reading.current = true;
      void load(Math.floor(missing / PAGE_LINES) * PAGE_LINES).finally(() => {
        reading.current = false;
      });
    },
  };
}
