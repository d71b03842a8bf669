import {useVirtualizer} from '@tanstack/react-virtual';
import {useEffect, useMemo, useRef, type CSSProperties} from 'react';
import {formatPlural} from '../../shared/format';
import type {RunRequest} from '../../shared/plan';
import {planReasonText} from '../../shared/planReason';
import type {PlanPreview} from '../../shared/preview';
import {groupsOf} from '../groups/similarActions';
import {useDeskState, useToggled} from '../state/deskStore';
import {useWidth} from '../ui/useWidth';
import {comparePlans} from './comparison';
import {JobRow, LeftOutRow} from './JobRow';
import {GroupHeading} from './GroupHeading';
import {groupJobs, planLines, type PlanLine} from './planLines';
import {columnsOf, nameSpace, NARROW} from './planColumns';
import styles from './PlanJobs.module.css';

/** Props of {@link PlanJobs}. */
export interface PlanJobsProps {
  readonly preview: PlanPreview;
  readonly request: RunRequest;
  readonly onChange: (next: Partial<RunRequest>) => void;
}

const ROW_HEIGHT = 30;
/** Of a row with its reason on a separate line. */
const TALL_ROW_HEIGHT = 48;

/** The lines of a plan, folded as the user left them, with their columns and the names that fit in `width` pixels. */
function usePlanLines(preview: PlanPreview, width: number) {
  const {plan} = preview;
  const previews = useMemo(
    () => new Map(preview.jobs.map((job) => [job.action, job])),
    [preview.jobs],
  );
  const {rows, differ} = useMemo(() => comparePlans(preview), [preview]);
  const columns = useMemo(() => columnsOf(preview.jobs, differ), [preview.jobs, differ]);
  const groupOf = useDeskState((state) => groupsOf(state.study));
  const parts = useMemo(() => groupJobs(rows, groupOf), [rows, groupOf]);
  const [toggled, toggle] = useToggled('plan.folded');
  const lines = useMemo(() => planLines(parts, toggled), [parts, toggled]);
  const space = useMemo(() => {
    const now = new Date();
    const reasons = plan.jobs.map((job) => planReasonText(job, previews.get(job.action), now));
    return nameSpace(width, columns, parts, reasons);
  }, [parts, width, columns, plan.jobs, previews]);
  return {previews, differ, columns, lines, toggle, space, groupOf};
}

type PlanView = ReturnType<typeof usePlanLines>;

/**
 * The jobs of a plan in the order they can start, each with why, how long, and what it replaces;
 * where `opensafely run` would do something else, what it would do beside each.
 */
export function PlanJobs({preview, request, onChange}: PlanJobsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller, 720);
  const view = usePlanLines(preview, width);
  const {lines, space} = view;
  const rowHeight = width < NARROW ? TALL_ROW_HEIGHT : ROW_HEIGHT;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => lines[index]?.key ?? index,
    overscan: 12,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  return (
    <div
      className={styles.plans}
      data-tall={width < NARROW}
      style={{'--name-space': `${space}px`} as CSSProperties}
    >
      <PlanHead preview={preview} view={view} />
      <div
        ref={scroller}
        className={styles.jobs}
        tabIndex={0}
        role="group"
        aria-label="Jobs in order"
      >
        <ol className={styles.jobsBody} style={{height: virtual.getTotalSize()}}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index];
            if (line === undefined) return null;
            return (
              <li
                key={line.key}
                aria-setsize={lines.length}
                aria-posinset={item.index + 1}
                className={styles.job}
                data-member={line.kind === 'row' && line.member}
                style={{transform: `translateY(${item.start}px)`}}
              >
                <PlanLineCells {...{line, view, request, onChange}} />
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

/** The names of the columns, and how many jobs there are in each plan where `opensafely run` would do something else. */
function PlanHead({preview, view}: {readonly preview: PlanPreview; readonly view: PlanView}) {
  const {columns, differ} = view;
  if (!columns.replaces && !columns.takes && !columns.there) return null;
  return (
    <div className={styles.plansHead}>
      <span className={styles.check} aria-hidden="true" />
      <span className={styles.total}>
        {differ && `This plan: ${formatPlural(preview.plan.jobs.length, 'job')}`}
      </span>
      {columns.replaces && <span className={styles.replaces}>replaces</span>}
      {columns.takes && <span className={styles.seconds}>takes</span>}
      {columns.there && (
        <span className={styles.there}>
          opensafely run: {formatPlural(preview.referencePlan.jobs.length, 'job')}
        </span>
      )}
    </div>
  );
}

/** One line: the heading of similar jobs, a job, or an action that only `opensafely run` would run. */
function PlanLineCells(
  props: Pick<PlanJobsProps, 'request' | 'onChange'> & {
    readonly line: PlanLine;
    readonly view: PlanView;
  },
) {
  const {line, view, request, onChange} = props;
  const {columns, groupOf, previews, toggle} = view;
  if (line.kind === 'heading') {
    const {key, group, rows: like, expanded} = line;
    return (
      <GroupHeading
        columns={columns}
        name={group.label}
        rows={like}
        previews={previews}
        expanded={expanded}
        request={request}
        onToggle={() => toggle(key)}
        onChange={onChange}
      />
    );
  }
  const {row} = line;
  const members = line.member ? groupOf.get(row.action)?.members : undefined;
  return (
    <>
      {row.job === null ? (
        <LeftOutRow {...{row, members, request, onChange}} />
      ) : (
        <JobRow
          columns={columns}
          number={row.number}
          members={members}
          job={row.job}
          preview={previews.get(row.action)}
          request={request}
          onChange={onChange}
        />
      )}
      {columns.there && (
        <span className={styles.there} data-runs={row.there}>
          {row.there ? 'runs' : 'skips'}
        </span>
      )}
    </>
  );
}
