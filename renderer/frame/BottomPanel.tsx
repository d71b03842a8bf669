import {lazy, Suspense} from 'react';
import {formatCount} from '../../shared/format';
import {keysOf} from '../commands/keys';
import {PartFault} from '../errors/PartFault';
import {LogPanel} from '../log/LogPanel';
import {LogTools} from '../log/LogTools';
import {useLogJob} from '../log/useLogJob';
import {PlanTray} from '../plan/PlanTray';
import {useDesk, useDeskState} from '../state/deskStore';
import {queueWords} from '../state/runWords';
import {Tabs} from '../ui/Tabs';
import {RunStrip} from './RunStrip';
import styles from './Panels.module.css';

const ProblemsPanel = lazy(() =>
  import('../problems/ProblemsPanel').then((module) => ({default: module.ProblemsPanel})),
);

/** The bottom panel: log, problems, plan. */
export function BottomPanel() {
  const {store} = useDesk();
  const tab = useDeskState((state) => state.bottomTab);
  const problems = useDeskState((state) => state.study?.reading.problems.length ?? 0);
  const planned = useDeskState((state) => state.plan.prepared?.plan.jobs.length ?? 0);
  const queue = useDeskState((state) => state.queue);
  const job = useLogJob();
  return (
    <section className={styles.panel} aria-label="Log, problems and plan">
      <div className={styles.bar}>
        <Tabs
          label="Bottom panel"
          panelId="bottom-panel"
          selected={tab}
          onSelect={(bottomTab) => store.setState({bottomTab})}
          items={[
            {
              id: 'log',
              label: job.action === null ? 'Log' : `Log · ${job.action}`,
              keys: keysOf('show-log'),
              tip: 'What the action prints',
            },
            {
              id: 'problems',
              label: 'Problems',
              count: problems === 0 ? undefined : formatCount(problems),
              keys: keysOf('next-problem'),
              tip: 'What is wrong with project.yaml',
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
          ]}
        />
        <div className={styles.tools}>
          {tab === 'log' && <LogTools job={job} followKeys={keysOf('follow-run')} />}
        </div>
      </div>
      <RunStrip />
      <div id="bottom-panel" role="tabpanel" aria-label={tab} className={styles.body}>
        <PartFault
          key={tab}
          part={tab === 'log' ? 'The log' : tab === 'plan' ? 'The plan' : 'Problems'}
        >
          <Suspense fallback={null}>
            {tab === 'log' && <LogPanel job={job} />}
            {tab === 'problems' && <ProblemsPanel />}
            {tab === 'plan' && <PlanTray />}
          </Suspense>
        </PartFault>
      </div>
    </section>
  );
}
