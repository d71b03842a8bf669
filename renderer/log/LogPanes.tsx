import {useChoice, useDeskState} from '../state/deskStore';
import {LogBeside} from './LogBeside';
import {LogPanel} from './LogPanel';
import styles from './LogPanel.module.css';
import {besideOf, useBeside} from './beside';
import type {LogJob} from './useLogJob';

/** The log of the selected action; as the user chose, beside another one, or merged with those of its run. */
export function LogPanes({job}: {readonly job: LogJob}) {
  const [choice, setChoice] = useBeside();
  const [find] = useChoice('log.find', 'off');
  const runs = useDeskState((state) => state.runs);
  const beside = besideOf(choice, job, runs);
  const close = () => setChoice('');
  // one log at a time is searched on screen
  if (beside?.kind === 'merged' && find === 'on') return <LogPanel job={job} />;
  if (beside?.kind === 'merged')
    return <LogBeside jobs={beside.jobs} title={beside.title} onClose={close} />;
  if (beside === null) return <LogPanel job={job} />;
  return (
    <div className={styles.panes}>
      <div className={styles.pane}>
        <LogPanel job={job} />
      </div>
      <LogBeside jobs={[beside.job]} title={beside.title} onClose={close} />
    </div>
  );
}
