import {Play} from 'lucide-react';
import type {ReactNode} from 'react';
import {formatCount, formatDayTime, formatList, formatPlural} from '../../shared/format';
import {outOfDateReasonText} from '../../shared/outOfDateReason';
import {remainingWords} from '../../shared/remainingTime';
import type {RunRecord} from '../../shared/run';
import type {ActionState} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {runTitle} from '../history/HistoryList';
import {useDesk, useDeskState} from '../state/deskStore';
import {isNewsOpen, isNewsSeen, newsOf, type NewChange, type News} from '../state/lastSeen';
import {openPlan} from '../state/planTray';
import {neededScope, timeOf} from '../state/runScopes';
import {endWords, runAbility, stateOfRun} from '../state/runWords';
import {chosen} from '../state/selection';
import {stateOfAction} from '../state/selectors';
import {settingsNow} from '../state/settings';
import {showingBottom} from '../state/sides';
import {useNow} from '../state/useNow';
import {ShowChange} from '../status/ShowChange';
import {StateIcon} from '../status/StateIcon';
import {Button} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {Section} from '../ui/Section';
import styles from './WhatIsNew.module.css';

const CHANGES_SHOWN = 8;
const RUNS_SHOWN = 5;
const FAILURES_SHOWN = 3;

/** What is new since the study was last open, over what the centre shows, until it is dismissed. */
export function WhatIsNew() {
  const open = useDeskState(isNewsOpen);
  const news = useDeskState(newsOf);
  return open && news !== null ? <Page news={news} /> : null;
}

function Page({news}: {readonly news: News}) {
  const {store} = useDesk();
  const now = useNow(60_000);
  const since = useDeskState(({lastSeen}) =>
    lastSeen === null || lastSeen === 'reading' ? '' : lastSeen.note.at,
  );
  const {changes, runs, elsewhere} = news;
  const ended = runs.length + (elsewhere.length > 0 ? 1 : 0);
  const dismiss = () => store.setState({lastSeen: null});
  return (
    <section className={styles.page} aria-label="What is new">
      <div className={styles.scroll}>
        <div className={styles.column}>
          <header className={styles.head}>
            <div role="status">
              <h2>New since {formatDayTime(since, now, 'in a sentence')}</h2>
            </div>
            <div className={styles.acts}>
              <RunNeeded onRun={dismiss} />
              <Button look="quiet" onClick={dismiss}>
                Dismiss <kbd>{keysOf('step-out')}</kbd>
              </Button>
            </div>
          </header>
          {changes.length > 0 && (
            <Section label="Changed" count={formatCount(changes.length)}>
              <ul>
                {changes.slice(0, CHANGES_SHOWN).map((change) => (
                  <ChangeRow
                    key={`${change.reason.changedAt} ${change.reason.message}`}
                    change={change}
                    now={now}
                  />
                ))}
              </ul>
              <More count={changes.length - CHANGES_SHOWN} what="change" />
            </Section>
          )}
          {ended > 0 && (
            <Section label="Runs that ended" count={formatCount(ended)}>
              <ul>
                {runs.slice(0, RUNS_SHOWN).map((run) => (
                  <RunRow key={run.id} run={run} now={now} />
                ))}
                {elsewhere.length > 0 && <ElsewhereRow elsewhere={elsewhere} />}
              </ul>
              <More count={runs.length - RUNS_SHOWN} what="run" />
            </Section>
          )}
        </div>
      </div>
    </section>
  );
}

/** Everything that needs to run, and how long that takes; nothing where there is nothing to run. */
function RunNeeded({onRun}: {readonly onRun: () => void}) {
  const desk = useDesk();
  const label = useDeskState((state) => {
    const {count, label: words, request} = neededScope(state);
    const concurrency = settingsNow(state)?.values.concurrency ?? 1;
    if (count === 0) return null;
    return [words, remainingWords(timeOf(state, request, concurrency), '')]
      .filter((part) => part !== null)
      .join(' · ');
  });
  const ability = useDeskState(runAbility);
  if (label === null) return null;
  return (
    <Button
      look="primary"
      icon={<Play />}
      disabled={ability.kind === 'refused'}
      tip={ability.why}
      onClick={() => {
        openPlan(desk, neededScope(desk.store.getState()));
        onRun();
      }}
    >
      {label}
    </Button>
  );
}

function Row(props: {readonly state: ActionState | 'succeeded'; readonly children: ReactNode}) {
  return (
    <li className={styles.row}>
      <StateIcon state={props.state} named />
      <div className={styles.words}>{props.children}</div>
    </li>
  );
}

function ChangeRow({change, now}: {readonly change: NewChange; readonly now: Date}) {
  const {reason, actions, further} = change;
  const outOfDate = useDeskState(
    ({statuses}) =>
      actions.filter((name) => stateOfAction(statuses, name) === 'out-of-date').length,
  );
  const [depend, it] = [further === 1 ? 'depends' : 'depend', actions.length === 1 ? 'it' : 'them'];
  const more = further === 0 ? '' : `, and ${formatCount(further)} that ${depend} on ${it}`;
  return (
    <Row state="out-of-date">
      <p>
        <CodeText text={outOfDateReasonText(reason, now)} />{' '}
        <ShowChange action={actions[0] ?? ''} reason={reason} />
      </p>
      <p className={styles.dim}>
        {/* one that failed since shows that it failed */}
        {outOfDate > 0 ? 'Made out of date: ' : 'Used by '}
        {formatList(actions)}
        {more}
      </p>
    </Row>
  );
}

function RunRow({run, now}: {readonly run: RunRecord; readonly now: Date}) {
  const {store} = useDesk();
  const failed = run.jobs.filter(({state}) => state === 'failed');
  return (
    <Row state={stateOfRun(run, null)}>
      <p>
        {runTitle(run)}
        <span className={styles.dim}> · {formatDayTime(run.endedAt ?? '', now)}</span>
      </p>
      {run.outcome !== 'succeeded' && failed.length === 0 && (
        <p className={styles.dim}>{endWords(run).words}</p>
      )}
      {failed.slice(0, FAILURES_SHOWN).map(({id, action, message}) => (
        <Failure key={id} {...{action, message, attempt: id}} />
      ))}
      {failed.length > FAILURES_SHOWN && (
        <Button
          look="link"
          onClick={() => store.setState({dialog: {kind: 'causes', runId: run.id}})}
        >
          Show why all {formatCount(failed.length)} failed
        </Button>
      )}
    </Row>
  );
}

/** What `opensafely run` did, which keeps no record of its runs. */
function ElsewhereRow({elsewhere}: Pick<News, 'elsewhere'>) {
  const failed = elsewhere.filter(({lastJob}) => lastJob?.state === 'failed');
  return (
    <Row state={failed.length > 0 ? 'failed' : 'succeeded'}>
      <p>
        <code>opensafely run</code> · {formatPlural(elsewhere.length, 'action')}
        {failed.length > 0 && `, ${formatCount(failed.length)} failed`}
      </p>
      {failed.slice(0, FAILURES_SHOWN).map(({action, lastJob}) => (
        <Failure key={action} {...{action, message: lastJob?.message ?? '', attempt: null}} />
      ))}
    </Row>
  );
}

/** An action that failed, with the way to its log. */
function Failure(props: {
  readonly action: string;
  readonly message: string;
  /** The job that failed; null for the action's newest. */
  readonly attempt: string | null;
}) {
  const {action, message, attempt} = props;
  const {store} = useDesk();
  return (
    <p>
      <code>{action}</code> <span className={styles.dim}>{message}</span>{' '}
      <Button
        look="link"
        onClick={() =>
          store.setState((state) => ({...chosen(action, attempt), ...showingBottom(state, 'log')}))
        }
      >
        Show log
      </Button>
    </p>
  );
}

function More({count, what}: {readonly count: number; readonly what: 'change' | 'run'}) {
  const desk = useDesk();
  if (count <= 0) return null;
  const words = `and ${formatPlural(count, `more ${what}`)}`;
  if (what === 'change') return <p className={styles.dim}>{words}</p>;
  return (
    <Button look="link" onClick={() => void runCommand(desk, 'show-history')}>
      {words}
    </Button>
  );
}

/** In the status line: the way to what is new where its user had begun something else before it was known, or is at another place. */
export function NewsLink() {
  const {store} = useDesk();
  const waits = useDeskState((state) => newsOf(state) !== null && !isNewsSeen(state));
  if (!waits) return null;
  return (
    <Button
      look="link"
      onClick={() =>
        store.setState(({lastSeen, place}) =>
          lastSeen === null || lastSeen === 'reading'
            ? {}
            : {lastSeen: {...lastSeen, shown: true}, place: place === null ? null : 'centre'},
        )
      }
    >
      What is new
    </Button>
  );
}
