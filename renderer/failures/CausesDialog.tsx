import {Play} from 'lucide-react';
import {formatCount, formatPlural} from '../../shared/format';
import type {FailureCluster} from '../../shared/failure';
import {visibleText} from '../../shared/visibleText';
import {AnswerView} from '../errors/ErrorWords';
import {useAnswer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAttempt} from '../state/selection';
import {openPlan} from '../state/planTray';
import {causeAgainScope} from '../state/runScopes';
import {runAbility} from '../state/runWords';
import {jobWithId} from '../state/selectors';
import {showingBottom} from '../state/sides';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {CauseCard} from './CauseCard';
import styles from './CausesDialog.module.css';

/** Actions of one cause that are named one by one; the rest are counted. */
const ACTIONS_NAMED = 12;

/** What the failed jobs of a run failed of: one part a cause, with its actions and a way to run them again. */
export function CausesDialog(props: {readonly runId: string; readonly onClose: () => void}) {
  const {runId, onClose} = props;
  const [answer] = useAnswer('failures:causes', {runId});
  const causes = answer?.ok === true ? answer.value : [];
  const failed = causes.reduce((sum, {jobs}) => sum + jobs.length, 0);
  return (
    <Dialog
      title={
        causes.length === 0
          ? 'Why it failed'
          : `${formatPlural(failed, 'failure')}, ${formatPlural(causes.length, 'cause')}`
      }
      width="wide"
      onClose={onClose}
      footer={
        <Button onClick={onClose} data-autofocus>
          Close
        </Button>
      }
    >
      <AnswerView answer={answer} waiting="Reading the ends of the logs…">
        {(found) => (
          <ul className={styles.causes}>
            {found.map((cluster) => (
              <Cause key={cluster.jobs[0]?.jobId} cluster={cluster} onClose={onClose} />
            ))}
          </ul>
        )}
      </AnswerView>
    </Dialog>
  );
}

function Cause(props: {readonly cluster: FailureCluster; readonly onClose: () => void}) {
  const {cluster, onClose} = props;
  const {title, card, jobs} = cluster;
  const desk = useDesk();
  const refused = useDeskState((state) => runAbility(state).kind === 'refused');
  const actions = jobs.map(({action}) => action);
  const more = jobs.length - ACTIONS_NAMED;
  const show = (jobId: string) => {
    const job = jobWithId(desk.store.getState(), jobId);
    if (job !== undefined) selectAttempt(desk.store, job);
    desk.store.setState((state) => showingBottom(state, 'log'));
    onClose();
  };
  return (
    <li className={styles.part}>
      <p className={styles.head}>
        <span className={styles.count}>{formatCount(jobs.length)}</span>
        <span className={styles.names}>
          {jobs.slice(0, ACTIONS_NAMED).map(({jobId, action}) => (
            <Button
              key={jobId}
              look="link"
              tip={`Shows the log of ${action}`}
              onClick={() => show(jobId)}
            >
              {action}
            </Button>
          ))}
          {more > 0 && <span className={styles.more}>and {formatCount(more)} more</span>}
        </span>
        <Button
          icon={<Play />}
          disabled={refused}
          tip="Plans these and the actions they blocked"
          onClick={() => {
            openPlan(desk, causeAgainScope(desk.store.getState(), actions));
            onClose();
          }}
        >
          {jobs.length === 1 ? 'Rerun' : `Rerun these ${formatCount(jobs.length)}`}
        </Button>
      </p>
      {card === null ? (
        <p className={styles.unknown}>{visibleText(title)}</p>
      ) : (
        <>
          {jobs.length > 1 && title !== card.title && (
            <p className={styles.common}>From {jobs[0]?.action}; the others are similar:</p>
          )}
          <CauseCard card={card} />
        </>
      )}
    </li>
  );
}
