import {useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {isFilter, type LogFilter, type LogPattern, type LogScope} from '../../shared/logSearch';
import {useDesk} from '../state/deskStore';
import {withFound, type LogFinds} from './logFinds';

/** A search as far as it has come. */
export interface LogSearchState {
  readonly finds: LogFinds;
  /** Lines that match in all logs. */
  readonly count: number;
  /** There is something to look for. */
  readonly asked: boolean;
  readonly ended: boolean;
  readonly error: AppError | null;
}

const TYPING_PAUSE_MS = 120;
const NOTHING: LogSearchState = {
  finds: new Map(),
  count: 0,
  asked: false,
  ended: false,
  error: null,
};

let searches = 0;

/**
 * Has the host search as long as there is something to look for; `scope` must be the same object while it is the same.
 * What a job prints later is found when it has ended and `live` changes.
 */
export function useLogSearch(
  scope: LogScope | null,
  pattern: LogPattern,
  filter: LogFilter,
  live: boolean,
): LogSearchState {
  const {host} = useDesk();
  const [search, setSearch] = useState(NOTHING);

  useEffect(() => {
    setSearch(NOTHING);
    if (scope === null || (pattern.text === '' && !isFilter(filter))) return;
    setSearch({...NOTHING, asked: true});
    searches += 1;
    const searchId = `find-${searches}`;
    let left = false;
    const undo = host.on('log:found', (found) => {
      if (left || found.searchId !== searchId) return;
      setSearch((before) => {
        const finds = withFound(before.finds, found);
        const count = before.count - (before.finds.get(found.jobId)?.count ?? 0) + found.count;
        return {...before, finds, count};
      });
    });
    const timer = window.setTimeout(() => {
      void host.request('logs:search', {searchId, scope, pattern, filter}).then((end) => {
        if (left) return;
        setSearch((before) => ({...before, ended: true, error: end.ok ? null : end.error}));
      });
    }, TYPING_PAUSE_MS);
    return () => {
      left = true;
      undo();
      window.clearTimeout(timer);
      void host.request('logs:stopSearch', {});
    };
  }, [host, scope, pattern, filter, live]);

  return search;
}
