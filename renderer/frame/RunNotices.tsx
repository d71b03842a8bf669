import {CircleCheck, CircleSlash, CircleX, Save, Unplug, X} from 'lucide-react';
import {useEffect} from 'react';
import {formatDayTime, formatList} from '../../shared/format';
import type {RunRecord} from '../../shared/run';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {useCauses} from '../state/failureCards';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {chosen} from '../state/selection';
import {failures} from '../state/followRun';
import {checkEngine} from '../state/openStudy';
import {openPlan} from '../state/planTray';
import {continueScope, requestWords} from '../state/runScopes';
import {endWords, runAbility} from '../state/runWords';
import {showingBottom} from '../state/sides';
import {useNow} from '../state/useNow';
import {isShown} from '../state/sides';
import {Button, IconButton} from '../ui/Button';
import {Notice} from '../ui/Notice';
import styles from './RunNotices.module.css';

/** How long the end of a run without failures stays; one with failures stays until it is dismissed. */
const GOOD_NEWS_MS = 6000;

const ICONS = {
  ok: CircleCheck,
  fail: CircleX,
  plain: CircleSlash,
  stale: CircleSlash,
  accent: CircleSlash,
} as const;

/** What became of runs: how the last one ended, and one that waits for its engine. They cover nothing. */
export function RunNotices() {
  const shown = useDeskState((state) => state.endsShown);
  return (
    <div className={styles.notices} role="region" aria-label="Notifications">
      <UnfinishedNotice />
      <HeldSaveNotice />
      <div role="status">
        {shown.map((runId) => (
          <RunEnd key={runId} runId={runId} />
        ))}
      </div>
    </div>
  );
}

function RunEnd({runId}: {readonly runId: string}) {
  const run = useDeskState((state) => state.runs.find(({id}) => id === runId));
  return run === undefined ? null : <EndOf run={run} />;
}

function EndOf({run}: {readonly run: RunRecord}) {
  const desk = useDesk();
  const {store} = desk;
  const {words, tone} = endWords(run);
  const runId = run.id;
  const failed = run.jobs.filter((job) => job.state === 'failed').map(({action}) => action);
  const bad = failed.length > 0;
  const causes = useCauses(runId, failed.length);
  const several = useDeskState((state) => failures(state).length > 1);
  const rest = useDeskState((state) => {
    const scope = tone === 'ok' ? null : continueScope(state, run);
    return scope === null || scope.count === 0 ? null : scope.label;
  });
  const shown = useDeskState(
    (state) =>
      failed.includes(state.selection ?? '') &&
      state.bottomTab === 'log' &&
      isShown(state, 'bottom'),
  );
  const refused = useDeskState((state) => runAbility(state).kind === 'refused');
  useEffect(() => {
    if (tone !== 'ok') return;
    const timer = window.setTimeout(() => store.setState(without(runId)), GOOD_NEWS_MS);
    return () => window.clearTimeout(timer);
  }, [store, tone, runId]);

  const Icon = ICONS[tone];
  const first = failed[0];
  return (
    <Notice
      tone={tone}
      icon={<Icon size={16} />}
      actions={
        <>
          {first !== undefined && (
            <>
              {!shown && causes === null && (
                <Button
                  tip={`Show the log of ${first} with why it failed`}
                  onClick={() =>
                    store.setState((state) => ({...chosen(first), ...showingBottom(state, 'log')}))
                  }
                >
                  Show why
                </Button>
              )}
              {causes !== null && (
                <Button
                  tip="Reasons for failure"
                  onClick={() => store.setState({dialog: {kind: 'causes', runId}})}
                >
                  Why they failed
                </Button>
              )}
              {several && (
                <Button
                  keys={keysOf('next-failure')}
                  tip="Select the next failed action and show its log"
                  onClick={() => void runCommand(desk, 'next-failure')}
                >
                  Next failure
                </Button>
              )}
            </>
          )}
          {rest !== null && (
            <Button
              disabled={refused}
              tip="Runs what failed, was cancelled, blocked or not started"
              onClick={() => openPlan(desk, continueScope(store.getState(), run))}
            >
              {rest}
            </Button>
          )}
          <Dismiss onClick={() => store.setState(without(runId))} />
        </>
      }
    >
      <strong>{words}</strong>
      {!(shown && failed.length === 1) && (
        <span className={styles.dim}>
          {' · '}
          {bad ? formatList(failed, 2) : requestWords(run.request, run.jobs.length)}
        </span>
      )}
    </Notice>
  );
}

/** What changes when the end of a run is no longer shown. */
function without(runId: string) {
  return ({endsShown}: DeskState) => ({endsShown: endsShown.filter((id) => id !== runId)});
}

function Dismiss({onClick}: {readonly onClick: () => void}) {
  return <IconButton icon={<X />} label="Dismiss" onClick={onClick} />;
}

/** What a save would run, where only its user may start that. */
function HeldSaveNotice() {
  const desk = useDesk();
  const held = useDeskState((state) => state.heldSave);
  if (held === null) return null;
  const end = () => desk.store.setState({heldSave: null});
  return (
    <Notice
      tone="stale"
      icon={<Save size={16} />}
      actions={
        <>
          <Button
            onClick={() => {
              end();
              openPlan(desk, {title: 'What was saved', request: held.request});
            }}
          >
            Show the plan
          </Button>
          <Dismiss onClick={end} />
        </>
      }
    >
      <strong>Saved, but not run: {formatList(held.saved)}</strong>
      <span className={styles.dim}> · {held.why}</span>
    </Notice>
  );
}

/** A run that was cut off and can't be brought to its end now, mostly for want of its engine: nothing else can run until it ends or is given up. */
function UnfinishedNotice() {
  const desk = useDesk();
  const unfinished = useDeskState((state) => state.unfinished);
  const checking = useDeskState((state) => state.engine.state === 'checking');
  const now = useNow(60_000);
  if (unfinished === null) return null;
  const {runId, startedAt, actions, reason} = unfinished;
  const forEngine = reason.kind === 'no-engine';
  return (
    <Notice
      tone="stale"
      role="alert"
      icon={<Unplug size={16} />}
      actions={
        <>
          <Button disabled={checking} onClick={() => void checkEngine(desk)}>
            Check again
          </Button>
          <Button
            onClick={() => desk.store.setState({dialog: {kind: 'give-up', runId}})}
            tip="End this run without the engine"
          >
            Give up…
          </Button>
        </>
      }
    >
      <strong>
        The run started {formatDayTime(startedAt, now, 'in a sentence')}{' '}
        {forEngine ? 'is waiting for the container engine' : 'could not be finished yet'}
        {actions.length > 0 && `: ${formatList(actions)}`}.
      </strong>
      <span className={styles.dim}>
        {' '}
        {[reason.message, forEngine ? null : reason.why, reason.hint]
          .filter(Boolean)
          .join(' ')}{' '}
        {forEngine
          ? 'It continues as soon as the engine answers.'
          : 'Study Desk tries again every few seconds.'}{' '}
        Until then nothing else can run.
      </span>
    </Notice>
  );
}
