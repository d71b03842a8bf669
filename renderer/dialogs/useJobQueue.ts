import {useCallback, useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {JobQueue} from '../../shared/jobQueue';
import {useDesk} from '../state/deskStore';

/** How often it is looked at while it is on screen. */
const LOOK_MS = 1000;

/** Something that can be done with the queue. */
export type QueueRequestName = 'jobQueue:setUp' | 'jobQueue:turnOff' | 'jobQueue:start' | 'jobQueue:stop';

/** The queue on screen. */
export interface ShownQueue {
  /** Null before the first answer. */
  readonly queue: JobQueue | null;
  /** Why it could not be looked at, or something not be done; what is shown is then what was known last. */
  readonly error: AppError | null;
  /** Something is being done. */
  readonly busy: boolean;
  readonly perform: (name: QueueRequestName) => void;
}

/** Looks at the queue for as long as the component is there. */
export function useJobQueue(): ShownQueue {
  const {host} = useDesk();
  const [queue, setQueue] = useState<JobQueue | null>(null);
  const [lookError, setLookError] = useState<AppError | null>(null);
  const [doneError, setDoneError] = useState<AppError | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let wanted = true;
    let timer: number | undefined;
    const look = async () => {
      const answer = await host.request('jobQueue:state', {});
      if (!wanted) return;
      if (answer.ok) setQueue(answer.value);
      setLookError(answer.ok ? null : answer.error);
      timer = window.setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [host]);

  const perform = useCallback(
    (name: QueueRequestName) => {
      setBusy(true);
      setDoneError(null);
      void host.request(name, {}).then((answer) => {
        setBusy(false);
        if (answer.ok) setQueue(answer.value);
        else setDoneError(answer.error);
      });
    },
    [host],
  );
  return {queue, error: doneError ?? lookError, busy, perform};
}
