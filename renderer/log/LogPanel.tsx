import {ArrowDown} from 'lucide-react';
import {
  useCallback,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
  useMemo,
  type KeyboardEvent,
} from 'react';
import type {AppError} from '../../shared/errors';
import {formatPlural} from '../../shared/format';
import {isFinal} from '../../shared/job';
import type {PathLink} from '../../shared/pathLinks';
import {openPath} from '../state/openPath';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {lineAt} from '../state/logPages';
import {phaseWords} from '../status/stateWords';
import {Button} from '../ui/Button';
import {EmptyState} from '../ui/Section';
import {endOf, lastErrorLine} from './lastError';
import {isPlace, placeFrom, marksOf} from './logFinds';
import {LogFind} from './LogFind';
import {LogFileCard} from './LogFileCard';
import {LogFinds} from './LogFinds';
import {LogLineRow} from './LogLineRow';
import {LogLines} from './LogLines';
import {LINE_HEIGHT} from './lineSpace';
import {timeColumnOf} from './timeColumn';
import {NO_PATTERN, useLogFind} from './useLogFind';
import {useLineWindow} from './useLineWindow';
import type {LogJob} from './useLogJob';
import {useLogPages} from './useLogPages';
import {usePickedLines} from './usePickedLines';
import {LongLine} from './LongLine';
import styles from './LogPanel.module.css';

/** The log of a job, what is found and picked in it, and the part in view, whose lines are read as it moves. */
function useOpenLog(job: LogJob) {
  const {jobId} = job;
  const live = job.job !== null && !isFinal(job.job.statusCode);
  const {need, error} = useLogPages(jobId, live);
  const log = useDeskState((state) => state.log);
  const [wrap] = useChoice('log.wrap', 'off');
  const finding = useLogFind(jobId, job.job?.runId ?? null, live);
  const {lines: places, at} = finding;
  const picking = usePickedLines(jobId, log.totalLines);
  const rows = finding.only ? places.length : log.totalLines;
  const shown = useLineWindow(rows, wrap === 'on', jobId);
  const {from, to, view} = shown;

  // a longer log has other lines in view
  const needRows = useEffectEvent(() => {
    if (!finding.only) return need(from, to);
    const missing = places.slice(from, to).find((line) => lineAt(log, line) === undefined);
    if (missing !== undefined) need(missing, missing + 1);
  });
  useEffect(() => needRows(), [jobId, from, to, log, finding.only, places]);

  const showError = (line: number): void => {
    if (log.totalLines - line > view / LINE_HEIGHT) shown.goTo(line);
  };
  useLastError(job, view, need, showError);

  const goTo = (line: number) => {
    finding.setAt(line);
    shown.goTo(finding.only ? placeFrom(places, line) : line);
  };
  const first = places[0];
  const goToFirst = useEffectEvent((line: number) => {
    // a search made again leaves one where one is
    if (at === null) goTo(line);
  });
  useEffect(() => {
    if (first !== undefined) goToFirst(first);
  }, [first, jobId]);
  return {log, error, finding, picking, shown, wrapped: wrap === 'on', goTo};
}

type OpenLog = ReturnType<typeof useOpenLog>;

/** A job's log, live: it follows while the end is in view, and lets go when the user scrolls up. */
export function LogPanel({job}: {readonly job: LogJob}) {
  const {jobId} = job;
  const {store} = useDesk();
  const open = useOpenLog(job);
  const {log, finding, shown} = open;
  const [longLine, setLongLine] = useState<number | null>(null);
  return (
    <>
      {finding.open && (
        <LogFind
          finding={finding}
          unsearched={log.totalLines - finding.searched}
          onGoTo={open.goTo}
          onClose={() =>
            store.setState((state) => ({choices: {...state.choices, 'log.find': 'off'}}))
          }
        />
      )}
      {finding.open && finding.scope !== 'job' && (
        <LogFinds finds={finding.search.finds} jobId={jobId} />
      )}
      {job.file !== null && job.file.jobId === jobId && (
        <LogFileCard file={job.file} byOpensafely={job.ranElsewhere} />
      )}
      {log.totalLines === 0 ? (
        <EmptyLog job={job} error={open.error} />
      ) : (
        <LogBody job={job} open={open} onShowAll={setLongLine} />
      )}
      {longLine !== null && jobId !== null && (
        <LongLine jobId={jobId} seq={longLine} onClose={() => setLongLine(null)} />
      )}
      {shown.fresh > 0 && (
        <Button look="primary" className={styles.fresh} icon={<ArrowDown />} onClick={shown.follow}>
          {formatPlural(shown.fresh, 'new line')}
        </Button>
      )}
    </>
  );
}

/** The lines in view, and marks beside them of all that is found. */
function LogBody(props: {
  readonly job: LogJob;
  readonly open: OpenLog;
  readonly onShowAll: (line: number) => void;
}) {
  const {job, open, onShowAll} = props;
  const {log, finding, picking, shown, wrapped, goTo} = open;
  const {lines: places, at} = finding;
  const {picked} = picking;
  const desk = useDesk();
  const [time] = useChoice('log.time', 'on');
  const timeColumn = timeColumnOf(time, job.job?.startedAt ?? lineAt(log, 0)?.time ?? null);
  /** The line in a row. */
  const lineOf = (row: number): number => (finding.only ? (places[row] ?? 0) : row);
  const onOpen = useCallback(
    ({path, line}: PathLink, inEditor: boolean) => void openPath(desk, path, line, inEditor),
    [desk],
  );
  return (
    <div className={styles.body} data-only={finding.only}>
      <LogLines
        window={shown}
        label={`Log of ${job.action ?? 'the job'}`}
        wrapped={wrapped}
        onKeyDown={(event) => onPickKey(event, picking, finding.only ? places : null)}
        row={(row) => {
          const seq = lineOf(row);
          return (
            <LogLineRow
              seq={seq}
              line={lineAt(log, seq)}
              digits={String(log.totalLines).length}
              time={timeColumn}
              pattern={finding.open ? finding.pattern : NO_PATTERN}
              found={isPlace(places, seq)}
              here={seq === at}
              picked={picked !== null && seq >= picked.from && seq <= picked.to}
              onPick={picking.pick}
              onShowAll={onShowAll}
              onOpen={onOpen}
            />
          );
        }}
      />
      {!finding.only && <LogMarks lines={places} totalLines={log.totalLines} onGoTo={goTo} />}
    </div>
  );
}

/** Of a job that failed, its last error is shown once: the end, unless the error stands too far above it. */
function useLastError(
  job: LogJob,
  view: number,
  need: (from: number, to: number) => void,
  show: (line: number) => void,
): void {
  const {jobId} = job;
  const log = useDeskState((state) => state.log);
  const failed = job.job?.state === 'failed';
  const showLine = useEffectEvent(show);
  const shextraErrorOf = useRef<string | null>(null);
  useEffect(() => {
    if (!failed || jobId === null || log.jobId !== jobId || shextraErrorOf.current === jobId)
      return;
    // what is in view is not known yet
    if (view === 0) return;
    const end = endOf(log);
    const line = lastErrorLine(log);
    if (line === undefined) {
      need(end.from, end.to);
      return;
    }
    shextraErrorOf.current = jobId;
    if (line !== null) showLine(line);
  }, [failed, jobId, log, need, view]);
}

/** The keys for picked lines: all, none, or copied, of which only those `among` others if these are given. */
function onPickKey(
  event: KeyboardEvent,
  picking: ReturnType<typeof usePickedLines>,
  among: readonly number[] | null,
): void {
  const withCommand = event.ctrlKey || event.metaKey;
  // text that was marked with the mouse is copied by the browser
  const marked = window.getSelection()?.isCollapsed === false;
  if (withCommand && event.key === 'a') picking.pickAll();
  else if (event.key === 'Escape' && picking.picked !== null) picking.clear();
  else if (!withCommand || event.key !== 'c' || marked || !picking.copy(among)) return;
  event.preventDefault();
  event.stopPropagation();
}

function EmptyLog({job, error}: {readonly job: LogJob; readonly error: AppError | null}) {
  // a job that never came to be carried out has no log to miss
  if (error !== null && job.job?.logFile !== null)
    return <EmptyState title={error.message}>{error.hint ?? ''}</EmptyState>;
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
          ? 'Select an action to read its log.'
          : 'What an action prints appears here while it runs.'}
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
            ? 'The latest job did not start'
            : 'The action printed nothing'
      }
    >
      {job.job === null || (job.job.state === 'failed' && !unstarted)
        ? ''
        : open
          ? phaseWords(job.job.statusCode)
          : job.job.message}
    </EmptyState>
  );
}

/** Rows of marks that can be seen apart beside the scrollbar. */
const ROWS = 400;

/** Where in the log something was found, beside its scrollbar; a click goes to the nearest place. */
function LogMarks(props: {
  readonly lines: readonly number[];
  readonly totalLines: number;
  readonly onGoTo: (line: number) => void;
}) {
  const {lines, totalLines, onGoTo} = props;
  const marks = useMemo(() => marksOf(lines, totalLines, ROWS), [lines, totalLines]);
  if (marks.length === 0) return null;
  return (
    <div
      className={styles.marks}
      aria-hidden="true"
      onClick={({clientY, currentTarget}) => {
        const box = currentTarget.getBoundingClientRect();
        const wanted = ((clientY - box.top) / box.height) * totalLines;
        const nearest = lines.reduce((best, line) =>
          Math.abs(line - wanted) < Math.abs(best - wanted) ? line : best,
        );
        onGoTo(nearest);
      }}
    >
      {marks.map((share) => (
        <i key={share} style={{top: `${share * 100}%`}} />
      ))}
    </div>
  );
}
