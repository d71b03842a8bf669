import {ArrowDown, ArrowUp, ChevronsUp, X} from 'lucide-react';
import {formatPlural, formatTimeOfDay} from '../../shared/format';
import type {HeldRun, QueuedRun} from '../../shared/runQueue';
import {ErrorWords} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {dropQueued, moveQueued, showHeld, startHeld} from '../state/runQueue';
import {requestWords} from '../state/runScopes';
import {queueWords, runAbility} from '../state/runWords';
import {Button, IconButton} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import styles from './RunQueue.module.css';

/** The runs that wait for their turn, next first, and those that were held, with the ways on; `alone` fills its place. */
export function RunQueue({alone = false}: {readonly alone?: boolean}) {
  const queue = useDeskState((state) => state.queue);
  return (
    <section className={styles.queue} data-alone={alone} aria-label="Waiting runs">
      <h3 className={styles.label}>{queueWords(queue)}</h3>
      <ol>
        {queue.map((run, index) => (
          <QueuedRow key={run.id} run={run} index={index} count={queue.length} />
        ))}
      </ol>
      <p className={styles.dim}>
        Each is planned again when its turn comes. Closing Study Desk clears the queue.
      </p>
    </section>
  );
}

function QueuedRow(props: {
  readonly run: QueuedRun;
  readonly index: number;
  readonly count: number;
}) {
  const {run, index, count} = props;
  const desk = useDesk();
  const words = requestWords(run.request, run.actions.length);
  const move = (to: number) => void moveQueued(desk, run.id, to);
  return (
    <li className={styles.run} data-held={run.held !== null}>
      <div className={styles.row}>
        <span className={styles.number}>{index + 1}</span>
        <span className={styles.words} data-tip={`Queued at ${formatTimeOfDay(run.queuedAt)}`}>
          {words}
          <span className={styles.dim}> · {formatPlural(run.actions.length, 'job')}</span>
        </span>
        <IconButton
          icon={<ChevronsUp />}
          label={`Start ${words} next`}
          disabled={index === 0}
          onClick={() => move(0)}
        />
        <IconButton
          icon={<ArrowUp />}
          label={`Move ${words} up`}
          disabled={index === 0}
          onClick={() => move(index - 1)}
        />
        <IconButton
          icon={<ArrowDown />}
          label={`Move ${words} down`}
          disabled={index === count - 1}
          onClick={() => move(index + 1)}
        />
        <IconButton
          icon={<X />}
          label={`Remove ${words} from the queue`}
          onClick={() => void dropQueued(desk, run.id)}
        />
      </div>
      {run.held !== null && <Held run={run} held={run.held} />}
    </li>
  );
}

/** Why a run did not start at its turn, and what the user can decide. */
function Held({run, held}: {readonly run: QueuedRun; readonly held: HeldRun}) {
  const desk = useDesk();
  const later = useDeskState((state) => runAbility(state).kind === 'later');
  return (
    <div className={styles.held}>
      {held.kind === 'changed' ? (
        <>
          <p>
            <strong>Held: the plan has changed since you saw it.</strong>
          </p>
          <ul>
            {held.changes.map((change) => (
              <li key={change}>
                <CodeText text={change} />
              </li>
            ))}
          </ul>
        </>
      ) : (
        <>
          <p>
            <strong>Held: it could not start.</strong>
          </p>
          <ErrorWords error={held.error} />
        </>
      )}
      <div className={styles.buttons}>
        <Button onClick={() => showHeld(desk, run)}>
          {held.kind === 'changed' ? 'Show updated plan' : 'Plan again'}
        </Button>
        {held.kind === 'changed' && (
          <Button onClick={() => void startHeld(desk, run)}>
            {later ? 'Queue with the updated plan' : 'Start with the updated plan'}
          </Button>
        )}
        <Button look="quiet" onClick={() => void dropQueued(desk, run.id)}>
          Remove
        </Button>
      </div>
    </div>
  );
}
