import {useState} from 'react';
import {formatCount, formatTimeOfDay, formatWhen} from '../../shared/format';
import {selectAction, useDesk, useDeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {useNow} from '../state/useNow';
import {StateIcon} from '../status/StateIcon';
import {Button} from '../ui/Button';
import {Section} from '../ui/Section';
import {SpokenName} from '../ui/ShortNames';
import styles from './Inspector.module.css';

const SHOWN_FIRST = 8;

/** Other actions by name, each with its state; a click goes there. */
export function InspectorLinks({
  label,
  names,
}: {
  readonly label: string;
  readonly names: readonly string[];
}) {
  const [all, setAll] = useState(false);
  if (names.length === 0) return null;
  const shown = all ? names : names.slice(0, SHOWN_FIRST);
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
  const ended = useDeskState((desk) => desk.statuses.get(name)?.lastJob?.completedAt ?? null);
  const today = ended !== null && now.getTime() - Date.parse(ended) < 12 * 3_600_000;
  return (
    <button type="button" className={styles.row} onClick={() => selectAction(store, name)}>
      <StateIcon state={state} named />
      <span className={styles.rowName} data-tip={name}>
        <SpokenName name={name} />
      </span>
      <span className={styles.rowDetail}>
        {ended === null ? '' : today ? formatTimeOfDay(ended) : formatWhen(ended, now)}
      </span>
    </button>
  );
}
