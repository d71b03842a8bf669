import {ChevronDown, ChevronRight} from 'lucide-react';
import {formatList} from '../../shared/format';
import type {Job} from '../../shared/job';
import type {LastJob} from '../../shared/status';
import {visibleText} from '../../shared/visibleText';
import {ask} from '../state/ask';
import {useChoice, useDesk} from '../state/deskStore';
import {Button, IconButton} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {CauseCard} from './CauseCard';
import {useFailureCard} from '../state/failureCards';
import styles from './LogCause.module.css';

/** On top of a failed job's log why it failed, the one place that says it; it folds to one line. */
export function LogCause(props: {
  readonly jobId: string | null;
  /** All that is kept of it; null where that is nothing. */
  readonly job: Job | LastJob | null;
  readonly failed: boolean;
}) {
  const {jobId, job, failed} = props;
  const card = useFailureCard(jobId, failed);
  const [shown, setShown] = useChoice('log.cause', 'on');
  if (!failed || card === undefined) return null;
  // the log of one that never began holds nothing but why
  if (card === null && (job === null || job.startedAt === null)) return null;
  const folded = shown === 'off';
  return (
    <div className={styles.cause} data-folded={folded || undefined}>
      <IconButton
        className={styles.fold}
        icon={folded ? <ChevronRight /> : <ChevronDown />}
        label={folded ? 'Show why it failed' : 'Hide why it failed'}
        aria-expanded={!folded}
        onClick={() => setShown(folded ? 'on' : 'off')}
      />
      {folded ? (
        <p className={styles.line}>
          <CodeText text={visibleText(card?.title ?? job?.message ?? '')} />
        </p>
      ) : (
        <div className={styles.card}>
          {card === null ? job !== null && <Unknown job={job} /> : <CauseCard card={card} inLog />}
          {job !== null && 'keptFiles' in job && job.keptFiles !== null && (
            <Kept path={job.keptFiles} />
          )}
        </div>
      )}
    </div>
  );
}

/** What a job says of its failure where no cause is known. */
function Unknown({job}: {readonly job: Job | LastJob}) {
  if (!('hint' in job)) return <p className={styles.title}>{job.message}</p>;
  const {message, hint, statusCode, unmatchedPatterns, unmatchedFiles} = job;
  return (
    <section aria-label="Why it failed">
      <p className={styles.title}>{message}</p>
      {hint !== null && <p>{hint}</p>}
      {statusCode === 'unmatched_patterns' && (
        <p>
          Nothing matched <code>{formatList(unmatchedPatterns)}</code>
          {unmatchedFiles.length > 0 && (
            <>
              . Produced instead: <code>{formatList(unmatchedFiles, 4)}</code>
            </>
          )}
        </p>
      )}
    </section>
  );
}

function Kept({path}: {readonly path: string}) {
  const desk = useDesk();
  return (
    <p className={styles.dim}>
      Files from this attempt are kept separately. Earlier outputs are unchanged.{' '}
      <Button look="link" tip={path} onClick={() => void ask(desk, 'project:showInFolder', {path})}>
        Show files
      </Button>
    </p>
  );
}
