import {formatList, formatPlural} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {runningOnSave} from '../state/onSave';
import {downstreamOf} from '../state/selectors';
import {Button} from '../ui/Button';
import {Check} from '../ui/Field';
import {Section} from '../ui/Section';
import styles from './Inspector.module.css';

/** Whether an action runs when one of its files is saved, and what that needs it then runs too. */
export function OnSave({action}: {readonly action: string}) {
  const {store} = useDesk();
  const chosen = useDeskState((state) => state.onSave);
  const needing = useDeskState((state) => downstreamOf(state, action));
  const on = chosen.has(action);
  const later = on ? needing : [];
  const too = later.filter((name) => chosen.has(name));
  const choose = (names: readonly string[], run: boolean) =>
    store.setState((state) => runningOnSave(state, names, run));
  return (
    <Section label="On save">
      <Check
        label="Run when one of its files is saved"
        hint={
          on
            ? 'Until the study is closed'
            : 'Here or in another editor: its scripts, and its lines of project.yaml'
        }
        checked={on}
        onChange={(run) => choose([action], run)}
      />
      {later.length > 0 && (
        <p className={styles.links}>
          <span>
            {too.length === 0
              ? `Without the ${formatPlural(later.length, 'action')} that ${later.length === 1 ? 'needs' : 'need'} it`
              : `Then ${formatList(too, 3)}`}
          </span>
          {too.length < later.length && (
            <Button look="link" onClick={() => choose(later, true)}>
              Run all that need it too
            </Button>
          )}
          {too.length > 0 && (
            <Button look="link" onClick={() => choose(later, false)}>
              Only this action
            </Button>
          )}
        </p>
      )}
    </Section>
  );
}
