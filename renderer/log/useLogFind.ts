import {useEffect, useMemo, useState} from 'react';
import {isFilter, NO_FILTER, type LogPattern, type LogScope} from '../../shared/logSearch';
import {useChoice, useDesk} from '../state/deskStore';
import {useLogSearch} from './useLogSearch';

/** What finds something in no line. */
export const NO_PATTERN: LogPattern = {
  text: '',
  caseSensitive: false,
  wholeWord: false,
  regex: false,
};

const NO_LINES: readonly number[] = [];

/** Find as it is: what is looked for and where, what was found, and which of it one has gone to. */
export type LogFindState = ReturnType<typeof useLogFind>;

/** Find in the log of a job, in all jobs of its run, or in all runs, as long as find is open. */
export function useLogFind(jobId: string | null, runId: string | null, live: boolean) {
  const [find] = useChoice('log.find', 'off');
  const [pattern, setPattern] = useState(NO_PATTERN);
  const [filter, setFilter] = useState(NO_FILTER);
  const [wantsOnly, setOnly] = useState(false);
  const [scopeKind, setScope] = useState<LogScope['kind']>('job');
  const [gone, setGone] = useState<{readonly jobId: string; readonly line: number} | null>(null);
  const open = find === 'on' && jobId !== null;
  // all runs stay all runs while one goes from log to log
  const kind = scopeKind === 'run' && runId === null ? 'job' : scopeKind;
  const id = kind === 'all' ? null : kind === 'run' ? runId : jobId;
  const scope = useMemo((): LogScope | null => {
    if (!open) return null;
    if (id === null) return {kind: 'all'};
    return kind === 'run' ? {kind: 'run', runId: id} : {kind: 'job', jobId: id};
  }, [open, id, kind]);
  const {host} = useDesk();
  useEffect(() => {
    if (open) void host.request('logs:prepareSearch', {});
  }, [host, open]);
  const search = useLogSearch(scope, pattern, filter, live);
  const found = jobId === null ? undefined : search.finds.get(jobId);
  useEffect(() => setGone(null), [pattern, filter]);
  return {
    ...{open, pattern, setPattern, filter, setFilter, scope: kind, setScope, search, setOnly},
    /** Lines of the log on screen that were found; `count` counts also those that are too many to walk through. */
    lines: found?.lines ?? NO_LINES,
    count: found?.count ?? 0,
    /** Lines of the log on screen that were looked at. */
    searched: found?.searched ?? 0,
    /** The line that was gone to last; null before. */
    at: gone?.jobId === jobId ? gone.line : null,
    /** Only what was found is shown. */
    only: open && wantsOnly && (pattern.text !== '' || isFilter(filter)),
    setAt(line: number) {
      if (jobId !== null) setGone({jobId, line});
    },
  };
}
