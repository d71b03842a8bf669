import {ChevronDown, Play, Square} from 'lucide-react';
import {formatCount, formatPlural} from '../../shared/format';
import {keysOf} from '../commands/keys';
import {studyNames} from '../groups/similarActions';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {openPlan, stopRun} from '../state/planTray';
import {
  actionScope,
  againScope,
  continueScope,
  dependenciesScope,
  doubtfulScope,
  downstreamScope,
  everythingScope,
  failedScope,
  foundWords,
  mainScope,
  matchingScope,
  neededScope,
  pickedScope,
  type RunScope,
} from '../state/runScopes';
import {runAbility, runProgress} from '../state/runWords';
import {namesFound, openJobs} from '../state/selectors';
import {Button} from '../ui/Button';
import {Menu, type MenuItem} from '../ui/Menu';
import {fitName} from '../ui/names';
import {textWidth} from '../ui/textWidth';
import styles from './RunButtons.module.css';

/** Stop, with the number of jobs it ends. */
export function StopButton() {
  const desk = useDesk();
  const active = useDeskState((state) => state.activeRunId !== null);
  const count = useDeskState((state) => openJobs(state).length);
  return (
    <Button
      className={styles.stop}
      disabled={!active}
      icon={<Square className={styles.stopIcon} />}
      tip={
        active
          ? `Stop ${formatPlural(count, 'job')}: running jobs stop; waiting jobs are cancelled`
          : 'Nothing is running in this window'
      }
      keys={keysOf('stop')}
      onClick={() => void stopRun(desk, null)}
    >
      <span className={styles.stopWords}>
        {active && count > 0 ? `Stop ${formatPlural(count, 'job')}` : 'Stop'}
      </span>
    </Button>
  );
}

/** The main button, with its count, and the menu of everything else that can be run. */
export function RunButton() {
  const desk = useDesk();
  const label = useDeskState((state) => mainScope(state).label);
  const count = useDeskState((state) => mainScope(state).count);
  const ability = useDeskState(runAbility);
  const running = useDeskState((state) => state.activeRunId !== null);
  const progress = useDeskState(runProgress);

  return (
    <div className={styles.split} role="group" aria-label="Run">
      <Button
        look="primary"
        className={styles.main}
        disabled={ability.kind === 'refused' || running || count === 0}
        icon={<Play />}
        tip={
          running ? 'A run is under way. You can plan another; it waits for its turn.' : ability.why
        }
        onClick={() => openPlan(desk, mainScope(desk.store.getState()))}
      >
        {running ? progress : label}
      </Button>
      <RunMenu disabled={ability.kind === 'refused'} />
    </div>
  );
}

function RunMenu({disabled}: {readonly disabled: boolean}) {
  const desk = useDesk();
  return (
    <Menu
      look="primary"
      className={styles.more}
      disabled={disabled}
      icon={<ChevronDown />}
      aria-label="More ways to run"
      menuLabel="Run"
      align="right"
      items={() => menuItems(desk.store.getState(), (scope) => openPlan(desk, scope))}
    />
  );
}

/** Pixels that the menu has for the name of the selected action. */
const NAME_SPACE = 240;

/** What the menu calls the selection, and the whole of a name that is shortened. */
function selectedWords(
  {picked, study}: DeskState,
  selection: string,
): {label: string; tip?: string} {
  if (picked.size > 0) return {label: `Run ${formatCount(picked.size)} selected`};
  const fits = (text: string) => textWidth(text, 'row') <= NAME_SPACE;
  const short = fitName(selection, studyNames(study), fits);
  return {label: `Run ${short}`, tip: `Run ${selection}`};
}

/** What can be run now, each with its count before the click. */
function menuItems(state: DeskState, open: (scope: RunScope) => void): readonly MenuItem[] {
  const entry = (
    id: string,
    label: string,
    scope: RunScope,
    more: Partial<MenuItem> = {},
  ): MenuItem => ({
    id,
    label,
    detail: formatCount(scope.count),
    disabled: scope.count === 0,
    onChoose: () => open(scope),
    ...more,
  });
  const {selection, query, runs} = state;
  const found = namesFound(state);
  const [ofFound, unfound] =
    found === null ? ['', ''] : [', matches only', ', ignoring the filter'];
  const foundEntry = (text: string, scope: RunScope, names: number): MenuItem =>
    entry('found', `Matches for ${text}`, scope, {detail: foundWords(names, scope.count)});
  const selected = selectedWords(state, selection ?? '');
  const last = runs[0];
  const unfinished =
    last !== undefined && (last.outcome === 'failed' || last.outcome === 'cancelled') ? last : null;
  const rest = unfinished === null ? null : continueScope(state, unfinished);
  return [
    ...(rest === null || rest.count === 0
      ? []
      : [entry('continue', 'Continue the last run', rest)]),
    ...(selection === null
      ? []
      : [
          entry('selected', selected.label, pickedScope(state) ?? actionScope(state, selection), {
            keys: keysOf('run-selected'),
            tip: selected.tip,
          }),
          entry('dependencies', 'Rerun with dependencies', dependenciesScope(state, selection), {
            keys: keysOf('run-with-dependencies'),
          }),
          entry(
            'downstream',
            'Run with everything that depends on it',
            downstreamScope(state, selection),
          ),
        ]),
    ...(found === null
      ? []
      : [foundEntry(query, matchingScope(state, query, [...found]), found.size)]),
    entry('doubtful', `All out of date or unverified${ofFound}`, doubtfulScope(state), {
      separated: selection !== null,
    }),
    entry('failed', `All failed${ofFound}`, failedScope(state)),
    ...(unfinished === null
      ? []
      : [
          entry(
            'retry',
            'Repeat last run',
            againScope(state, 'Repeat last run', unfinished.request),
          ),
        ]),
    entry('needed', `Everything out of date${unfound}`, neededScope(state)),
    entry('everything', `Rerun everything${unfound}`, everythingScope(state)),
  ];
}
