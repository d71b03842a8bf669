import {useVirtualizer} from '@tanstack/react-virtual';
import {useEffect, useEffectEvent, useMemo, useRef, type KeyboardEvent} from 'react';
import {
  formatClock,
  formatDayTime,
  formatDuration,
  formatPlural,
  formatTimeOfDay,
} from '../../shared/format';
import {isUnderWay, type JobState} from '../../shared/job';
import {remainingWords} from '../../shared/remainingTime';
import type {RunRecord} from '../../shared/run';
import {STATE_WORDS} from '../../shared/status';
import {useWidth} from '../ui/useWidth';
import {useChoice, useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {stateOfRun} from '../state/runWords';
import {namesFound} from '../state/selectors';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {stateStyle} from '../status/stateGlyph';
import {Name} from '../ui/Name';
import {EmptyState} from '../ui/Section';
import {scheduleRun, timeTicks, type RunSchedule, type ScheduledJob} from './runSchedule';
import styles from './Timeline.module.css';

const ROW_HEIGHT = 28;
/** What names take of the chart's width in pixels (Timeline.module.css), and so its free end and a time on its axis. */
const NAMES = {least: 200, share: 0.3, most: 440} as const;
const END = 44;
const TICK_WIDTH = 48;
const RUNNING_MS = 1000;
const DONE_MS = 3_600_000;

/** The jobs of a run over time: what ran when, what decided its length, when it should be over. */
export function Timeline() {
  const runs = useDeskState((state) => state.runs);
  const active = useDeskState((state) => state.activeRunId);
  const [chosen, choose] = useChoice('timeline.run', '');
  const run =
    runs.find(({id}) => id === chosen) ?? runs.find(({id}) => id === active) ?? runs[0] ?? null;
  if (run === null) {
    return (
      <EmptyState title="No runs yet">
        Each run is drawn here over time, with the jobs that decided how long it took.
      </EmptyState>
    );
  }
  return <RunTimeline run={run} runs={runs} onChoose={choose} />;
}

function RunTimeline(props: {
  readonly run: RunRecord;
  readonly runs: readonly RunRecord[];
  readonly onChoose: (id: string) => void;
}) {
  const {run, runs, onChoose} = props;
  const statuses = useDeskState((state) => state.statuses);
  const matches = useDeskState(namesFound);
  const state = useDeskState(({activeRunId}) => stateOfRun(run, activeRunId));
  const open = isUnderWay(state);
  const now = useNow(open ? RUNNING_MS : DONE_MS);
  const schedule = useMemo(
    () =>
      scheduleRun(run, (action) => statuses.get(action)?.expectedSeconds ?? null, now.getTime()),
    [run, statuses, now],
  );
  const jobs = useMemo(
    () => schedule.jobs.filter(({job}) => matches === null || matches.has(job.action)),
    [schedule, matches],
  );
  const unstarted = run.jobs.length - schedule.jobs.length;
  const words = [
    summaryOf(run, state, schedule, now.getTime()),
    ...(unstarted > 0 ? [`${formatPlural(unstarted, 'job')} never started`] : []),
    ...(matches === null ? [] : [`showing ${jobs.length} of ${schedule.jobs.length}`]),
  ].join(', ');

  return (
    <div className={styles.timeline}>
      <div className={styles.toolbar}>
        <span className={styles.summary} role="status" data-tip={words}>
          {words}
        </span>
        <select
          className={styles.chooser}
          aria-label="Run"
          value={run.id}
          onChange={(event) => onChoose(event.target.value)}
        >
          {runs.map((each) => (
            <option key={each.id} value={each.id}>
              {formatDayTime(each.startedAt, now)} · {formatPlural(each.jobs.length, 'job')}
            </option>
          ))}
        </select>
      </div>
      <Gantt jobs={jobs} schedule={schedule} now={open ? now.getTime() : null} />
    </div>
  );
}

/** What the run took, or when it should be over. */
function summaryOf(run: RunRecord, state: JobState, schedule: RunSchedule, now: number): string {
  if (run.endedAt !== null) {
    const words = run.outcome ?? 'cut off';
    return `${words}, ${formatDuration((Date.parse(run.endedAt) - schedule.start) / 1000)}`;
  }
  if (state !== 'running') return STATE_WORDS[state].toLowerCase();
  const gone = `running ${formatClock((now - schedule.start) / 1000)}`;
  if (schedule.expectedEnd === null) return `${gone}, not timed before`;
  const left = remainingWords({seconds: (schedule.expectedEnd - now) / 1000, unknown: 0});
  if (left === null) return `${gone}, longer than usual`;
  return `${gone}, ${left}, until ${formatTimeOfDay(new Date(schedule.expectedEnd).toISOString())}`;
}

function Gantt(props: {
  readonly jobs: readonly ScheduledJob[];
  readonly schedule: RunSchedule;
  readonly now: number | null;
}) {
  const {jobs, schedule, now} = props;
  const {store} = useDesk();
  const selection = useDeskState((state) => state.selection);
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller, 960);
  const names = Math.min(NAMES.most, Math.max(NAMES.least, width * NAMES.share));
  const most = Math.min(8, Math.max(1, Math.floor((width - names - END) / TICK_WIDTH)));
  const length = Math.max(schedule.end, now ?? 0) - schedule.start;
  const percent = (time: number): number => ((time - schedule.start) / length) * 100;
  const virtual = useVirtualizer({
    count: jobs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  const here = jobs.findIndex(({job}) => job.action === selection);
  const follow = useEffectEvent(() => {
    if (here !== -1) virtual.scrollToIndex(here, {align: 'auto'});
  });
  useEffect(() => follow(), [selection]);

  const inDocument = virtual.getVirtualItems().some(({index}) => index === here);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = {ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: jobs.length - 1}[
      event.key
    ];
    const next = target === undefined ? undefined : jobs[Math.max(0, target)];
    if (next === undefined) return;
    event.preventDefault();
    selectAction(store, next.job.action);
  };

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="listbox"
      aria-label="Jobs of the run by start"
      tabIndex={0}
      aria-activedescendant={inDocument ? `timeline-${here}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div className={styles.axis} aria-hidden="true">
        <span className={styles.corner}>
          <i className={styles.criticalMark} /> critical path
        </span>
        <span className={styles.ticks}>
          {timeTicks(length / 1000, most).map((seconds) => (
            <span
              key={seconds}
              className={styles.tick}
              style={{left: `${((seconds * 1000) / length) * 100}%`}}
            >
              {formatClock(seconds)}
            </span>
          ))}
        </span>
      </div>
      <div className={styles.body} style={{height: virtual.getTotalSize()}}>
        {virtual.getVirtualItems().map(({index, start}) => {
          const item = jobs[index];
          if (item === undefined) return null;
          const {state} = item.job;
          const words = `${item.job.action}, ${STATE_WORDS[state]}, ${formatDuration((item.end - item.start) / 1000)}${item.certainty === 'done' ? '' : ' expected'}${item.critical ? ', on the critical path' : ''}`;
          return (
            <div
              key={item.job.id}
              id={`timeline-${index}`}
              role="option"
              aria-selected={index === here}
              aria-label={words}
              data-tip={words}
              className={styles.row}
              style={{transform: `translateY(${start}px)`}}
              onClick={() => selectAction(store, item.job.action)}
            >
              <span className={styles.name}>
                <StateIcon state={state} />
                <span className={styles.label}>
                  <Name name={item.job.action} />
                </span>
              </span>
              <span className={styles.track}>
                <span
                  className={styles.bar}
                  data-state={state}
                  data-certainty={item.certainty}
                  data-critical={item.critical}
                  style={{
                    ...stateStyle(state),
                    left: `${percent(item.start)}%`,
                    width: `${percent(item.end) - percent(item.start)}%`,
                  }}
                />
                {now !== null && <span className={styles.now} style={{left: `${percent(now)}%`}} />}
              </span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
