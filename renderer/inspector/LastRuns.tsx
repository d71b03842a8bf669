import {useMemo} from 'react';
import {formatDayTime, formatDuration} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAttempt} from '../state/selection';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {outcomeWords} from '../status/stateWords';
import {Button} from '../ui/Button';
import {Section} from '../ui/Section';
import styles from './Inspector.module.css';

const RUNS_SHOWN = 6;

/** The last attempts at an action: when, how long, how much memory, at which commit; a click shows the log. */
export function LastRuns({action}: {readonly action: string}) {
  const {store} = useDesk();
  const now = useNow(60_000);
  const runs = useDeskState((state) => state.runs);
  const expected = useDeskState((state) => state.statuses.get(action)?.expectedSeconds ?? null);
  const attempts = useMemo(
    () =>
      runs
        .flatMap((run) =>
          run.jobs.filter((job) => job.action === action).map((job) => ({run, job})),
        )
        .slice(0, RUNS_SHOWN),
    [runs, action],
  );
  if (attempts.length === 0) return null;
  return (
    <Section label="Last runs">
      <ul>
        {attempts.map(({run, job}) => (
          <li key={job.id}>
            <button
              type="button"
              className={styles.row}
              data-tip={job.message}
              onClick={() => selectAttempt(store, job)}
            >
              <StateIcon state={job.state} named />
              <span className={styles.rowName}>
                {[formatDayTime(job.startedAt ?? job.createdAt, now), outcomeWords(job)]
                  .filter((part) => part !== '')
                  .join(' · ')}
              </span>
              {run.git !== null && run.git.commit !== null && (
                <span className={styles.rowDetail}>
                  {run.git.commit.slice(0, 7)}
                  {run.git.dirtyFiles.length > 0 && ` + ${run.git.dirtyFiles.length}`}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <Button look="quiet" onClick={() => store.setState({dialog: {kind: 'since-run', action}})}>
        Since the run…
      </Button>
      {expected !== null && (
        <p className={styles.dim}>Usually takes about {formatDuration(expected)}.</p>
      )}
    </Section>
  );
}
