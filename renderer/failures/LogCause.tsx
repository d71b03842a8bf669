import {ChevronDown, ChevronRight} from 'lucide-react';
import {visibleText} from '../../shared/visibleText';
import {useChoice} from '../state/deskStore';
import {IconButton} from '../ui/Button';
import {CodeText} from '../ui/CodeText';
import {CauseCard} from './CauseCard';
import {useFailureCard} from './useFailures';
import styles from './LogCause.module.css';

/** On top of a failed job's log why it failed, where that is known; it folds to one line. */
export function LogCause(props: {readonly jobId: string | null; readonly failed: boolean}) {
  const card = useFailureCard(props.jobId, props.failed);
  const [shown, setShown] = useChoice('log.cause', 'on');
  if (card === null || card === undefined) return null;
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
          <CodeText text={visibleText(card.title)} />
        </p>
      ) : (
        <div className={styles.card}>
          <CauseCard card={card} inLog />
        </div>
      )}
    </div>
  );
}
