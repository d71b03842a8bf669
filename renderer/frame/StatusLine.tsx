import {PanelBottom, PanelLeft, PanelRight} from 'lucide-react';
import type {ReactNode} from 'react';
import {formatCount, formatMemory, formatPlural} from '../../shared/format';
import type {ActionState} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {executorOf, runWords} from '../state/runWords';
import {actionsByState, actionsOf} from '../state/selectors';
import {useNow} from '../state/useNow';
import {Button} from '../ui/Button';
import {Dot} from '../ui/Dot';
import styles from './StatusLine.module.css';

/** Counts of what needs a look, in the order in which they are told. */
const COUNTED: readonly (readonly [string, readonly ActionState[]])[] = [
  ['out of date', ['out-of-date', 'upstream-out-of-date']],
  ['not verified', ['not-verified']],
  ['outputs missing', ['outputs-missing']],
  ['failed', ['failed']],
  ['cut off', ['cut-off']],
  ['blocked', ['blocked']],
  ['cancelled', ['cancelled']],
  ['not started', ['not-started']],
  ['never run', ['never-run']],
];

function summary(state: DeskState): string {
  const groups = actionsByState(state);
  const parts = COUNTED.flatMap(([words, states]) => {
    const count = states.reduce((sum, name) => sum + (groups.get(name)?.length ?? 0), 0);
    return count === 0 ? [] : [`${formatCount(count)} ${words}`];
  });
  const checking = (groups.get('checking') ?? []).length > 0;
  return [
    formatPlural(actionsOf(state).length, 'action'),
    ...parts,
    ...(checking ? ['checking what is out of date…'] : []),
  ].join(', ');
}

/** The last line: what goes on, the study in numbers, and the buttons that fold the sides. */
export function StatusLine() {
  const desk = useDesk();
  const now = useNow(60_000);
  const words = useDeskState((state) => runWords(state, now).words);
  const tone = useDeskState((state) => runWords(state, now).tone);
  const numbers = useDeskState(summary);
  const version = useDeskState((state) => state.study?.reading.version ?? null);
  const broken = useDeskState((state) => state.study?.broken === true);
  const hasGood = useDeskState((state) => (state.study?.project ?? null) !== null);
  const collapsed = useDeskState((state) => state.collapsed);
  const engine = useDeskState((state) =>
    state.engine.state === 'ready' && executorOf(state) === 'docker'
      ? `Engine has ${formatMemory(state.engine.memoryBytes)}, ${formatPlural(state.engine.cpus, 'processor')}`
      : null,
  );

  const toggle = (id: string, label: string, shown: boolean, icon: ReactNode) => (
    <Button
      look="quiet"
      className={styles.toggle}
      icon={icon}
      aria-label={label}
      aria-pressed={shown}
      onClick={() => runCommand(desk, id)}
    />
  );

  return (
    <footer className={styles.line}>
      <span className={styles.doing} data-tone={tone} role="status">
        <Dot tone={tone} />
        <span className={styles.words}>{words}</span>
      </span>
      <span>{numbers}</span>
      {broken && (
        <span className={styles.broken}>
          project.yaml has errors{hasGood && '; showing the last good one'}
        </span>
      )}
      <span className={styles.right}>
        {engine !== null && <span>{engine}</span>}
        {version !== null && <span>project.yaml version {version}</span>}
        <span>Local data is dummy data</span>
        <span className={styles.toggles}>
          {toggle('toggle-left', 'Left list', !collapsed.left, <PanelLeft aria-hidden="true" />)}
          {toggle(
            'toggle-bottom',
            'Bottom panel',
            !collapsed.bottom,
            <PanelBottom aria-hidden="true" />,
          )}
          {toggle('toggle-right', 'Inspector', !collapsed.right, <PanelRight aria-hidden="true" />)}
        </span>
      </span>
    </footer>
  );
}
