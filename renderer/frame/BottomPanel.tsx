import {ChevronDown, ChevronUp} from 'lucide-react';
import {lazy, Suspense} from 'react';
import {formatCount} from '../../shared/format';
import type {LastJob} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {PartFault} from '../errors/PartFault';
import {LogCause} from '../failures/LogCause';
import {LogPanes} from '../log/LogPanes';
import {LogTools} from '../log/LogTools';
import {useLogJob, type LogJob} from '../log/useLogJob';
import {PlanTray} from '../plan/PlanTray';
import {ProblemCounts} from '../problems/ProblemCounts';
import {useDesk, useDeskState} from '../state/deskStore';
import {queueWords} from '../state/runWords';
import {errorCount, showingBottom} from '../state/sides';
import {Button} from '../ui/Button';
import {joinClasses} from '../ui/joinClasses';
import {Tabs} from '../ui/Tabs';
import {RunStrip} from './RunStrip';
import styles from './Panels.module.css';

const ChecksPanel = lazy(() =>
  import('../checks/ChecksPanel').then((module) => ({default: module.ChecksPanel})),
);
const ShellPanel = lazy(() =>
  import('../shell/ShellPanel').then((module) => ({default: module.ShellPanel})),
);
const ProblemsPanel = lazy(() =>
  import('../problems/ProblemsPanel').then((module) => ({default: module.ProblemsPanel})),
);

/** Whether the job on screen failed, here or under `opensafely run`. */
function hasFailed({job, jobId}: LogJob, last: LastJob | null): boolean {
  return job === null ? last?.jobId === jobId && last?.state === 'failed' : job.state === 'failed';
}

const PARTS = {
  log: 'The log',
  problems: 'Problems',
  checks: 'The checks',
  plan: 'The plan',
  shell: 'The shell',
} as const;

/** The bottom panel: log, problems, checks, plan, and shells once there are any; folded, its tabs stay with what they count. */
export function BottomPanel() {
  const desk = useDesk();
  const tab = useDeskState((state) => state.bottomTab);
  const folded = useDeskState((state) => state.collapsed.has('bottom'));
  const problems = useDeskState((state) => state.study?.reading.problems.length ?? 0);
  const errors = useDeskState(errorCount);
  const questions = useDeskState(
    ({checked}) => checked?.findings.filter(({level}) => level === 'question').length ?? 0,
  );
  const planned = useDeskState((state) => state.plan.prepared?.plan.jobs.length ?? 0);
  const queue = useDeskState((state) => state.queue);
  const shells = useDeskState(
    ({shells: open, shellOpening}) => open.length + (shellOpening === null ? 0 : 1),
  );
  const job = useLogJob();
  const last = useDeskState((state) => state.statuses.get(job.action ?? '')?.lastJob ?? null);
  return (
    <section
      className={joinClasses(styles.panel, styles.below)}
      aria-label="Log, problems and plan"
    >
      <div className={styles.bar} data-folded={folded}>
        <Tabs
          label="Bottom panel"
          panelId="bottom-panel"
          selected={folded ? null : tab}
          onSelect={(next) => desk.store.setState((state) => showingBottom(state, next))}
          items={[
            {
              id: 'log',
              label: job.action === null ? 'Log' : 'Log · ',
              name: job.action ?? undefined,
              keys: keysOf('show-log'),
              tip: job.action === null ? 'What an action prints' : `What ${job.action} prints`,
            },
            {
              id: 'problems',
              label: 'Problems',
              count:
                problems === 0 ? undefined : (
                  <ProblemCounts errors={errors} warnings={problems - errors} />
                ),
              keys: keysOf('show-problems'),
              tip: 'What is wrong with project.yaml',
            },
            {
              id: 'checks',
              label: 'Checks',
              count: questions === 0 ? undefined : formatCount(questions),
              tip: 'What an output checker would ask',
            },
            {
              id: 'plan',
              label: 'Plan',
              count:
                [
                  ...(planned === 0 ? [] : [formatCount(planned)]),
                  ...(queue.length === 0 ? [] : [queueWords(queue)]),
                ].join(', ') || undefined,
              keys: keysOf('show-plan'),
              tip: 'What a run would do',
            },
            ...(shells === 0
              ? []
              : [{id: 'shell' as const, label: 'Shell', count: formatCount(shells)}]),
          ]}
        />
        {tab === 'log' && !folded && (
          <div className={styles.logTools}>
            <LogTools job={job} followKeys={keysOf('follow-run')} />
          </div>
        )}
        <Button
          look="quiet"
          className={styles.fold}
          icon={folded ? <ChevronUp aria-hidden="true" /> : <ChevronDown aria-hidden="true" />}
          aria-label={folded ? 'Unfold the bottom panel' : 'Fold the bottom panel'}
          onClick={() => void runCommand(desk, 'toggle-bottom')}
        />
      </div>
      {!folded && (
        <>
          <RunStrip />
          <div id="bottom-panel" role="tabpanel" aria-label={tab} className={styles.body}>
            <PartFault key={tab} part={PARTS[tab]}>
              <Suspense fallback={null}>
                {tab === 'log' && (
                  <>
                    <LogCause jobId={job.jobId} failed={hasFailed(job, last)} />
                    <LogPanes job={job} />
                  </>
                )}
                {tab === 'problems' && <ProblemsPanel />}
                {tab === 'checks' && <ChecksPanel />}
                {tab === 'plan' && <PlanTray />}
                {tab === 'shell' && <ShellPanel />}
              </Suspense>
            </PartFault>
          </div>
        </>
      )}
    </section>
  );
}
