import {formatCount, formatPlural} from '../../shared/format';
import type {Job} from '../../shared/job';
import {STATE_WORDS, type ActionState, type LastJob} from '../../shared/status';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {checkEngine} from '../state/openStudy';
import {attemptsAt, stateOfAction, upstreamOf} from '../state/selectors';
import {showingBottom} from '../state/sides';
import {useNow} from '../state/useNow';
import {phaseWords, reasonOf, shortReason} from '../status/stateWords';
import {Button} from '../ui/Button';
import {Callout} from '../ui/Section';
import styles from './Inspector.module.css';

const FILES_SHOWN = 5;

/** A job under way: how far it is, by the one step it is in. */
export function UnderWay(props: {readonly state: ActionState; readonly job: LastJob | null}) {
  const {state, job} = props;
  const desk = useDesk();
  if (state === 'waiting-for-engine') {
    return (
      <Callout tone="stale">
        <p>
          <strong className={styles.stale}>Waiting for engine.</strong> The container engine stopped
          answering. The job continues as soon as it answers again.
        </p>
        <Button look="link" onClick={() => void checkEngine(desk)}>
          Check again
        </Button>
      </Callout>
    );
  }
  return (
    <Callout tone="accent">
      <strong>{job === null ? STATE_WORDS[state] : phaseWords(job.statusCode)}</strong>
    </Callout>
  );
}

/** It did not run since something it needs did not succeed. */
export function Blocked({action}: {readonly action: string}) {
  const {store} = useDesk();
  const job = useDeskState((state) => state.statuses.get(action)?.lastJob ?? null);
  const culprit = useDeskState((state) =>
    upstreamOf(state, action).find((name) =>
      Object.hasOwn(STOPPING, stateOfAction(state.statuses, name)),
    ),
  );
  const stopped = useDeskState((state) => stateOfAction(state.statuses, culprit ?? ''));
  return (
    <Callout tone="plain">
      <p>
        <strong>Blocked.</strong>{' '}
        {culprit === undefined
          ? `${sentence(job?.message ?? 'Something it needs did not succeed')} Run it again.`
          : `Not run because ${culprit} ${STOPPING[stopped] ?? 'did not succeed'}. ${stopped === 'failed' ? `Fix ${culprit}, then run both.` : 'Run both again.'}`}
      </p>
      {culprit !== undefined && (
        <Button look="link" onClick={() => selectAction(store, culprit)}>
          Show {culprit}
        </Button>
      )}
    </Callout>
  );
}

/** Ends of a need that keep what needs it from running, and that are not blocked themselves, each as a verb. */
const STOPPING: Readonly<Partial<Record<ActionState, string>>> = {
  failed: 'failed',
  'cut-off': 'was cut off',
  cancelled: 'was cancelled',
  'not-started': 'was not started',
};

/** An attempt that ended without an outcome: what became of it, and what stays. */
export function WithoutResult(props: {
  readonly action: string;
  readonly attempt: LastJob;
  /** The action's state is another, shown before it. */
  readonly isBeside?: boolean;
}) {
  const {action, attempt, isBeside = false} = props;
  const {state, message} = attempt;
  const now = useNow(60_000);
  const outputs = useDeskState(
    (desk) => desk.outputs?.outputs.some((file) => file.action === action && file.present) ?? false,
  );
  const words = reasonOf(attempt, now);
  return (
    <Callout tone={state === 'cut-off' ? 'stale' : 'plain'}>
      <strong>{isBeside ? `Latest attempt ${words}` : capitalised(words)}.</strong>{' '}
      {state === 'cut-off' && sentence(message)}{' '}
      {outputs
        ? 'Earlier outputs are unchanged.'
        : state === 'not-started'
          ? 'It has no outputs yet.'
          : 'No outputs were saved.'}
    </Callout>
  );
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A message with a full stop; its first word stays as it is, as that may be an action's name. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** That it failed, in a few words: why is over its log, with the line that failed and what helps. */
export function Failed({action}: {readonly action: string}) {
  const {store} = useDesk();
  const now = useNow(60_000);
  const status = useDeskState((state) => state.statuses.get(action));
  const last = status?.lastJob ?? null;
  const how = shortReason(status, now);
  return (
    <Callout tone="fail">
      <p>
        <strong className={styles.fail}>
          {last === null ? 'Failed' : capitalised(reasonOf(last, now))}
        </strong>{' '}
        {how === 'failed' ? '' : `(${how})`}{' '}
        <Button
          look="link"
          tip="Shows the cause over the log"
          onClick={() =>
            store.setState((state) => ({attempt: null, ...showingBottom(state, 'log')}))
          }
        >
          Show why
        </Button>
      </p>
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
        {files.length === 1 ? 'It matches' : 'They match'} an output pattern but can’t be used.
      </p>
      <ul>
        {files.slice(0, FILES_SHOWN).map(({path, reason}) => (
          <li key={path}>
            <code>{path}</code>: {reason}
          </li>
        ))}
        {files.length > FILES_SHOWN && (
          <li>and {formatCount(files.length - FILES_SHOWN)} more, listed in the log</li>
        )}
      </ul>
    </Callout>
  );
}

const NOTHING_LEFT_OUT: Job['notCollected'] = [];
