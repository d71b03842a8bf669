import {Ellipsis, Play, Square} from 'lucide-react';
import {formatPlural} from '../../shared/format';
import {keysOf} from '../commands/keys';
import {selectionItems, stoppable, stopJobs} from '../commands/selectionMenu';
import {useDesk, useDeskState} from '../state/deskStore';
import {openPlan} from '../state/planTray';
import {selectionScopes, type RunEntry} from '../state/runScopes';
import {runAbility} from '../state/runWords';
import {Button} from '../ui/Button';
import {Menu} from '../ui/Menu';
import {WordsAndName} from '../ui/Name';
import styles from './Inspector.module.css';

/** What can be done with the selected actions: run or stop them, run all that depend on them, and the rest in a menu. */
export function SelectionButtons() {
  const desk = useDesk();
  const scopes = useDeskState(selectionScopes);
  const open = useDeskState((state) => stoppable(state).length);
  const ability = useDeskState(runAbility);
  const button = (wanted: RunEntry['id']) =>
    scopes
      .filter(({id}) => id === wanted)
      .map((scope) => (
        <Button
          key={scope.id}
          className={styles.run}
          disabled={ability.kind === 'refused'}
          icon={scope.id === 'run-selected' ? <Play /> : undefined}
          tip={`${scope.tip ?? scope.label}. ${ability.why}`}
          keys={keysOf(scope.id)}
          onClick={() => openPlan(desk, scope)}
        >
          <WordsAndName words={scope.label} name={scope.name} />
        </Button>
      ));
  return (
    <div className={styles.buttons}>
      <div className={styles.first}>
        {open === 0 ? (
          button('run-selected')
        ) : (
          <Button
            icon={<Square />}
            onClick={() => void stopJobs(desk, stoppable(desk.store.getState()))}
          >
            {open === 1 ? 'Stop this job' : `Stop ${formatPlural(open, 'job')}`}
          </Button>
        )}
        <Menu
          icon={<Ellipsis />}
          aria-label="More for the selection"
          align="right"
          items={() => selectionItems(desk)}
        />
      </div>
      {button('run-with-downstream')}
    </div>
  );
}
