import {formatCount, formatDayTime} from '../../shared/format';
import type {RunRecord} from '../../shared/run';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAttempt} from '../state/selection';
import {useNow} from '../state/useNow';
import type {FoundInLog, LogFinds as Finds} from './logFinds';
import styles from './LogFind.module.css';

/** Logs shown at most; of more, the search is to be narrowed. */
const MOST_LOGS = 200;

/** The logs in which something was found, the oldest first, each with its first place; a click shows it. */
export function LogFinds({finds, jobId}: {readonly finds: Finds; readonly jobId: string | null}) {
  const {store} = useDesk();
  const runs = useDeskState((state) => state.runs);
  const now = useNow(60_000);
  const found = [...finds.values()].filter(({count}) => count > 0);
  if (found.length === 0) return null;
  return (
    <ul className={styles.finds} aria-label="Logs with matches">
      {found.slice(0, MOST_LOGS).map((log) => (
        <li key={log.jobId}>
          <button
            type="button"
            aria-current={log.jobId === jobId}
            onClick={() => selectAttempt(store, {id: log.jobId, action: log.action})}
          >
            <b>{log.action}</b>
            <span className={styles.time}>{startOf(log, runs, now)}</span>
            <span>{formatCount(log.count)}</span>
            <code>{log.first?.line.text}</code>
          </button>
        </li>
      ))}
      {found.length > MOST_LOGS && <li>{formatCount(found.length - MOST_LOGS)} more logs</li>}
    </ul>
  );
}

/** When the job's run began, or its first find came where that run is not listed any more. */
function startOf(log: FoundInLog, runs: readonly RunRecord[], now: Date): string {
  const at = runs.find(({id}) => id === log.runId)?.startedAt ?? log.first?.line.time;
  return at === undefined ? '' : formatDayTime(at, now);
}
