import {useVirtualizer} from '@tanstack/react-virtual';
import {Minus} from 'lucide-react';
import {useMemo, useRef} from 'react';
import {formatDuration, formatList, formatPlural} from '../../shared/format';
import type {PlannedJob, RunRequest} from '../../shared/plan';
import type {PlanPreview, PreviewedJob} from '../../shared/preview';
import {selectAction, useDesk, useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {ActionName} from '../status/ActionName';
import {StateIcon} from '../status/StateIcon';
import {StaleWords} from '../status/StaleWords';
import {Button} from '../ui/Button';
import {REASON_WORDS} from './planWords';
import styles from './PlanTray.module.css';

/** Props of {@link PlanJobs}. */
export interface PlanJobsProps {
  readonly preview: PlanPreview;
  readonly request: RunRequest;
  readonly onTakeOut: (action: string) => void;
  readonly onUnforce: (action: string) => void;
}

const ROW_HEIGHT = 30;

/** The jobs of a plan in the order they can start, each with why, how long, and what it replaces. */
export function PlanJobs({preview, request, onTakeOut, onUnforce}: PlanJobsProps) {
  const {jobs} = preview.plan;
  const scroller = useRef<HTMLDivElement>(null);
  const told = useMemo(() => new Map(preview.jobs.map((job) => [job.action, job])), [preview.jobs]);
  const forced = useMemo(() => new Set(request.force), [request.force]);
  const virtual = useVirtualizer({
    count: jobs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  });
  return (
    <div
      ref={scroller}
      className={styles.jobs}
      tabIndex={0}
      role="group"
      aria-label="Jobs in order"
    >
      <ol className={styles.jobsBody} style={{height: virtual.getTotalSize()}}>
        {virtual.getVirtualItems().map((item) => {
          const job = jobs[item.index];
          if (job === undefined) return null;
          return (
            <li
              key={job.action}
              aria-setsize={jobs.length}
              aria-posinset={item.index + 1}
              className={styles.job}
              style={{transform: `translateY(${item.start}px)`}}
            >
              <JobRow
                number={item.index + 1}
                job={job}
                told={told.get(job.action)}
                forced={forced.has(job.action)}
                onTakeOut={onTakeOut}
                onUnforce={onUnforce}
              />
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function JobRow(props: {
  readonly number: number;
  readonly job: PlannedJob;
  readonly told: PreviewedJob | undefined;
  readonly forced: boolean;
  readonly onTakeOut: (action: string) => void;
  readonly onUnforce: (action: string) => void;
}) {
  const {number, job, told, forced, onTakeOut, onUnforce} = props;
  const {store} = useDesk();
  const state = useDeskState((desk) => stateOfAction(desk.statuses, job.action));
  const selected = useDeskState((desk) => desk.selection === job.action);
  const reason = told?.staleReasons[0];
  return (
    <>
      <span className={styles.number}>{number}</span>
      <StateIcon state={state} named />
      <button
        type="button"
        className={styles.action}
        aria-pressed={selected}
        data-tip={job.action}
        onClick={() => selectAction(store, job.action)}
      >
        <ActionName name={job.action} />
      </button>
      <span className={styles.reason}>
        {REASON_WORDS[job.reason]}
        {reason !== undefined && (
          <>
            {': '}
            <StaleWords message={reason.message} />
          </>
        )}
        {job.reason !== 'requested' && reason === undefined && job.neededBy.length > 0 && (
          <>, needed by {formatList(job.neededBy, 2)}</>
        )}
      </span>
      {told !== undefined && told.overwrites.length > 0 && (
        <span className={styles.detail} data-tip={told.overwrites.slice(0, 8).join(', ')}>
          replaces {formatPlural(told.overwrites.length, 'file')}
        </span>
      )}
      <span className={styles.seconds}>
        {told === undefined || told.expectedSeconds === null
          ? ''
          : formatDuration(told.expectedSeconds)}
      </span>
      <Button
        look="quiet"
        className={styles.takeOut}
        icon={<Minus aria-hidden="true" />}
        aria-label={forced ? `Do not force ${job.action}` : `Take ${job.action} out`}
        onClick={() => (forced ? onUnforce(job.action) : onTakeOut(job.action))}
      />
    </>
  );
}
