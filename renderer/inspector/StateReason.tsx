import {formatCount, formatDayTime, formatList, formatPlural} from '../../shared/format';
import type {Job} from '../../shared/job';
import {outOfDateReasonText, upstreamReason} from '../../shared/outOfDateReason';
import {assertNever} from '../../shared/result';
import {
  actionStateOf,
  RESTORED_MESSAGE,
  STATE_WORDS,
  type ActionState,
  type ActionStatus,
  type LastJob,
  type OutOfDateReason,
} from '../../shared/status';
import {RestoreOffer} from '../outputs/Restore';
import {selectAction, showingBottom, useDesk, useDeskState} from '../state/deskStore';
import {checkEngine} from '../state/openStudy';
import {attemptsAt, jobWithId, stateOfAction, upstreamOf} from '../state/selectors';
import {useNow} from '../state/useNow';
import {ShowChange} from '../status/ShowChange';
import {phaseWords} from '../status/stateWords';
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
      return <InVain action={action} state={state} />;
    case 'outputs-missing':
      return <OutputsMissing action={action} />;
    case 'not-verified':
      return <NotVerified action={action} status={status} />;
    case 'never-run':
      return <NeverRun action={action} />;
    case 'waiting':
    case 'waiting-for-engine':
    case 'running':
      return <UnderWay state={state} job={status?.lastJob ?? null} />;
    case 'checking':
      return (
        <Callout tone="plain">
          <strong>Checking.</strong>{' '}
          {status === undefined
            ? 'Its earlier runs and outputs are being read.'
            : 'Its outputs are being compared with the study as it is now.'}
        </Callout>
      );
    case 'up-to-date-by-times':
    case 'up-to-date':
      return <UpToDate status={status} />;
    default:
      return assertNever(state);
  }
}

/** A job under way: how far it is, by the one step it is in. */
function UnderWay({state, job}: {readonly state: ActionState; readonly job: LastJob | null}) {
  const desk = useDesk();
  if (state === 'waiting-for-engine') {
    return (
      <Callout tone="stale">
        <p>
          <strong className={styles.stale}>Waiting for engine.</strong> Its job had begun, and the
          container engine does not answer. It goes on as soon as the engine does.
        </p>
        <Button look="link" onClick={() => void checkEngine(desk)}>
          Check the engine again
        </Button>
      </Callout>
    );
  }
  return (
    <Callout tone="accent">
      <strong>{job === null ? STATE_WORDS[state] : phaseWords(job.statusCode)}.</strong>
    </Callout>
  );
}

/** It did not run since something it needs did not succeed. */
function Blocked({action}: {readonly action: string}) {
  const {store} = useDesk();
  const job = useDeskState((state) => state.statuses.get(action)?.lastJob ?? null);
  const culprit = useDeskState((state) =>
    upstreamOf(state, action).find((name) =>
      STOPPING.includes(stateOfAction(state.statuses, name)),
    ),
  );
  return (
    <Callout tone="plain">
      <p>
        <strong>Blocked.</strong>{' '}
        {culprit === undefined
          ? `${sentence((job?.message ?? 'Something it needs did not succeed').replace(/^Not started: /, ''))} Run it again.`
          : `It did not run, since ${culprit} did not succeed. Put that right first, then run both again.`}
      </p>
      {culprit !== undefined && (
        <Button look="link" onClick={() => selectAction(store, culprit)}>
          Show {culprit}
        </Button>
      )}
    </Callout>
  );
}

/** Ends of a need that keep what needs it from running, and that are not blocked themselves. */
const STOPPING: readonly ActionState[] = ['failed', 'cut-off', 'cancelled', 'not-started'];

/** An attempt that ended without an outcome of its own: what became of it, and what stays. */
function InVain(props: {
  readonly action: string;
  readonly state: 'cut-off' | 'not-started' | 'cancelled';
}) {
  const {action, state} = props;
  const message = useDeskState((desk) => desk.statuses.get(action)?.lastJob?.message ?? '');
  const outputs = useDeskState(
    (desk) => desk.outputs?.outputs.some((file) => file.action === action && file.present) ?? false,
  );
  // messages begin with what the label says already
  const why = message.replace(/^(Not started|Cut off|Cancelled)\b:?\s*/, '');
  return (
    <Callout tone={state === 'cut-off' ? 'stale' : 'plain'}>
      <strong>{STATE_WORDS[state]}.</strong> {why === '' ? '' : sentence(why)}{' '}
      {outputs
        ? 'Its earlier outputs are as they were.'
        : state === 'not-started'
          ? 'It has no outputs yet.'
          : 'Nothing of it was kept.'}
    </Callout>
  );
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
        no longer on disk. Run it again to make {gone.length === 1 ? 'it' : 'them'} anew.
      </p>
      <RestoreOffer actions={[action]} />
    </Callout>
  );
}

/** It succeeded, and nobody can tell whether that still holds. */
function NotVerified(props: {readonly action: string; readonly status: ActionStatus | undefined}) {
  const {action, status} = props;
  const {store} = useDesk();
  const now = useNow(60_000);
  const reasons = status?.provenance.kind === 'not-verified' ? status.provenance.reasons : [];
  return (
    <Callout tone="stale">
      <p>
        <strong className={styles.stale}>Not verified.</strong> It succeeded, but it can’t be told
        whether its outputs still follow from the study.
      </p>
      {reasons.slice(0, REASONS_SHOWN).map((reason) => (
        <p key={reason.message}>
          <Reason action={action} reason={reason} now={now} />
        </p>
      ))}
      <p className={styles.dim}>
        It counts as out of date: run it again, or{' '}
        <Button
          look="link"
          onClick={() => store.setState({dialog: {kind: 'mark-up-to-date', action}})}
        >
          mark it as up to date
        </Button>{' '}
        if you know that it is.
      </p>
    </Callout>
  );
}

/** A message as a sentence: with a capital and a full stop. */
function sentence(text: string): string {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}`;
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
  if (provenance.kind === 'out-of-date') return provenance.reasons;
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
  const {store} = useDesk();
  const last = useDeskState((state) => state.statuses.get(action)?.lastJob ?? null);
  const job = useDeskState(
    (state) => jobWithId(state, last?.jobId ?? null) ?? attemptsAt(state.runs, action)[0],
  );
  return (
    <Callout tone="fail">
      <p>
        <strong className={styles.fail}>Failed.</strong>{' '}
        {sentence(job?.message ?? last?.message ?? '')}
      </p>
      {job !== undefined && job.hint !== null && <p>{job.hint}</p>}
      {job?.statusCode === 'unmatched_patterns' && (
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
      {job !== undefined && job.logFile !== null && (
        <p>
          <Button
            look="link"
            onClick={() =>
              store.setState((state) => ({attempt: null, ...showingBottom(state, 'log')}))
            }
          >
            Show the log
          </Button>
        </p>
      )}
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
      {missing > 0 && ` ${missing} of the actions it needs never ran either; they run first.`}
    </Callout>
  );
}

/** Since when its outputs follow from the study as it is, and how surely that is known. */
function UpToDate({status}: {readonly status: ActionStatus | undefined}) {
  const now = useNow(60_000);
  if (status === undefined) return null;
  const {provenance, lastJob: job} = status;
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
            `Made: ${formatDayTime(job.completedAt, now)}`}
      </p>
      {marked !== null && <p>Marked by you: {marked}</p>}
      {byTimes && (
        <>
          <p>
            It ran under opensafely run, which keeps no contents to compare with. Nothing it was
            made from has changed on disk since it began.
          </p>
          {provenance.notCompared.length > 0 && (
            <p>Not compared: {formatList(provenance.notCompared, 4)}.</p>
          )}
          <p className={styles.dim}>
            Run it here once to have it compared by content from then on.
          </p>
        </>
      )}
      {!byTimes && job?.ranBy === 'opensafely' && (
        <p className={styles.dim}>Run by opensafely run.</p>
      )}
    </Callout>
  );
}

/** What matched an action's patterns in its newest attempt and could not be collected. */
export function NotCollectedFiles({action}: {readonly action: string}) {
  const files = useDeskState(
    (state) => attemptsAt(state.runs, action)[0]?.notCollected ?? NOTHING_LEFT_OUT,
  );
  const [first] = files;
  if (first === undefined) return null;
  return (
    <Callout tone="stale">
      <p>
        <strong className={styles.stale}>
          {formatPlural(files.length, 'file')} not collected.
        </strong>{' '}
        {files.length === 1 ? 'It matches' : 'They match'} an output pattern of the action.
      </p>
      <ul>
        {files.slice(0, REASONS_SHOWN).map(({path, reason}) => (
          <li key={path}>
            <code>{path}</code>: {reason}
          </li>
        ))}
        {files.length > REASONS_SHOWN && (
          <li>and {formatCount(files.length - REASONS_SHOWN)} more, named in the log</li>
        )}
      </ul>
    </Callout>
  );
}

const NOTHING_LEFT_OUT: Job['notCollected'] = [];
