import {formatCount, formatDayTime, formatList} from '../../shared/format';
import {outOfDateReasonText, upstreamReason, upToDateNote} from '../../shared/outOfDateReason';
import {assertNever} from '../../shared/result';
import {
  actionStateOf,
  RESTORED_MESSAGE,
  STATE_WORDS,
  type ActionState,
  type ActionStatus,
  type OutOfDateReason,
} from '../../shared/status';
import {RestoreOffer} from '../outputs/Restore';
import {useDesk, useDeskState} from '../state/deskStore';
import {attemptsAt, jobWithId, stateOfAction, upstreamOf} from '../state/selectors';
import {useNow} from '../state/useNow';
import {ShowChange} from '../status/ShowChange';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {Callout} from '../ui/Section';
import styles from './Inspector.module.css';

const REASONS_SHOWN = 5;

/** Why an action is in its state, and what that means for a run. */
export function StateReason(props: {readonly action: string; readonly state: ActionState}) {
  const {action, state} = props;
  const status = useDeskState((desk) => desk.statuses.get(action));
  switch (state) {
    case 'out-of-date':
    case 'upstream-out-of-date':
    case 'not-verified':
      return status === undefined ? null : <Stale action={action} status={status} />;
    case 'failed':
      return (
        <>
          <Failed action={action} />
          {status !== undefined && <ChangedSince action={action} status={status} />}
        </>
      );
    case 'cancelled':
      return (
        <Callout tone="plain">
          <strong>Cancelled.</strong> {status?.lastJob?.message ?? ''} Its earlier outputs, if any,
          were left as they were.
        </Callout>
      );
    case 'cut-off':
    case 'blocked':
    case 'not-started':
      return (
        <Callout tone="plain">
          <strong>{STATE_WORDS[state]}.</strong>{' '}
          {furtherWords(status?.lastJob?.message, STATE_WORDS[state])}
        </Callout>
      );
    case 'outputs-missing':
      return (
        <Callout tone="stale">
          <strong>{STATE_WORDS[state]}.</strong>
        </Callout>
      );
    case 'never-run':
      return <NeverRun action={action} status={status} />;
    case 'waiting':
    case 'waiting-for-engine':
    case 'running':
      return (
        <Callout tone="accent">
          <strong>{STATE_WORDS[state]}.</strong>{' '}
          {furtherWords(status?.lastJob?.message, STATE_WORDS[state])}
        </Callout>
      );
    case 'checking':
    case 'up-to-date-by-times':
    case 'up-to-date':
      return <UpToDate status={status} />;
    default:
      return assertNever(state);
  }
}

/** A message, unless it says no more than the label does. */
function furtherWords(message: string | undefined, label: string): string {
  const plain = (text: string): string => text.replace(/\W+$/, '').toLowerCase();
  return message === undefined || plain(message) === plain(label) ? '' : message;
}

function Stale({action, status}: {readonly action: string; readonly status: ActionStatus}) {
  const statuses = useDeskState((state) => state.statuses);
  const now = useNow(60_000);
  const reasons = outOfDateReasons(status, statuses);
  if (reasons.length === 0) return null;
  const more = reasons.length - REASONS_SHOWN;
  const [first, ...others] = reasons.slice(0, more === 1 ? undefined : REASONS_SHOWN);
  return (
    <Callout tone="stale">
      {first !== undefined && (
        <p>
          <strong className={styles.stale}>{STATE_WORDS[actionStateOf(status)]}.</strong>{' '}
          <Reason action={action} reason={first} now={now} />
        </p>
      )}
      {others.map((reason) => (
        <p key={reason.message}>
          <Reason action={action} reason={reason} now={now} />
        </p>
      ))}
      {more > 1 && <p>and {formatCount(more)} more changes</p>}
      <p className={styles.dim}>opensafely run would reuse the old results.</p>
      <RestoreOffer actions={[action]} />
    </Callout>
  );
}

/** For an attempt that failed: what has changed since the last that did not, as that may be why. */
function ChangedSince({action, status}: {readonly action: string; readonly status: ActionStatus}) {
  const now = useNow(60_000);
  const [first, ...others] =
    status.provenance.kind === 'out-of-date' ? status.provenance.reasons : [];
  if (first === undefined) return null;
  return (
    <Callout tone="plain">
      <p>Since its last success:</p>
      {[first, ...others].slice(0, REASONS_SHOWN).map((reason) => (
        <p key={reason.message}>
          <Reason action={action} reason={reason} now={now} />
        </p>
      ))}
    </Callout>
  );
}

function outOfDateReasons(
  {provenance}: ActionStatus,
  statuses: ReadonlyMap<string, ActionStatus>,
): readonly OutOfDateReason[] {
  if (provenance.kind === 'out-of-date' || provenance.kind === 'not-verified')
    return provenance.reasons;
  if (provenance.kind !== 'upstream-out-of-date') return [];
  return provenance.because.map((root) => upstreamReason(root, statuses.get(root)?.provenance));
}

function Reason(props: {
  readonly action: string;
  readonly reason: OutOfDateReason;
  readonly now: Date;
}) {
  const {action, reason, now} = props;
  return (
    <>
      <CodeText text={outOfDateReasonText(reason, now)} />
      {'. '}
      <ShowChange action={action} reason={reason} />
    </>
  );
}

function Failed({action}: {readonly action: string}) {
  const last = useDeskState((state) => state.statuses.get(action)?.lastJob ?? null);
  const job = useDeskState(
    (state) => jobWithId(state, last?.jobId ?? null) ?? attemptsAt(state.runs, action)[0],
  );
  return (
    <Callout tone="fail">
      <p>
        <strong className={styles.fail}>Failed.</strong> {job?.message ?? last?.message ?? ''}
      </p>
      {job !== undefined && job.hint !== null && <p>{job.hint}</p>}
      {job !== undefined && job.unmatchedPatterns.length > 0 && (
        <p>
          Nothing matched <code>{formatList(job.unmatchedPatterns)}</code>
          {job.unmatchedFiles.length > 0 && (
            <>
              . Produced instead: <code>{formatList(job.unmatchedFiles, 4)}</code>
            </>
          )}
        </p>
      )}
      {job !== undefined && job.keptFiles !== null && <Kept path={job.keptFiles} />}
    </Callout>
  );
}

function Kept({path}: {readonly path: string}) {
  const {host, store} = useDesk();
  return (
    <p className={styles.dim}>
      Its files are kept apart; earlier outputs were left as they were.{' '}
      <Button
        look="link"
        tip={path}
        onClick={() =>
          void host.request('project:show-in-folder', {path}).then((answer) => {
            if (!answer.ok) store.setState({error: answer.error});
          })
        }
      >
        Show its files
      </Button>
    </p>
  );
}

function NeverRun(props: {readonly action: string; readonly status: ActionStatus | undefined}) {
  const {action, status} = props;
  const missing = useDeskState(
    (state) =>
      upstreamOf(state, action).filter(
        (name) => stateOfAction(state.statuses, name) === 'never-run',
      ).length,
  );
  const gone = status !== undefined && status.lastJob !== null && !status.outputsPresent;
  return (
    <Callout tone="plain">
      <strong>{gone ? 'Outputs missing.' : 'Never run.'}</strong>{' '}
      {gone
        ? 'It ran, but files it produced are no longer on disk, so it runs again.'
        : 'It has no outputs yet.'}
      {missing > 0 && ` ${missing} of the actions it needs never ran either; they run first.`}
    </Callout>
  );
}

function UpToDate({status}: {readonly status: ActionStatus | undefined}) {
  const now = useNow(60_000);
  const kind = status?.provenance.kind;
  const job = status?.lastJob ?? null;
  const marked = status?.provenance.kind === 'up-to-date' ? status.provenance.markedBecause : null;
  const checking = kind === 'checking';
  const note = status === undefined ? null : upToDateNote(status.provenance);
  return (
    <Callout tone="plain">
      <p>
        <strong className={checking ? undefined : styles.ok}>
          {checking ? 'Checking…' : (note ?? 'Up to date.')}
        </strong>{' '}
        {job?.message === RESTORED_MESSAGE
          ? `${RESTORED_MESSAGE}.`
          : job !== null &&
            job.completedAt !== null &&
            `Made: ${formatDayTime(job.completedAt, now)}`}
      </p>
      {marked !== null && <p>Marked by you: {marked}</p>}
      {job?.ranBy === 'opensafely' && <p className={styles.dim}>Run by opensafely run.</p>}
    </Callout>
  );
}
