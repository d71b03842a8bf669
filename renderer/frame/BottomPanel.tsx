import {ChevronDown} from 'lucide-react';
import type {LastJob} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {PartFault} from '../errors/PartFault';
import {LogCause} from '../failures/LogCause';
import {LogPanes} from '../log/LogPanes';
import {LogTools} from '../log/LogTools';
import {useLogJob, type LogJob} from '../log/useLogJob';
import {PlanTray} from '../plan/PlanTray';
import {useDesk, useDeskState} from '../state/deskStore';
import {IconButton} from '../ui/Button';
import {joinClasses} from '../ui/joinClasses';
import {lazyPart} from '../ui/lazyPart';
import {BottomTabs} from './BottomTabs';
import {RunStrip} from './RunStrip';
import styles from './Panels.module.css';

const ChecksPanel = lazyPart(() => import('../checks/ChecksPanel'), 'ChecksPanel');
const ShellPanel = lazyPart(() => import('../shell/ShellPanel'), 'ShellPanel');
const TryPanel = lazyPart(() => import('../inspector/dataset/TryPanel'), 'TryPanel');
const ProblemsPanel = lazyPart(() => import('../problems/ProblemsPanel'), 'ProblemsPanel');

/** Whether the job on screen failed, here or under `opensafely run`. */
function hasFailed({job, jobId}: LogJob, last: LastJob | null): boolean {
  return job === null ? last?.jobId === jobId && last?.state === 'failed' : job.state === 'failed';
}

const PARTS = {
  log: 'The log',
  problems: 'Problems',
  checks: 'The checks',
  plan: 'The plan',
  try: 'What a definition shows',
  shell: 'The shell',
} as const;

/** The bottom panel: log, problems, checks, plan, and tries and shells once there are any. */
export function BottomPanel() {
  const desk = useDesk();
  const tab = useDeskState((state) => state.bottomTab);
  const tabbed = useDeskState((state) => state.place !== null);
  const job = useLogJob();
  const last = useDeskState((state) => state.statuses.get(job.action ?? '')?.lastJob ?? null);
  return (
    <section
      className={joinClasses(styles.panel, styles.below)}
      aria-label="Log, problems and plan"
    >
      <div className={styles.bar}>
        <BottomTabs />
        {tab === 'log' && (
          <div className={styles.logTools}>
            <LogTools job={job} followKeys={keysOf('follow-run')} />
          </div>
        )}
        {!tabbed && (
          <IconButton
            className={styles.fold}
            icon={<ChevronDown />}
            label="Fold the bottom panel"
            onClick={() => void runCommand(desk, 'toggle-bottom')}
          />
        )}
      </div>
      <RunStrip />
      <div id="bottom-panel" role="tabpanel" aria-label={tab} className={styles.body}>
        <PartFault key={tab} part={PARTS[tab]}>
          {tab === 'log' && (
            <>
              <LogCause jobId={job.jobId} job={job.job ?? last} failed={hasFailed(job, last)} />
              <LogPanes job={job} />
            </>
          )}
          {tab === 'problems' && <ProblemsPanel />}
          {tab === 'checks' && <ChecksPanel />}
          {tab === 'plan' && <PlanTray />}
          {tab === 'try' && <TryPanel />}
          {tab === 'shell' && <ShellPanel />}
        </PartFault>
      </div>
    </section>
  );
}
