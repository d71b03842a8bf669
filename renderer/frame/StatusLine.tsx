import {PanelBottom, PanelLeft, PanelRight} from 'lucide-react';
import type {ReactNode} from 'react';
import {
  formatBytes,
  formatCount,
  formatList,
  formatMemory,
  formatPlural,
} from '../../shared/format';
import {runCommand} from '../commands/commands';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {actionsByState, actionsOf, openJobs} from '../state/selectors';
import {Button} from '../ui/Button';
import {Dot} from '../ui/Dot';
import styles from './StatusLine.module.css';

/** What the study as a whole is doing, in a few words. */
function doing(state: DeskState): string {
  const pull = [...state.pulls.values()][0];
  if (pull !== undefined) {
    const total = pull.totalBytes === null ? '' : ` of ${formatBytes(pull.totalBytes)}`;
    return pull.phase === 'downloading'
      ? `Pulling ${pull.image}: ${formatBytes(pull.downloadedBytes)}${total}`
      : `Pulling ${pull.image}: ${pull.phase}`;
  }
  if (state.activeRunId !== null) {
    const open = openJobs(state);
    const running = open.filter((job) => job.state === 'running').map((job) => job.action);
    const waiting = open.length - running.length;
    const words = running.length === 0 ? 'Starting' : `Running ${formatList(running)}`;
    return waiting === 0 ? words : `${words}, ${formatCount(waiting)} waiting`;
  }
  if (state.engine.state === 'down') return 'The engine is down; nothing can run';
  return 'Ready';
}

function summary(state: DeskState): string {
  const total = formatPlural(actionsOf(state).length, 'action');
  if (state.statuses.size === 0 && actionsOf(state).length > 0)
    return `${total}, checking what is out of date…`;
  const groups = actionsByState(state);
  const count = (...names: readonly (keyof typeof WORDS)[]) =>
    names.reduce((sum, name) => sum + (groups.get(name)?.length ?? 0), 0);
  const stale = count('out-of-date', 'upstream-out-of-date');
  const parts = [
    total,
    ...(stale === 0 ? [] : [`${formatCount(stale)} ${WORDS['out-of-date']}`]),
    ...(count('failed') === 0 ? [] : [`${formatCount(count('failed'))} ${WORDS.failed}`]),
    ...(count('never-run') === 0
      ? []
      : [`${formatCount(count('never-run'))} ${WORDS['never-run']}`]),
  ];
  const checking = [...state.statuses.values()].some(
    (status) => status.provenance.kind === 'checking',
  );
  return [...parts, ...(checking ? ['checking what is out of date…'] : [])].join(', ');
}

const WORDS = {
  'out-of-date': 'out of date',
  'upstream-out-of-date': 'out of date',
  failed: 'failed',
  'never-run': 'never run',
} as const;

/** The last line: what goes on, the study in numbers, and the buttons that fold the sides. */
export function StatusLine() {
  const desk = useDesk();
  const words = useDeskState(doing);
  const active = useDeskState((state) => state.activeRunId !== null);
  const down = useDeskState((state) => state.engine.state === 'down');
  const numbers = useDeskState(summary);
  const version = useDeskState((state) => state.study?.reading.version ?? null);
  const broken = useDeskState((state) => state.study?.broken === true);
  const hasGood = useDeskState((state) => (state.study?.project ?? null) !== null);
  const collapsed = useDeskState((state) => state.collapsed);
  const engine = useDeskState((state) =>
    state.engine.state === 'ready'
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
      <span
        className={styles.doing}
        data-tone={active ? 'accent' : down ? 'fail' : 'ok'}
        role="status"
      >
        <Dot tone={active ? 'accent' : down ? 'fail' : 'ok'} />
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
