import {ArrowDown} from 'lucide-react';
import {
  useCallback,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
} from 'react';
import {formatPlural} from '../../shared/format';
import {isFinal} from '../../shared/job';
import type {LogPattern, LogScope} from '../../shared/logSearch';
import type {PathLink} from '../../shared/pathLinks';
import {openPath} from '../state/openPath';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {lineAt} from '../state/logPages';
import {phaseWords} from '../status/stateWords';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {endOf, lastErrorLine} from './lastError';
import {isPlace} from './logFinds';
import {LogFind} from './LogFind';
import {LogFileCard} from './LogFileCard';
import {LogFinds} from './LogFinds';
import {LogLineRow} from './LogLineRow';
import {LogLines} from './LogLines';
import {LogMarks} from './LogMarks';
import {LINE_HEIGHT} from './lineSpace';
import {timeColumnOf} from './timeColumn';
import {useLineWindow} from './useLineWindow';
import type {LogJob} from './useLogJob';
import {useLogPages} from './useLogPages';
import {useLogSearch} from './useLogSearch';
import {usePickedLines} from './usePickedLines';
import {LongLine} from './LongLine';
import styles from './LogPanel.module.css';

const NO_LINES: readonly number[] = [];
const NO_PATTERN: LogPattern = {
  text: '',
  caseSensitive: false,
  wholeWord: false,
  regex: false,
};

/** A job's log, live: it follows while the end is in view, and lets go when the user scrolls up. */
export function LogPanel({job}: {readonly job: LogJob}) {
  const {jobId} = job;
  const desk = useDesk();
  const {store} = desk;
  const live = job.job !== null && !isFinal(job.job.statusCode);
  const need = useLogPages(jobId, live);
  const log = useDeskState((state) => state.log);
  const [wrap] = useChoice('log.wrap', 'off');
  const [time] = useChoice('log.time', 'on');
  const [find] = useChoice('log.find', 'off');
  const [pattern, setPattern] = useState(NO_PATTERN);
  const [scopeKind, setScopeKind] = useState<LogScope['kind']>('job');
  const [gone, setGone] = useState<{readonly jobId: string; readonly line: number} | null>(null);
  const [longLine, setLongLine] = useState<number | null>(null);
  const {picked, ...picking} = usePickedLines(jobId, log.totalLines);
  const shown = useLineWindow(log.totalLines, wrap === 'on', jobId);
  const {from, to} = shown;

  const timeColumn = timeColumnOf(time, job.job?.startedAt ?? lineAt(log, 0)?.time ?? null);

  // a longer log has other lines in view
  useEffect(() => need(from, to), [need, from, to, log.totalLines]);

  // of a job that failed, its last error is shown once: the end, unless the error stands too far above it
  const failed = job.job?.state === 'failed';
  const showLine = useEffectEvent((line: number) => {
    if (log.totalLines - line > shown.view / LINE_HEIGHT) shown.goTo(line);
  });
  const shownErrorOf = useRef<string | null>(null);
  useEffect(() => {
    if (!failed || jobId === null || log.jobId !== jobId || shownErrorOf.current === jobId) return;
    const end = endOf(log);
    const line = lastErrorLine(log);
    if (line === undefined) {
      need(end.from, end.to);
      return;
    }
    shownErrorOf.current = jobId;
    if (line !== null) showLine(line);
  }, [failed, jobId, log, need]);

  const onOpen = useCallback(
    ({path, line}: PathLink, inEditor: boolean) => void openPath(desk, path, line, inEditor),
    [desk],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const withCommand = event.ctrlKey || event.metaKey;
    // text that was marked with the mouse is copied by the browser
    const marked = window.getSelection()?.isCollapsed === false;
    if (withCommand && event.key === 'a') picking.pickAll();
    else if (event.key === 'Escape' && picked !== null) picking.clear();
    else if (!withCommand || event.key !== 'c' || marked || !picking.copy()) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const runId = job.job?.runId ?? null;
  const finding = find === 'on' && jobId !== null;
  // all runs stay all runs while one goes from log to log
  const scopeOf = scopeKind === 'run' && runId === null ? 'job' : scopeKind;
  const scopeId = scopeOf === 'all' ? null : scopeOf === 'run' ? runId : jobId;
  const scope = useMemo((): LogScope | null => {
    if (!finding) return null;
    if (scopeId === null) return {kind: 'all'};
    return scopeOf === 'run' ? {kind: 'run', runId: scopeId} : {kind: 'job', jobId: scopeId};
  }, [finding, scopeId, scopeOf]);
  const search = useLogSearch(scope, pattern, live);
  const found = jobId === null ? undefined : search.finds.get(jobId);
  const places = found?.lines ?? NO_LINES;
  const at = gone?.jobId === jobId ? gone.line : null;
  const goTo = (line: number) => {
    if (jobId !== null) setGone({jobId, line});
    shown.goTo(line);
  };
  const first = places[0];
  const goToFirst = useEffectEvent((line: number) => {
    // a search made again leaves one where one is
    if (at === null) goTo(line);
  });
  useEffect(() => setGone(null), [pattern]);
  useEffect(() => {
    if (first !== undefined) goToFirst(first);
  }, [first, jobId]);

  return (
    <>
      {finding && (
        <LogFind
          pattern={pattern}
          onPattern={setPattern}
          scope={scopeOf}
          onScope={setScopeKind}
          search={search}
          lines={places}
          count={found?.count ?? 0}
          unsearched={log.totalLines - (found?.searched ?? 0)}
          at={at}
          onGoTo={goTo}
          onClose={() =>
            store.setState((state) => ({choices: {...state.choices, 'log.find': 'off'}}))
          }
        />
      )}
      {finding && scopeOf !== 'job' && <LogFinds finds={search.finds} jobId={jobId} />}
      {job.file !== null && job.file.jobId === jobId && (
        <LogFileCard file={job.file} byOpensafely={job.ranElsewhere} />
      )}
      {log.totalLines === 0 ? (
        <EmptyLog job={job} />
      ) : (
        <div className={styles.body}>
          <LogLines
            window={shown}
            label={`Log of ${job.action ?? 'the job'}`}
            wrapped={wrap === 'on'}
            onKeyDown={onKeyDown}
            row={(seq) => (
              <LogLineRow
                seq={seq}
                line={lineAt(log, seq)}
                digits={String(log.totalLines).length}
                time={timeColumn}
                pattern={finding ? pattern : NO_PATTERN}
                found={isPlace(places, seq)}
                here={seq === at}
                picked={picked !== null && seq >= picked.from && seq <= picked.to}
                onPick={picking.pick}
                onShowAll={setLongLine}
                onOpen={onOpen}
              />
            )}
          />
          <LogMarks lines={places} totalLines={log.totalLines} onGoTo={goTo} />
        </div>
      )}
      {longLine !== null && jobId !== null && (
        <LongLine jobId={jobId} seq={longLine} onClose={() => setLongLine(null)} />
      )}
      {shown.fresh > 0 && (
        <Button
          look="primary"
          className={styles.fresh}
          icon={<ArrowDown aria-hidden="true" />}
          onClick={shown.follow}
        >
          {formatPlural(shown.fresh, 'new line')}
        </Button>
      )}
    </>
  );
}

function EmptyLog({job}: {readonly job: LogJob}) {
  if (job.jobId === null && job.ranElsewhere) {
    return (
      <EmptyState title={`${job.action ?? 'This action'} was run by opensafely run`}>
        Its log would be metadata/{job.action}.log, and there is none. Runs made here keep the log
        of every attempt.
      </EmptyState>
    );
  }
  if (job.jobId === null) {
    return (
      <EmptyState title={job.action === null ? 'Nothing selected' : `${job.action} has no log yet`}>
        {job.action === null
          ? 'Select an action to read what it printed.'
          : 'What an action prints is shown here line by line while it runs.'}
      </EmptyState>
    );
  }
  const open = job.job !== null && !isFinal(job.job.statusCode);
  const unstarted = job.job !== null && job.job.startedAt === null;
  return (
    <EmptyState
      title={
        open
          ? 'Nothing printed yet'
          : unstarted
            ? 'Its newest job did not start'
            : 'The action printed nothing'
      }
    >
      {job.job === null ? '' : open ? phaseWords(job.job.statusCode) : job.job.message}
    </EmptyState>
  );
}
