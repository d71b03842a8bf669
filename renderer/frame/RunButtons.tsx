import {ChevronDown, Play, Square} from 'lucide-react';
import {formatPlural} from '../../shared/format';
import {keysOf} from '../commands/keys';
import {runItems} from '../commands/selectionMenu';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {isNewsSeen} from '../state/lastSeen';
import {openPlan, stopRun} from '../state/planTray';
import {mainScope, neededScope} from '../state/runScopes';
import {isPlanning, runAbility, runProgress} from '../state/runWords';
import {openJobs} from '../state/selectors';
import {Button} from '../ui/Button';
import {Menu} from '../ui/Menu';
import {WordsAndName} from '../ui/Name';
import styles from './RunButtons.module.css';

/** Stop, with the number of jobs it ends, while something runs. */
export function StopButton() {
  const desk = useDesk();
  const active = useDeskState((state) => state.activeRunId !== null);
  const count = useDeskState((state) => openJobs(state).length);
  if (!active) return null;
  const words = count > 0 ? `Stop ${formatPlural(count, 'job')}` : 'Stop';
  return (
    <Button
      icon={<Square className={styles.stopIcon} />}
      tip={`${words}: running jobs stop; waiting jobs are cancelled`}
      keys={keysOf('stop')}
      onClick={() => void stopRun(desk, null)}
    >
      <span className={styles.stopWords}>{words}</span>
    </Button>
  );
}

/** Whether something on screen has a primary button to run of its own. */
function othersRun(state: DeskState): boolean {
  return isPlanning(state) || (isNewsSeen(state) && neededScope(state).count > 0);
}

/**
 * The main button, which runs what is selected or found, else what is out of date, and the menu of all other ways. It is
 * the one primary button, unless a plan or what is new is shown: these have their own.
 */
export function RunButton() {
  const desk = useDesk();
  const scope = useDeskState(mainScope);
  const ability = useDeskState(runAbility);
  const refused = ability.kind === 'refused';
  const progress = useDeskState((state) =>
    state.activeRunId === null ? null : runProgress(state),
  );
  const idle = scope.count === 0;
  // nothing to run is nothing to press first, in the menu either
  const look = useDeskState(othersRun) || idle ? 'default' : 'primary';
  const tips = [scope.tip ?? (scope.name === undefined ? null : scope.label), ability.why];

  return (
    <div className={styles.split} role="group" aria-label="Run">
      <Button
        look={look}
        className={styles.main}
        disabled={refused || idle}
        icon={<Play />}
        tip={tips.filter((tip) => tip !== null).join('. ')}
        onClick={() => openPlan(desk, scope)}
      >
        <WordsAndName words={(idle ? progress : null) ?? scope.label} name={scope.name} />
      </Button>
      <Menu
        look={look}
        className={styles.more}
        disabled={refused}
        icon={<ChevronDown />}
        aria-label="More ways to run"
        menuLabel="Run"
        align="right"
        items={() => runItems(desk)}
      />
    </div>
  );
}
