import {formatCount} from '../../shared/format';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {useLogJob} from '../log/useLogJob';
import {ProblemCounts} from '../problems/ProblemCounts';
import {useDesk, useDeskState} from '../state/deskStore';
import {queueWords} from '../state/runWords';
import {errorCount, isShown, showingBottom} from '../state/sides';
import {Tabs} from '../ui/Tabs';

/** The tabs of the bottom panel with what they count; while it is folded they are in the status line. */
export function BottomTabs() {
  const desk = useDesk();
  const tab = useDeskState((state) => state.bottomTab);
  const folded = useDeskState((state) => !isShown(state, 'bottom'));
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
  const tried = useDeskState((state) => state.tried.size > 0);
  const {action} = useLogJob();
  const planCounts = [
    ...(planned === 0 ? [] : [formatCount(planned)]),
    ...(queue.length === 0 ? [] : [queueWords(queue)]),
  ];
  return (
    <Tabs
      label="Bottom panel"
      look={folded ? 'small' : 'line'}
      panelId="bottom-panel"
      selected={folded ? null : tab}
      onSelect={(next) => {
        // its tabs move there with the keyboard
        if (folded && next !== 'shell' && next !== 'try') void runCommand(desk, `show-${next}`);
        else desk.store.setState((state) => showingBottom(state, next));
      }}
      items={[
        {
          id: 'log',
          label: action === null || folded ? 'Log' : 'Log · ',
          name: folded ? undefined : (action ?? undefined),
          keys: keysOf('show-log'),
          tip: action === null ? 'What an action prints' : `What ${action} prints`,
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
          keys: keysOf('show-checks'),
          tip: 'What an output checker would ask',
        },
        {
          id: 'plan',
          label: 'Plan',
          count: planCounts.length === 0 ? undefined : planCounts.join(', '),
          keys: keysOf('show-plan'),
          tip: 'What a run would do',
        },
        ...(tried ? [{id: 'try' as const, label: 'Try', tip: 'What a definition shows'}] : []),
        ...(shells === 0
          ? []
          : [{id: 'shell' as const, label: 'Shell', count: formatCount(shells)}]),
      ]}
    />
  );
}
