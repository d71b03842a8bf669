import {Building2, FileCog, Laptop, Play, Square} from 'lucide-react';
import {useCallback, useEffect, useState} from 'react';
import type {AppError} from '../../shared/errors';
import {formatList, formatWhen} from '../../shared/format';
import type {JobQueue, QueueSetup} from '../../shared/jobQueue';
import {ErrorCallout} from '../errors/ErrorWords';
import {visibleText} from '../../shared/visibleText';
import {useDesk} from '../state/deskStore';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Dot} from '../ui/Dot';
import {Callout, EmptyState} from '../ui/Section';
import {QueueRequests} from './QueueRequests';
import styles from './JobQueue.module.css';

/** The job queue: who needs it where it is off; else its requests and jobs, and its start and stop. */
export function JobQueueDialog({onClose}: {readonly onClose: () => void}) {
  const shown = useJobQueue();
  const {queue, error} = shown;
  return (
    <Dialog title="Job queue" width="page" onClose={onClose}>
      <div className={styles.page} data-set-up={queue !== null && queue.settingsFile !== null}>
        <ErrorCallout error={error} />
        {queue === null ? (
          error === null && <p role="status">Reading the queue…</p>
        ) : queue.settingsFile === null ? (
          <QueueOff busy={shown.busy} onSetUp={() => shown.perform('jobQueue:setUp')} />
        ) : (
          <SetUp queue={queue} file={queue.settingsFile} shown={shown} />
        )}
      </div>
    </Dialog>
  );
}

function SetUp(props: {
  readonly queue: JobQueue;
  readonly file: string;
  readonly shown: ShownQueue;
}) {
  const {queue, file, shown} = props;
  const {setup, trouble, flags, requests} = queue;
  return (
    <>
      <div className={styles.head}>
        <div className={styles.who}>
          {setup !== null && <Whom setup={setup} />}
          <p className={styles.dim}>
            Settings: <code>{file}</code>
          </p>
        </div>
        <RunnerLine queue={queue} />
        <RunnerButtons queue={queue} shown={shown} />
      </div>
      <ErrorCallout error={trouble} />
      <Poll queue={queue} />
      {flags.length > 0 && (
        <Callout tone="stale">
          Set by an operator: {flags.map(({name, value}) => `${name} = ${value}`).join(', ')}. A
          flag holds until it is cleared with <code>study-desk serve flag</code>.
        </Callout>
      )}
      {setup !== null &&
        (requests.length === 0 ? (
          <EmptyState title="No requests yet">
            Requests that the job server has for {setup.backend} will be listed here, with their
            jobs.
          </EmptyState>
        ) : (
          <QueueRequests requests={requests} older={queue.older} />
        ))}
    </>
  );
}

/** What is wrong between runner and job server, if anything. */
function Poll({queue}: {readonly queue: JobQueue}) {
  const now = useNow(10_000);
  const {poll, runner, warning} = queue;
  const failed = poll !== null && !poll.ok && runner.kind !== 'stopped';
  if (!failed && warning === null) return null;
  return (
    <Callout tone={failed ? 'fail' : 'stale'} live>
      {failed && (
        <p>
          The job server could not be reached {formatWhen(poll.at, now)}
          {poll.message !== null && `: ${poll.message}`}. Trying again, less and less often; jobs
          continue.
        </p>
      )}
      {warning !== null && (
        <p>
          The runner’s log last warned {formatWhen(warning.at, now)}:{' '}
          <code>{visibleText(warning.text)}</code>
        </p>
      )}
    </Callout>
  );
}

function Whom({setup}: {readonly setup: QueueSetup}) {
  const {backend, server, protocol, databases, high, medium} = setup;
  return (
    <>
      <p>
        <strong>{backend}</strong> for <code>{server}</code>
        <span className={styles.dim}> protocol {protocol}</span>
      </p>
      <p className={styles.dim}>
        Outputs, highly sensitive: <code>{high}</code>; moderately sensitive: <code>{medium}</code>
      </p>
      <p className={styles.dim}>
        {databases.length === 0
          ? 'No database is set up: jobs that read one are refused.'
          : `Databases: ${formatList(databases, databases.length)}`}
      </p>
    </>
  );
}

function RunnerLine({queue}: {readonly queue: JobQueue}) {
  const now = useNow(60_000);
  const {runner} = queue;
  const [tone, words, note] = runnerWords(runner, now);
  return (
    <p className={styles.runner} role="status">
      <Dot tone={tone} /> {words}
      {note !== null && <span className={styles.dim}>{note}</span>}
    </p>
  );
}

function runnerWords(
  runner: JobQueue['runner'],
  now: Date,
): readonly ['accent' | 'plain' | 'fail', words: string, note: string | null] {
  switch (runner.kind) {
    case 'running':
      return [
        'accent',
        `Running, started ${formatWhen(runner.since, now)}`,
        'Stops when you close Study Desk; jobs continue.',
      ];
    case 'stopping':
      return ['plain', 'Stopping…', null];
    case 'elsewhere':
      return [
        'accent',
        'Running outside this window',
        'As a service or in a terminal; stop it there.',
      ];
    case 'stopped':
      return runner.said === null
        ? ['plain', 'Not running', null]
        : ['fail', 'Stopped unexpectedly', runner.said];
  }
}

function RunnerButtons({queue, shown}: {readonly queue: JobQueue; readonly shown: ShownQueue}) {
  const {runner, setup} = queue;
  const {busy, perform} = shown;
  if (runner.kind === 'running' || runner.kind === 'stopping')
    return (
      <div className={styles.buttons}>
        <Button
          icon={<Square />}
          disabled={busy || runner.kind === 'stopping'}
          tip="Takes no more requests. Running jobs continue in their containers, and are resumed at the next start"
          onClick={() => perform('jobQueue:stop')}
        >
          Stop the runner
        </Button>
      </div>
    );
  return (
    <div className={styles.buttons}>
      {runner.kind === 'stopped' && (
        <Button
          look="primary"
          icon={<Play />}
          disabled={busy || setup === null}
          tip={setup === null ? 'The settings can’t be used' : undefined}
          onClick={() => perform('jobQueue:start')}
        >
          Start the runner
        </Button>
      )}
      <Button disabled={busy} onClick={() => perform('jobQueue:setUp')}>
        Choose other settings…
      </Button>
      <Button
        look="quiet"
        disabled={busy}
        tip="Stops using the settings file. The file, jobs and outputs are kept"
        onClick={() => perform('jobQueue:turnOff')}
      >
        Turn off
      </Button>
    </div>
  );
}

/** How often it is looked at while it is on screen. */
const LOOK_MS = 1000;

/** Something that can be done with the queue. */
type QueueRequestName = 'jobQueue:setUp' | 'jobQueue:turnOff' | 'jobQueue:start' | 'jobQueue:stop';

/** What is shown, and what can be done. */
type ShownQueue = ReturnType<typeof useJobQueue>;

/** Looks at the queue for as long as the component is there. */
function useJobQueue() {
  const {host} = useDesk();
  const [queue, setQueue] = useState<JobQueue | null>(null);
  const [lookError, setLookError] = useState<AppError | null>(null);
  const [doneError, setDoneError] = useState<AppError | null>(null);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    let wanted = true;
    let timer: number | undefined;
    const look = async () => {
      const answer = await host.request('jobQueue:state', {});
      if (!wanted) return;
      if (answer.ok) setQueue(answer.value);
      setLookError(answer.ok ? null : answer.error);
      timer = window.setTimeout(() => void look(), LOOK_MS);
    };
    void look();
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [host]);

  const perform = useCallback(
    (name: QueueRequestName) => {
      setBusy(true);
      setDoneError(null);
      void host.request(name, {}).then((answer) => {
        setBusy(false);
        if (answer.ok) setQueue(answer.value);
        else setDoneError(answer.error);
      });
    },
    [host],
  );
  return {queue, error: doneError ?? lookError, busy, perform};
}

/** What the queue is, who needs it and who does not; shown until it is set up. */
function QueueOff(props: {readonly busy: boolean; readonly onSetUp: () => void}) {
  return (
    <div className={styles.off}>
      <p className={styles.lead}>
        Study Desk can run jobs for a job server: it takes the requests meant for this computer,
        fetches each study at its commit, runs what is needed, keeps the outputs here by
        sensitivity, and reports how each job ended, nothing more.
      </p>
      <div className={styles.cards}>
        <section className={styles.card} aria-labelledby="queue-who-not">
          <Laptop size={24} strokeWidth={1.5} />
          <h3 id="queue-who-not">You develop studies</h3>
          <p>
            You don’t need this. The Run buttons run studies on your own computer; real requests go
            through the job server’s website.
          </p>
        </section>
        <section className={styles.card} aria-labelledby="queue-who">
          <Building2 size={24} strokeWidth={1.5} />
          <h3 id="queue-who">You run a backend</h3>
          <p>
            An institution that holds patient data and runs approved studies on it needs this, on a
            computer inside its secure area. For daily work set it up as a service, with{' '}
            <code>study-desk serve</code>; use this page to try it out or watch it.
          </p>
        </section>
        <section className={styles.card} aria-labelledby="queue-how">
          <FileCog size={24} strokeWidth={1.5} />
          <h3 id="queue-how">What you need</h3>
          <p>
            A settings file, the same as for the service, with a line <code>NAME=value</code> for
            each. <code>HIGH_PRIVACY_STORAGE_BASE</code>, <code>MEDIUM_PRIVACY_STORAGE_BASE</code>{' '}
            and <code>JOB_SERVER_TOKEN</code> are required; most backends also set{' '}
            <code>BACKEND</code>, <code>JOB_SERVER_ENDPOINT</code> and the addresses of their
            databases. It contains secrets: only you should be able to read it.
          </p>
          <Button disabled={props.busy} onClick={props.onSetUp}>
            Choose the settings file…
          </Button>
        </section>
      </div>
      <p className={styles.dim}>
        Choosing a file starts nothing: you see the job server before you start the runner.
      </p>
    </div>
  );
}
