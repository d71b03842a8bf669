import {ArchiveRestore, CircleCheck} from 'lucide-react';
import {formatDayTime} from '../../shared/format';
import type {OutputDecision} from '../../shared/preview';
import {useAnswer} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {useNow} from '../state/useNow';
import {Name} from '../ui/Name';
import styles from './HistoryList.module.css';

const DECISION_WORDS = {
  marked: 'Marked as up to date',
  restored: 'Restored from the cache',
  supplied: 'Outputs supplied',
} as const;

/** An action that was marked as up to date, with the reason, or whose outputs were put back or came from elsewhere. */
export function DecisionRow({decision}: {readonly decision: OutputDecision}) {
  const {kind, action, at, reason} = decision;
  const {store} = useDesk();
  const now = useNow(60_000);
  const Icon = kind === 'marked' ? CircleCheck : ArchiveRestore;
  return (
    <button type="button" className={styles.run} onClick={() => selectAction(store, action)}>
      <Icon size={16} className={styles.decision} />
      <span className={styles.words}>
        <Name name={action} />
        <span className={styles.detail}>
          {DECISION_WORDS[kind]} · {formatDayTime(at, now)}
        </span>
        {reason !== null && <span className={styles.reason}>{reason}</span>}
      </span>
    </button>
  );
}

const NONE: readonly OutputDecision[] = [];

/** What was marked as up to date or restored, newest first; asked for anew when states change outside a run. */
export function useDecisions(): readonly OutputDecision[] {
  const study = useDeskState((state) => state.study?.dir ?? null);
  const idleStatuses = useDeskState((state) =>
    state.activeRunId === null ? state.statuses : null,
  );
  const isIdle = study !== null && idleStatuses !== null;
  const [decisions] = useAnswer('provenance:decisions', isIdle ? {} : null, idleStatuses);
  return decisions?.ok === true ? decisions.value : NONE;
}
