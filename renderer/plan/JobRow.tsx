import {formatDuration, formatPlural} from '../../shared/format';
import {outOfDateReasonText} from '../../shared/outOfDateReason';
import type {PlannedJob, RunRequest} from '../../shared/plan';
import {planReasonText} from '../../shared/planReason';
import type {PreviewedJob} from '../../shared/preview';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {ShowChange} from '../status/ShowChange';
import {StateIcon} from '../status/StateIcon';
import {CodeText} from '../ui/CodeText';
import {Name} from '../ui/Name';
import type {ComparedRow} from './comparison';
import {leftOutWords} from './planLines';
import type {Columns} from './planColumns';
import styles from './PlanJobs.module.css';
import {excluding, including} from './exclude';

/** A job of the plan: why it runs, how long it takes, what it replaces; its tick box excludes it. */
export function JobRow(props: {
  readonly columns: Columns;
  /** Its place in the order of start. */
  readonly number: number | null;
  /** Those of its group, below whose heading it is. */
  readonly members: readonly string[] | undefined;
  readonly job: PlannedJob;
  readonly preview: PreviewedJob | undefined;
  readonly request: RunRequest;
  readonly onChange: (next: Partial<RunRequest>) => void;
}) {
  const {columns, number, members, job, preview, request, onChange} = props;
  const {action} = job;
  const now = useNow(60_000);
  const [first] = preview?.outOfDateReasons ?? [];
  const exclude = () => onChange(excluding(request, [action]));
  const why = allReasons(preview, now) ?? planReasonText(job, preview, now).replaceAll('`', '');
  return (
    <>
      <RowCheck runs what={action} onChange={exclude} />
      <span className={styles.number}>{number}</span>
      <RowName {...{action, members, why}} />
      <span className={styles.reason} data-tip={why}>
        <CodeText text={planReasonText(job, preview, now)} />
      </span>
      {columns.change && (
        <span className={styles.change}>
          {first !== undefined && <ShowChange action={action} reason={first} icon />}
        </span>
      )}
      {columns.replaces && (
        <span className={styles.replaces} data-tip={preview?.overwrites.slice(0, 8).join(', ')}>
          {preview === undefined || preview.overwrites.length === 0
            ? ''
            : formatPlural(preview.overwrites.length, 'file')}
        </span>
      )}
      {columns.takes && (
        <span className={styles.seconds}>
          {preview === undefined || preview.expectedSeconds === null
            ? ''
            : formatDuration(preview.expectedSeconds)}
        </span>
      )}
    </>
  );
}

/** An action that only `opensafely run` would run; its tick box includes it. */
export function LeftOutRow(props: {
  readonly row: ComparedRow;
  readonly members: readonly string[] | undefined;
  readonly request: RunRequest;
  readonly onChange: (next: Partial<RunRequest>) => void;
}) {
  const {row, members, request, onChange} = props;
  const {action} = row;
  const why = leftOutWords(row);
  const include = () => onChange(including(request, [action]));
  return (
    <>
      <RowCheck runs={false} what={action} onChange={include} />
      <span className={styles.number} />
      <RowName {...{action, members, why}} />
      <span className={styles.reason} data-tip={why}>
        {why}
      </span>
    </>
  );
}

/** The tick box of a row, which excludes what runs and includes what does not. */
export function RowCheck(props: {
  readonly runs: boolean;
  readonly what: string;
  readonly onChange: () => void;
}) {
  const {runs, what, onChange} = props;
  return (
    <span className={styles.check}>
      <input
        type="checkbox"
        checked={runs}
        aria-label={`Run ${what}`}
        data-tip={`${runs ? 'Exclude' : 'Include'} ${what}`}
        onChange={onChange}
      />
    </span>
  );
}

/** The action of a row; hovered, or with the keyboard on it, it shows its whole name and why. */
function RowName(props: {
  readonly action: string;
  readonly members: readonly string[] | undefined;
  readonly why: string;
}) {
  const {action, members, why} = props;
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
        <Name name={action} members={members} />
      </button>
    </>
  );
}

/** All reasons for the tooltip, as far as they fit there. */
function allReasons(preview: PreviewedJob | undefined, now: Date): string | undefined {
  const reasons = preview?.outOfDateReasons ?? [];
  if (reasons.length === 0) return undefined;
  return reasons
    .slice(0, 6)
    .map((reason) => outOfDateReasonText(reason, now).replaceAll('`', ''))
    .join('; ');
}
