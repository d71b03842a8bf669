import {useVirtualizer} from '@tanstack/react-virtual';
import {useEffect, useMemo, useRef, type CSSProperties} from 'react';
import {formatDuration, formatPlural} from '../../shared/format';
import {outOfDateReasonText} from '../../shared/outOfDateReason';
import type {PlannedJob, RunRequest} from '../../shared/plan';
import {planReasonText} from '../../shared/planReason';
import type {PlanPreview, PreviewedJob} from '../../shared/preview';
import {visibleText} from '../../shared/visibleText';
import {tellApart} from '../groups/tellApart';
import {textWidth, type Face} from '../ui/textWidth';
import {useWidth} from '../ui/useWidth';
import {selectAction, useDesk, useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {ShowChange} from '../status/ShowChange';
import {StateIcon} from '../status/StateIcon';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {comparePlans, SKIP_WORDS, type ComparedRow} from './comparison';
import styles from './PlanJobs.module.css';

/** Props of {@link PlanJobs}. */
export interface PlanJobsProps {
  readonly preview: PlanPreview;
  readonly request: RunRequest;
  readonly onChange: (next: Partial<RunRequest>) => void;
}

const ROW_HEIGHT = 30;
/** Of a row with its reason on a line of its own. */
const TALL_ROW_HEIGHT = 48;
/** A list narrower than this, in pixels, has no room for a reason beside all else. */
const NARROW = 700;

/** As wide as PlanJobs.module.css makes them, in pixels. */
const WIDTHS = {change: 24, replaces: 52, takes: 56, there: 136} as const;
const ALWAYS = {check: 16, number: 24, state: 16, button: 76} as const;
const GAP = 10;
const EDGES = 26;

/** The columns that have something to say in some row; the others do not take the room. */
type Columns = Readonly<Record<keyof typeof WIDTHS, boolean>>;

function columnsOf(jobs: readonly PreviewedJob[], differ: boolean): Columns {
  return {
    change: jobs.some(({outOfDateReasons}) => outOfDateReasons.length > 0),
    replaces: jobs.some(({overwrites}) => overwrites.length > 0),
    takes: jobs.some(({expectedSeconds}) => expectedSeconds !== null),
    there: differ,
  };
}

/** Most of what names and reasons share that goes to reasons, however long they are. */
const REASONS_SHARE = 0.6;

/** Room for the names of actions, in pixels: what reasons and all else leave them, as far as they need it. */
function nameRoom(
  width: number,
  columns: Columns,
  names: readonly string[],
  reasons: readonly string[],
): number {
  const shown = Object.entries(WIDTHS).flatMap(([name, room]) =>
    columns[name as keyof Columns] ? [room] : [],
  );
  const rest = [...Object.values(ALWAYS), ...shown];
  const free = rest.reduce((left, room) => left - room - GAP, width - EDGES);
  const beside =
    width < NARROW ? 0 : Math.min(longest(reasons, 'cell') + GAP, free * REASONS_SHARE);
  return Math.max(80, Math.min(longest(names, 'row'), free - beside));
}

/** Pixels of the longest of these texts. */
function longest(texts: readonly string[], face: Face): number {
  return Math.ceil(texts.reduce((most, text) => Math.max(most, textWidth(text, face)), 0)) + 1;
}

/**
 * The jobs of a plan in the order they can start, each with why, how long, and what it replaces;
 * where `opensafely run` would do something else, what it would do beside each.
 */
export function PlanJobs({preview, request, onChange}: PlanJobsProps) {
  const {plan, referencePlan} = preview;
  const scroller = useRef<HTMLDivElement>(null);
  const told = useMemo(() => new Map(preview.jobs.map((job) => [job.action, job])), [preview.jobs]);
  const forced = useMemo(() => new Set(request.force), [request.force]);
  const {rows, differ} = useMemo(() => comparePlans(preview), [preview]);
  const columns = useMemo(() => columnsOf(preview.jobs, differ), [preview.jobs, differ]);
  const width = useWidth(scroller, 720);
  const {room, labels} = useMemo(() => {
    const alone = rows.map(({action}) => action);
    const now = new Date();
    const reasons = plan.jobs.map((job) => planReasonText(job, told.get(job.action), now));
    const found = nameRoom(width, columns, alone, reasons);
    return {room: found, labels: tellApart({families: [], alone}, found)};
  }, [rows, width, columns, plan.jobs, told]);
  const rowHeight = width < NARROW ? TALL_ROW_HEIGHT : ROW_HEIGHT;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  return (
    <div
      className={styles.plans}
      data-tall={width < NARROW}
      style={{'--name-room': `${room}px`} as CSSProperties}
    >
      <div className={styles.plansHead}>
        <span className={styles.check} aria-hidden="true" />
        <span className={styles.total}>
          {differ ? 'This plan: ' : ''}
          {formatPlural(plan.jobs.length, 'job')}
        </span>
        {columns.replaces && <span className={styles.replaces}>replaces</span>}
        {columns.takes && <span className={styles.seconds}>takes</span>}
        <span className={styles.button} />
        {columns.there && (
          <span className={styles.there}>
            opensafely run: {formatPlural(referencePlan.jobs.length, 'job')}
          </span>
        )}
      </div>
      <div
        ref={scroller}
        className={styles.jobs}
        tabIndex={0}
        role="group"
        aria-label="Jobs in order"
      >
        <ol className={styles.jobsBody} style={{height: virtual.getTotalSize()}}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <li
                key={row.action}
                aria-setsize={rows.length}
                aria-posinset={item.index + 1}
                className={styles.job}
                style={{transform: `translateY(${item.start}px)`}}
              >
                {row.job === null ? (
                  <LeftOutRow
                    row={row}
                    label={labels.get(row.action) ?? row.action}
                    request={request}
                    onChange={onChange}
                  />
                ) : (
                  <JobRow
                    columns={columns}
                    number={item.index + 1}
                    label={labels.get(row.action) ?? row.action}
                    job={row.job}
                    told={told.get(row.action)}
                    forced={forced.has(row.action)}
                    request={request}
                    onChange={onChange}
                  />
                )}
                {columns.there && (
                  <span className={styles.there} data-runs={row.there}>
                    {row.there ? 'runs it' : 'reuses it'}
                  </span>
                )}
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function JobRow(props: {
  readonly columns: Columns;
  readonly number: number;
  /** What stands for the action's name. */
  readonly label: string;
  readonly job: PlannedJob;
  readonly told: PreviewedJob | undefined;
  readonly forced: boolean;
  readonly request: RunRequest;
  readonly onChange: PlanJobsProps['onChange'];
}) {
  const {columns, number, label, job, told, forced, request, onChange} = props;
  const {action} = job;
  const now = useNow(60_000);
  const [first] = told?.outOfDateReasons ?? [];
  const leave = () =>
    onChange(
      forced
        ? {force: request.force.filter((name) => name !== action)}
        : {takeOut: [...request.takeOut, action]},
    );
  const why = allReasons(told, now) ?? planReasonText(job, told, now).replaceAll('`', '');
  const words = forced ? `Do not force ${action}` : `Take ${action} out`;
  return (
    <>
      <span className={styles.check}>
        <input type="checkbox" checked aria-label={`${action} runs`} onChange={leave} />
      </span>
      <span className={styles.number}>{number}</span>
      <RowName action={action} label={label} why={why} />
      <span className={styles.reason} data-tip={why}>
        <CodeText text={planReasonText(job, told, now)} />
      </span>
      {columns.change && (
        <span className={styles.change}>
          {first !== undefined && <ShowChange action={action} reason={first} icon />}
        </span>
      )}
      {columns.replaces && (
        <span className={styles.replaces} data-tip={told?.overwrites.slice(0, 8).join(', ')}>
          {told === undefined || told.overwrites.length === 0
            ? ''
            : formatPlural(told.overwrites.length, 'file')}
        </span>
      )}
      {columns.takes && (
        <span className={styles.seconds}>
          {told === undefined || told.expectedSeconds === null
            ? ''
            : formatDuration(told.expectedSeconds)}
        </span>
      )}
      <span className={styles.button}>
        <Button look="link" aria-label={words} tip={words} onClick={leave}>
          {forced ? 'Do not force' : 'Take out'}
        </Button>
      </span>
    </>
  );
}

/** An action that only `opensafely run` would run, with the way back into the plan. */
function LeftOutRow(props: {
  readonly row: ComparedRow;
  readonly label: string;
  readonly request: RunRequest;
  readonly onChange: PlanJobsProps['onChange'];
}) {
  const {row, label, request, onChange} = props;
  const {action, skipped} = row;
  const takenOut = request.takeOut.includes(action);
  const why = `not in this plan${skipped === null ? '' : `: ${SKIP_WORDS[skipped]}`}`;
  const put = () =>
    onChange(
      takenOut
        ? {takeOut: request.takeOut.filter((name) => name !== action)}
        : {force: [...request.force, action]},
    );
  return (
    <>
      <span className={styles.check}>
        <input type="checkbox" checked={false} aria-label={`${action} runs`} onChange={put} />
      </span>
      <span className={styles.number} />
      <RowName action={action} label={label} why={why} />
      <span className={styles.reason} data-tip={why}>
        {why}
      </span>
      <span className={styles.button}>
        <Button look="link" aria-label={`Put ${action} into the plan`} onClick={put}>
          Put in
        </Button>
      </span>
    </>
  );
}

/** The action of a row; hovered, or with the keyboard on it, it tells its whole name and why. */
function RowName(props: {readonly action: string; readonly label: string; readonly why: string}) {
  const {action, label, why} = props;
  const {store} = useDesk();
  const state = useDeskState((desk) => stateOfAction(desk.statuses, action));
  const selected = useDeskState((desk) => desk.selection === action);
  return (
    <>
      <StateIcon state={state} named />
      <button
        type="button"
        className={styles.action}
        aria-pressed={selected}
        data-tip={`${action}: ${why}`}
        onClick={() => selectAction(store, action)}
      >
        <span className="visually-hidden">{visibleText(action)}</span>
        <span aria-hidden="true">{visibleText(label)}</span>
      </button>
    </>
  );
}

/** All reasons for the tooltip, as far as they fit there. */
function allReasons(told: PreviewedJob | undefined, now: Date): string | undefined {
  const reasons = told?.outOfDateReasons ?? [];
  if (reasons.length === 0) return undefined;
  return reasons
    .slice(0, 6)
    .map((reason) => outOfDateReasonText(reason, now).replaceAll('`', ''))
    .join('; ');
}
