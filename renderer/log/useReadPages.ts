import {useEffect, useEffectEvent, useRef, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {LogPage} from '../../shared/log';
import type {Result} from '../../shared/result';
import {
  applyPage,
  emptyLog,
  firstMissing,
  PAGE_LINES,
  withoutEnd,
  type LogPages,
} from '../state/logPages';

/** How often a log that grows is read again at its end, in milliseconds. */
const LOOK_MS = 500;

/** Lines at the end that are read again once there are more: of several jobs a line may come late. */
const LATE_LINES = 1000;

/** Reads a stretch of a log. */
export type ReadPage = (fromSeq: number, limit: number) => Promise<Result<LogPage, AppError>>;

/**
 * The pages of a log that is shown beside the one on screen (`useLogPages`): read when they come into view, and looked at
 * again while its jobs go on. `read` is for this `key` alone.
 */
export function useReadPages(
  key: string,
  read: ReadPage,
): {
  readonly log: LogPages;
  readonly error: AppError | null;
  /** Reads what is missing of a stretch. */
  readonly need: (from: number, to: number) => void;
} {
  const [log, setLog] = useState(emptyLog(key));
  const [error, setError] = useState<AppError | null>(null);
  const reading = useRef(false);
  const load = async (fromSeq: number): Promise<void> => {
    const page = await read(fromSeq, PAGE_LINES);
    setError(page.ok ? null : page.error);
    if (!page.ok) return;
    setLog((before) => {
      // another log was chosen meanwhile
      if (before.jobId !== key) return before;
      const grown = page.value.totalLines > before.totalLines && before.totalLines > 0;
      const kept = grown ? withoutEnd(before, before.totalLines - LATE_LINES) : before;
      return applyPage(kept, {...page.value, jobId: key});
    });
  };

  const loadAgain = useEffectEvent(load);
  useEffect(() => {
    setLog(emptyLog(key));
    setError(null);
    reading.current = false;
    void loadAgain(0);
  }, [key]);
  const {complete, totalLines} = log;
  useEffect(() => {
    if (complete) return undefined;
    const timer = window.setInterval(() => void loadAgain(totalLines), LOOK_MS);
    return () => window.clearInterval(timer);
  }, [key, complete, totalLines]);

  return {
    log,
    error,
    need(from, to) {
      const missing = log.jobId === key ? firstMissing(log, from, to) : null;
      if (missing === null || reading.current) return;
      reading.current = true;
      void load(Math.floor(missing / PAGE_LINES) * PAGE_LINES).finally(() => {
        reading.current = false;
      });
    },
  };
}
