import {Maximize2, Minimize2, X} from 'lucide-react';
import {formatPlural} from '../../shared/format';
import {FileFindings, findingsOf} from '../checks/FileFindings';
import {runCommand} from '../commands/commands';
import {keysOf} from '../commands/keys';
import {PartFault} from '../errors/PartFault';
import {Inspector} from '../inspector/Inspector';
import {WhatChanged, WhereFrom} from '../inspector/WhereFrom';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {outputAt} from '../state/selectors';
import {folding, withoutSide} from '../state/sides';
import type {ReadingTab} from '../state/viewState';
import {IconButton} from '../ui/Button';
import {lazyPart} from '../ui/lazyPart';
import styles from './ReadingSide.module.css';

const ScriptText = lazyPart(() => import('../project/ScriptText'), 'ScriptText');

const LABELS: Readonly<Record<ReadingTab, string>> = {
  details: 'Details',
  findings: 'Findings',
  changes: 'Changes',
  from: 'Where from',
  script: 'Script',
};

/** The output that is read; null for anything else. */
function readPath({centre}: DeskState): string | null {
  return centre.kind === 'output' ? centre.path : null;
}

/** The file that is read, whose findings can be shown. */
function pathChecked(state: DeskState): string {
  return readPath(state) ?? (state.centre.kind === 'project-file' ? 'project.yaml' : '');
}

/** The action that what is read belongs to: the one that makes the output, or the selected one. */
function actionRead(state: DeskState): string | null {
  const path = readPath(state);
  return (path === null ? null : outputAt(state, path)?.action) ?? state.selection;
}

/** What the rail offers: of an output what was found in it and where it comes from, of an action its details. */
function tabsNow(state: DeskState): string {
  const action = actionRead(state);
  const script = state.study?.scripts.has(action ?? '') === true ? ' script' : '';
  if (readPath(state) !== null && action !== null) return `details findings changes from${script}`;
  return `details${findingsOf(state, pathChecked(state)).length > 0 ? ' findings' : ''}${script}`;
}

/** A rail of tabs beside what is read; one opens over it, and goes with Escape. */
export function ReadingSide() {
  const desk = useDesk();
  const {store} = desk;
  const whole = useDeskState((state) => state.wholeWindow);
  const shown = useDeskState((state) => (state.collapsed.has('right') ? null : state.readingTab));
  const offered = useDeskState(tabsNow).split(' ');
  const tabs = (Object.keys(LABELS) as readonly ReadingTab[]).filter((tab) =>
    offered.includes(tab),
  );
  const open = shown !== null && tabs.includes(shown) ? shown : null;
  const found = useDeskState((state) => findingsOf(state, pathChecked(state)).length);
  const close = () => store.setState((state) => folding(state, 'right'));
  return (
    <>
      {open !== null && (
        <div className={styles.open} data-beside={open}>
          <header className={styles.head}>
            <h2>{LABELS[open]}</h2>
            <IconButton
              icon={<X />}
              label={`Close ${LABELS[open].toLowerCase()}`}
              keys="Esc"
              onClick={close}
            />
          </header>
          <PartFault key={open} part={LABELS[open]}>
            <OpenTab tab={open} />
          </PartFault>
        </div>
      )}
      <div
        className={styles.rail}
        role="toolbar"
        aria-orientation="vertical"
        aria-label="Beside it"
      >
        <IconButton
          icon={whole ? <Minimize2 /> : <Maximize2 />}
          label={whole ? 'Show the rest of the window' : 'Give it the whole window'}
          keys={keysOf('whole-window')}
          onClick={() => void runCommand(desk, 'whole-window')}
        />
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            className={styles.tab}
            aria-pressed={tab === open}
            data-found={tab === 'findings' && found > 0}
            onClick={() =>
              tab === open
                ? close()
                : store.setState((state) => ({
                    readingTab: tab,
                    collapsed: withoutSide(state.collapsed, 'right'),
                  }))
            }
          >
            {tab === 'findings' && found > 0 ? formatPlural(found, 'finding') : LABELS[tab]}
          </button>
        ))}
      </div>
    </>
  );
}

function OpenTab({tab}: {readonly tab: ReadingTab}) {
  const path = useDeskState(readPath);
  const checked = useDeskState(pathChecked);
  const action = useDeskState(actionRead);
  const script = useDeskState(({study}) => study?.scripts.get(action ?? '') ?? null);
  switch (tab) {
    case 'details':
      return <Inspector />;
    case 'findings':
      return <FileFindings key={checked} path={checked} />;
    case 'changes':
      return action === null || path === null ? null : <WhatChanged action={action} path={path} />;
    case 'from':
      return action === null ? null : <WhereFrom action={action} />;
    case 'script':
      return script === null ? null : <ScriptText key={script} path={script} />;
  }
}
