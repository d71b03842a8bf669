import {Info, PanelBottom, PanelLeft, PanelRight, Settings} from 'lucide-react';
import {formatCount, formatMemory, formatPlural, unsavedWords} from '../../shared/format';
import type {ActionState} from '../../shared/status';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {unsavedPaths} from '../state/drafts';
import {openPath} from '../state/openPath';
import {pickedTogether} from '../state/selection';
import {isReading} from '../state/sides';
import {executorOf, runWords, timeLeftWords} from '../state/runWords';
import {actionsByState, actionsOf} from '../state/selectors';
import {useNow} from '../state/useNow';
import {Button, IconButton} from '../ui/Button';
import {Dot} from '../ui/Dot';
import {Popover} from '../ui/Popover';
import {BottomTabs} from './BottomTabs';
import {gitWords} from './GitChip';
import {RunsElsewhere} from './RunsElsewhere';
import {NewsLink} from './WhatIsNew';
import styles from './StatusLine.module.css';

/** Counts of what needs a look, in the order in which they are shown. */
const COUNTED: readonly (readonly [string, readonly ActionState[]])[] = [
  ['out of date', ['out-of-date', 'upstream-out-of-date']],
  ['with errors', ['has-errors']],
  ['not verified', ['not-verified']],
  ['outputs missing', ['outputs-missing']],
  ['failed', ['failed']],
  ['cut off', ['cut-off']],
  ['blocked', ['blocked']],
  ['cancelled', ['cancelled']],
  ['not started', ['not-started']],
  ['never run', ['never-run']],
];

const TOGGLES = [
  {side: 'left', label: 'Left list', Icon: PanelLeft},
  {side: 'bottom', label: 'Bottom panel', Icon: PanelBottom},
  {side: 'right', label: 'Inspector', Icon: PanelRight},
] as const;

/** How often it is looked how long a run still takes, in milliseconds. */
const LOOK_MS = 5000;

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
  const running = useDeskState((state) => state.activeRunId !== null);
  const now = useNow(running ? LOOK_MS : 60_000);
  const left = useDeskState((state) => timeLeftWords(state, now));
  const words = useDeskState((state) => runWords(state, now).words);
  const tone = useDeskState((state) => runWords(state, now).tone);
  const numbers = useDeskState(summary);
  const version = useDeskState((state) => state.study?.reading.version ?? null);
  const unsaved = useDeskState(unsavedPaths);
  const [firstUnsaved] = unsaved;
  const onSave = useDeskState((state) => state.onSave);
  const collapsed = useDeskState((state) => state.collapsed);
  const tabbed = useDeskState((state) => state.place !== null);
  const engine = useDeskState((state) =>
    state.engine.state === 'ready' && executorOf(state) === 'docker'
      ? `${state.engine.name.replace(/ [\d.].*/, '')}: ${formatMemory(state.engine.memoryBytes)}, ${formatPlural(state.engine.cpus, 'CPU')}`
      : null,
  );

  const git = useDeskState((state) => (state.git === null ? null : gitWords(state.git)));

  const inspector = useDeskState(
    (state) => state.collapsed.has('right') && state.selection !== null && !isReading(state),
  );
  const facts = [
    // where the top bar has no space for it
    ...(git === null ? [] : [`Git: ${git}`]),
    ...(engine === null ? [] : [engine]),
    ...(version === null ? [] : [`project.yaml version ${version}`]),
    'Using dummy data',
  ];

  return (
    <footer className={styles.line} aria-label="Status">
      <span className={styles.doing} data-tone={tone} role="status" data-tip={words}>
        <Dot tone={tone} />
        <span className={styles.words}>{words}</span>
      </span>
      {left !== null && <span className={styles.left}>{left}</span>}
      <NewsLink />
      <RunsElsewhere />
      {firstUnsaved !== undefined && (
        <Button
          look="link"
          className={styles.unsaved}
          tip="Runs use the saved files. Show the file to save or discard the changes."
          onClick={() => void openPath(desk, firstUnsaved, null)}
        >
          {unsavedWords(unsaved).slice(0, -1)}
        </Button>
      )}
      {onSave.size > 0 && (
        <Button
          look="link"
          className={styles.left}
          tip="Actions that run when one of their files is saved, until the study is closed. Selects them."
          onClick={() => desk.store.setState(pickedTogether([...onSave]))}
        >
          On save: {formatPlural(onSave.size, 'action')}
        </Button>
      )}
      <span className={styles.numbers} data-tip={numbers}>
        {numbers}
      </span>
      <span className={styles.right}>
        <span className={styles.fact}>Using dummy data</span>
        {!tabbed && collapsed.has('bottom') && <BottomTabs />}
        <Popover
          look="quiet"
          className={styles.more}
          icon={<Info />}
          aria-label="About this study"
          align="right"
          panel={() => (
            <ul className={styles.facts}>
              {[words, numbers, ...facts].map((fact) => (
                <li key={fact}>{fact}</li>
              ))}
            </ul>
          )}
        />
        <span className={styles.toggles}>
          <IconButton
            className={styles.toggle}
            icon={<Settings />}
            label="Settings"
            keys={keysOf('settings')}
            onClick={() => runCommand(desk, 'settings')}
          />
          {(tabbed ? [] : TOGGLES).map(({side, label, Icon}) => {
            const waits = side === 'right' && inspector;
            return (
              <IconButton
                key={side}
                className={styles.toggle}
                icon={<Icon />}
                label={waits ? `${label}: details of the selection` : label}
                aria-pressed={!collapsed.has(side)}
                data-badge={waits}
                onClick={() => runCommand(desk, `toggle-${side}`)}
              />
            );
          })}
        </span>
      </span>
    </footer>
  );
}
