import {useCallback, useEffect, useRef, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {useDesk, type Desk} from '../state/deskStore';
import {applyPage, emptyLog, firstMissing, PAGE_LINES} from '../state/logPages';

/** Reads one stretch into the store, if its job is still the one on screen. */
async function readInto(desk: Desk, jobId: string, fromSeq: number): Promise<AppError | null> {
  const page = await desk.host.request('logs:read', {jobId, fromSeq, limit: PAGE_LINES});
  if (!page.ok) return page.error;
  desk.store.setState((state) => ({log: applyPage(state.log, page.value)}));
  return null;
}

/** Puts a job's log on screen and follows it. */
export function useLogPages(jobId: string | null, live: boolean) {
  const desk = useDesk();
  const reading = useRef<number | null>(null);
  /** Why the log can't be read, as when it is no longer kept; null while it can. */
  const [error, setError] = useState<AppError | null>(null);

  useEffect(() => {
    if (desk.store.getState().log.jobId !== jobId) desk.store.setState({log: emptyLog(jobId)});
    reading.current = null;
    setError(null);
    let shown = true;
    // follow first, then read: what comes in between arrives twice rather than not at all
    void desk.host.request('logs:follow', {jobId: live ? jobId : null}).then(async () => {
      const failed = jobId === null ? null : await readInto(desk, jobId, 0);
      if (shown) setError(failed);
    });
    return () => {
      shown = false;
      void desk.host.request('logs:follow', {jobId: null});
    };
  }, [desk, jobId, live]);

  /** Makes lines present that were never read, or fell into a gap between two batches. */
  const need = useCallback(
    (from: number, to: number) => {
      const {log} = desk.store.getState();
      if (jobId === null || log.jobId !== jobId) return;
      const missing = firstMissing(log, from, to);
      if (missing === null || reading.current === missing) return;
      reading.current = missing;
      const start = Math.floor(missing / PAGE_LINES) * PAGE_LINES;
      void readInto(desk, jobId, start).finally(() => {
        if (reading.current === missing) reading.current = null;
      });
    },
    [desk, jobId],
  );
  return {need, error};
}
