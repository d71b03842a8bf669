import {formatCount, formatDayTime, formatList} from '../../shared/format';
import {outOfDateReasonText, upstreamReason} from '../../shared/outOfDateReason';
import {assertNever} from '../../shared/result';
import {
  actionStateOf,
  attemptWithoutResult,
  RESTORED_MESSAGE,
  STATE_WORDS,
  suppliedText,
  type ActionState,
  type ActionStatus,
  type OutOfDateReason,
} from '../../shared/status';
import {RestoreOffer} from '../outputs/Restore';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {loadOutputs} from '../state/openStudy';
import {stateOfAction, upstreamOf} from '../state/selectors';
import {useNow} from '../state/useNow';
import {ShowChange} from '../status/ShowChange';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {Callout} from '../ui/Section';
import {Blocked, Failed, WithoutResult, UnderWay} from './AttemptReason';
import styles from './Inspector.module.css';

const REASONS_SHOWN = 5;

/** Why an action is in its state, what that means for a run, and what became of an attempt that changes nothing of it. */
export function StateReason(props: {readonly action: string; readonly state: ActionState}) {
  const {action, state} = props;
  const status = useDeskState((desk) => desk.statuses.get(action));
  const attempt = status === undefined ? null : attemptWithoutResult(status);
  return (
    <>
      <ReasonOfState action={action} state={state} status={status} />
      {attempt !== null && <WithoutResult action={action} attempt={attempt} isBeside />}
    </>
  );
}

function ReasonOfState(props: {
  readonly action: string;
  readonly state: ActionState;
  readonly status: ActionStatus | undefined;
}) {
  const {action, state, status} = props;
  const last = status?.lastJob ?? null;
  switch (state) {
    case 'out-of-date':
    case 'upstream-out-of-date':
      return status === undefined ? null : <Stale action={action} status={status} />;
    case 'failed':
      return (
        <>
          <Failed action={action} />
          {status !== undefined && <ChangedSince action={action} status={status} />}
        </>
      );
    case 'blocked':
      return <Blocked action={action} />;
    case 'cut-off':
    case 'not-started':
    case 'cancelled':
      return last === null ? null : <WithoutResult action={action} attempt={last} />;
    case 'outputs-missing':
      return <OutputsMissing action={action} />;
    case 'not-verified':
      return <NotVerified action={action} status={status} />;
    case 'has-errors':
      return <HasErrors status={status} />;
    case 'never-run':
      return <NeverRun action={action} />;
    case 'waiting':
    case 'waiting-for-engine':
    case 'running':
      return <UnderWay state={state} job={last} />;
    case 'checking':
      return (
        <Callout tone="plain">
          <strong>Checking.</strong>{' '}
          {status === undefined
            ? 'Reading its earlier runs and outputs.'
            : 'Comparing its outputs with the current study.'}
        </Callout>
      );
    case 'supplied':
      return <Given action={action} status={status} />;
    case 'up-to-date-by-times':
    case 'up-to-date':
      return <UpToDate status={status} />;
    default:
      return assertNever(state);
  }
}

/** It succeeded, and files it made are gone. */
function OutputsMissing({action}: {readonly action: string}) {
  const outputs = useDeskState((state) => state.outputs);
  const gone = (outputs?.outputs ?? [])
    .filter((file) => file.action === action && !file.present)
    .map(({path}) => path);
  return (
    <Callout tone="stale">
      <p>
        <strong className={styles.stale}>Outputs missing.</strong> It succeeded, but{' '}
        {gone.length === 0 ? (
          'files it made are'
        ) : (
          <>
            <code>{formatList(gone)}</code> {gone.length === 1 ? 'is' : 'are'}
          </>
        )}{' '}
        no longer on disk. Run it again to recreate {gone.length === 1 ? 'it' : 'them'}.
      </p>
      <RestoreOffer actions={[action]} />
    </Callout>
  );
}

/** Its part of project.yaml has errors: what they are, and where. */
function HasErrors({status}: {readonly status: ActionStatus | undefined}) {
  const {store} = useDesk();
  if (status?.provenance.kind !== 'has-errors') return null;
  const {problems} = status.provenance;
  return (
    <Callout tone="fail">
      <p>
        <strong className={styles.fail}>Has errors.</strong> Fix the errors in project.yaml to run
        anything. Details below may be out of date.
      </p>
      {problems.slice(0, REASONS_SHOWN).map(({message, line}) => (
        <p key={`${line} ${message}`}>
          <CodeText text={message} />{' '}
          <Button
            look="link"
            onClick={() => store.setState({centre: {kind: 'project-file', line}})}
          >
            Line {formatCount(line)}
          </Button>
        </p>
      ))}
      {problems.length > REASONS_SHOWN && (
        <p>and {formatCount(problems.length - REASONS_SHOWN)} more, listed in Problems</p>
      )}
    </Callout>
  );
}

/** It succeeded, and nobody knows whether that still holds. */
function NotVerified(props: {readonly action: string; readonly status: ActionStatus | undefined}) {
  const {action, status} = props;
  const {store} = useDesk();
  const reasons = status?.provenance.kind === 'not-verified' ? status.provenance.reasons : [];
  return (
    <Callout tone="stale">
      <p>
        <strong className={styles.stale}>Not verified.</strong> It succeeded, but Study Desk can’t
        tell whether its outputs are still current.
      </p>
      <Reasons action={action} reasons={reasons.slice(0, REASONS_SHOWN)} />
      <p className={styles.dim}>
        It counts as out of date. Run it again, or{' '}
        <Button
          look="link"
          onClick={() => store.setState({dialog: {kind: 'mark-up-to-date', actions: [action]}})}
        >
          mark it as up to date
        </Button>{' '}
        if you know it is.
      </p>
    </Callout>
  );
}

function Stale({action, status}: {readonly action: string; readonly status: ActionStatus}) {
  const statuses = useDeskState((state) => state.statuses);
  const reasons = outOfDateReasons(status, statuses);
  if (reasons.length === 0) return null;
  const more = reasons.length - REASONS_SHOWN;
  const [first, ...others] = reasons.slice(0, more === 1 ? undefined : REASONS_SHOWN);
  return (
    <Callout tone="stale">
      {first !== undefined && (
        <p>
          <strong className={styles.stale}>{STATE_WORDS[actionStateOf(status)]}.</strong>{' '}
          <Reason action={action} reason={first} />
        </p>
      )}
      <Reasons action={action} reasons={others} />
      {more > 1 && <p>and {formatCount(more)} more changes</p>}
      <AnyCodeCounts action={action} reasons={reasons} />
      <p className={styles.dim}>
        <code>opensafely run</code> would not rerun this.
      </p>
      <RestoreOffer actions={[action]} />
    </Callout>
  );
}

/** That a change counts only because it can't be known which code the action uses, and what would show it. */
function AnyCodeCounts(props: {
  readonly action: string;
  readonly reasons: readonly OutOfDateReason[];
}) {
  const {action, reasons} = props;
  const {store} = useDesk();
  const script = useDeskState(({study}) => study?.scripts.get(action) ?? null);
  if (!reasons.some(({foundBy}) => foundBy === 'folder')) return null;
  return (
    <p>
      {script === null ? (
        'Its run line names no script, so any change of code counts. Name the script in the run line, or '
      ) : (
        <>
          What <code>{script}</code> uses can’t be worked out from its text, so any change of code
          counts. Write the names of what it reads and imports in full, or{' '}
        </>
      )}
      <Button
        look="link"
        onClick={() => store.setState({dialog: {kind: 'mark-up-to-date', actions: [action]}})}
      >
        mark it as up to date
      </Button>{' '}
      if this change is none of its own.
    </p>
  );
}

/** For an attempt that failed: what has changed since the last that did not, as that may be why. */
function ChangedSince({action, status}: {readonly action: string; readonly status: ActionStatus}) {
  const reasons = status.provenance.kind === 'out-of-date' ? status.provenance.reasons : [];
  if (reasons.length === 0) return null;
  return (
    <Callout tone="plain">
      <p>Changed since it last succeeded:</p>
      <Reasons action={action} reasons={reasons.slice(0, REASONS_SHOWN)} />
    </Callout>
  );
}

function outOfDateReasons(
  {provenance}: ActionStatus,
  statuses: ReadonlyMap<string, ActionStatus>,
): readonly OutOfDateReason[] {
  if (provenance.kind === 'out-of-date') return provenance.reasons;
  if (provenance.kind !== 'upstream-out-of-date') return [];
  return provenance.because.map((root) => upstreamReason(root, statuses.get(root)?.provenance));
}

function Reasons(props: {readonly action: string; readonly reasons: readonly OutOfDateReason[]}) {
  return props.reasons.map((reason) => (
    <p key={reason.message}>
      <Reason action={props.action} reason={reason} />
    </p>
  ));
}

function Reason({action, reason}: {readonly action: string; readonly reason: OutOfDateReason}) {
  const now = useNow(60_000);
  return (
    <>
      <CodeText text={outOfDateReasonText(reason, now)} />
      {'. '}
      <ShowChange action={action} reason={reason} />
    </>
  );
}

function NeverRun({action}: {readonly action: string}) {
  const missing = useDeskState(
    (state) =>
      upstreamOf(state, action).filter(
        (name) => stateOfAction(state.statuses, name) === 'never-run',
      ).length,
  );
  return (
    <Callout tone="plain">
      <strong>Never run.</strong> It has no outputs yet.
      {missing > 0 &&
        (missing === 1
          ? ' It needs 1 action that hasn’t run yet; that will run first.'
          : ` It needs ${formatCount(missing)} actions that haven’t run yet; those will run first.`)}
    </Callout>
  );
}

/** Its outputs came from elsewhere. */
function Given(props: {readonly action: string; readonly status: ActionStatus | undefined}) {
  const {action, status} = props;
  const desk = useDesk();
  if (status?.provenance.kind !== 'supplied') return null;
  const remove = async () => {
    await ask(desk, 'provenance:removeSupplied', {action});
    await loadOutputs(desk);
  };
  return (
    <Callout tone="plain">
      <p>
        <strong>Supplied</strong> {suppliedText(status.provenance)}. No job here made its outputs,
        so whether they follow from the study as it is can’t be known. Actions that need them run on
        them; a run of this one replaces them.
      </p>
      <Button onClick={() => void remove()}>Take them out again</Button>
    </Callout>
  );
}

/** Since when its outputs follow from the study as it is, and how surely that is known. */
function UpToDate({status}: {readonly status: ActionStatus | undefined}) {
  const now = useNow(60_000);
  if (status === undefined) return null;
  const {provenance} = status;
  // the times of one without a result are not those of the outputs
  const job = attemptWithoutResult(status) === null ? status.lastJob : null;
  const byTimes = provenance.kind === 'up-to-date-by-times';
  const marked = provenance.kind === 'up-to-date' ? provenance.markedBecause : null;
  return (
    <Callout tone="plain">
      <p>
        <strong className={byTimes ? undefined : styles.ok}>
          {byTimes ? 'Up to date by file times.' : 'Up to date.'}
        </strong>{' '}
        {job?.message === RESTORED_MESSAGE
          ? `${RESTORED_MESSAGE}.`
          : job !== null &&
            job.completedAt !== null &&
            `Last run ${formatDayTime(job.completedAt, now, 'in a sentence')}.`}
      </p>
      {marked !== null && <p>You marked it as up to date: {marked}</p>}
      {byTimes && (
        <>
          <p>
            It ran with <code>opensafely run</code>, which doesn’t record file contents. No file it
            was made from has changed on disk since it started.
          </p>
          {provenance.notCompared.length > 0 && (
            <p>Not compared: {formatList(provenance.notCompared, 4)}.</p>
          )}
          <p className={styles.dim}>
            Run it here once, and Study Desk compares file contents from then on.
          </p>
        </>
      )}
      {!byTimes && job?.ranBy === 'opensafely' && (
        <p className={styles.dim}>
          Run with <code>opensafely run</code>.
        </p>
      )}
      {job?.ranBy === 'snakemake' && <p className={styles.dim}>Ran by Snakemake.</p>}
    </Callout>
  );
}
