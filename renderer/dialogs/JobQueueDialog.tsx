import {Play, Square} from 'lucide-react';
import {formatList, formatWhen} from '../../shared/format';
import type {JobQueue, QueueSetup} from '../../shared/jobQueue';
import {ErrorCallout, ErrorWords} from '../errors/ErrorWords';
import {visibleText} from '../../shared/visibleText';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Dot} from '../ui/Dot';
import {Callout, EmptyState} from '../ui/Section';
import {QueueOff} from './QueueOff';
import {QueueRequests} from './QueueRequests';
import styles from './JobQueue.module.css';
import {useJobQueue, type ShownQueue} from './useJobQueue';

/** The job queue: who needs it where it is off; else its requests and jobs, and its start and stop. */
export function JobQueueDialog({onClose}: {readonly onClose: () => void}) {
  const shown = useJobQueue();
  const {queue, error} = shown;
  return (
    <Dialog title="Job queue" width="page" onClose={onClose}>
      <div className={styles.page} data-set-up={queue !== null && queue.settingsFile !== null}>
        <ErrorCallout error={error} />
        {queue === null ? (
          error === null && <p role="status">Looking at the queue…</p>
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
      {trouble !== null && (
        <Callout tone="fail">
          <ErrorWords error={trouble} />
        </Callout>
      )}
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
          The job server could not be asked {formatWhen(poll.at, now)}
          {poll.message !== null && `: ${poll.message}`}. It is asked again, ever more rarely; jobs
          go on meanwhile.
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
        Outputs: <code>{high}</code>, those that may be looked at for release: <code>{medium}</code>
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
  switch (runner.kind) {
    case 'running':
      return (
        <p className={styles.runner} role="status">
          <Dot tone="accent" /> Running, started {formatWhen(runner.since, now)}
          <span className={styles.dim}>Ends when Study Desk is closed; jobs go on.</span>
        </p>
      );
    case 'stopping':
      return (
        <p className={styles.runner} role="status">
          <Dot tone="plain" /> Stopping…
        </p>
      );
    case 'elsewhere':
      return (
        <p className={styles.runner} role="status">
          <Dot tone="accent" /> Running outside this window
          <span className={styles.dim}>As a service or in a terminal; stop it there.</span>
        </p>
      );
    case 'stopped':
      return (
        <p className={styles.runner} role="status">
          <Dot tone={runner.said === null ? 'plain' : 'fail'} />
          {runner.said === null ? 'Not running' : 'Ended by itself'}
          {runner.said !== null && <span className={styles.dim}>{runner.said}</span>}
        </p>
      );
  }
}

function RunnerButtons({queue, shown}: {readonly queue: JobQueue; readonly shown: ShownQueue}) {
  const {runner, setup} = queue;
  const {busy, perform} = shown;
  if (runner.kind === 'running' || runner.kind === 'stopping')
    return (
      <div className={styles.buttons}>
        <Button
          icon={<Square aria-hidden="true" />}
          disabled={busy || runner.kind === 'stopping'}
          tip="Asks for no more requests. Jobs that run go on in their containers, and are taken up again"
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
          icon={<Play aria-hidden="true" />}
          disabled={busy || setup === null}
          tip={setup === null ? 'The settings can’t be used' : undefined}
          onClick={() => perform('jobQueue:start')}
        >
          Start the runner
        </Button>
      )}
      <Button disabled={busy} onClick={() => perform('jobQueue:setUp')}>
        Other settings…
      </Button>
      <Button
        look="quiet"
        disabled={busy}
        tip="Forgets the settings file. The file, jobs and outputs stay as they are"
        onClick={() => perform('jobQueue:turnOff')}
      >
        Turn off
      </Button>
    </div>
  );
}
