import {useState} from 'react';
import {formatCount} from '../../shared/format';
import {useDesk, useDeskState} from '../state/deskStore';
import {selectAction} from '../state/selection';
import {stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {endedAt, endedWords} from '../status/stateWords';
import {Button} from '../ui/Button';
import {Name} from '../ui/Name';
import {Section} from '../ui/Section';
import styles from './Inspector.module.css';

const SHOWN_FIRST = 8;

/** Other actions by name, each with its state; a click goes there. */
export function InspectorLinks(props: {readonly label: string; readonly names: readonly string[]}) {
  const {label, names} = props;
  const [all, setAll] = useState(false);
  const shown = all ? names : names.slice(0, SHOWN_FIRST);
  if (names.length === 0) return null;
  return (
    <Section
      label={label}
      count={names.length > SHOWN_FIRST ? formatCount(names.length) : undefined}
    >
      <ul>
        {shown.map((name) => (
          <li key={name}>
            <ActionLink name={name} />
          </li>
        ))}
      </ul>
      {names.length > SHOWN_FIRST && (
        <Button look="link" className={styles.more} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show ${formatCount(names.length - SHOWN_FIRST)} more`}
        </Button>
      )}
    </Section>
  );
}

function ActionLink({name}: {readonly name: string}) {
  const {store} = useDesk();
  const now = useNow(60_000);
  const state = useDeskState((desk) => stateOfAction(desk.statuses, name));
  const ended = useDeskState((desk) => endedAt(desk.statuses.get(name)));
  return (
    <button type="button" className={styles.row} onClick={() => selectAction(store, name)}>
      <StateIcon state={state} named />
      <span className={styles.rowName} data-tip={name}>
        <Name name={name} lines={2} />
      </span>
      <span className={styles.rowDetail}>{ended === null ? '' : endedWords(ended, now)}</span>
    </button>
  );
}
