import {formatCount, formatDuration, formatPlural} from '../../shared/format';
import {TIERS, type TierCounts} from '../../shared/sensitivity';
import {ACTION_STATES, STATE_WORDS} from '../../shared/status';
import {useDesk, useDeskState, type DeskState} from '../state/deskStore';
import {stateOfAction} from '../state/selectors';
import {StateIcon} from '../status/StateIcon';
import {TierCount} from '../status/TierPill';
import {Section} from '../ui/Section';
import {InspectorLinks} from './InspectorLinks';
import {SelectionButtons} from './SelectionButtons';
import styles from './Inspector.module.css';

/** Several selected actions together: their states, what they made, how long they take, and what can be done. */
export function SelectionDetails({names}: {readonly names: readonly string[]}) {
  const desk = useDesk();
  const states = useDeskState((state) => stateCounts(state, names));
  const sums = useDeskState((state) => sumWords(state, names));
  const outputs = outputsOf(desk.store.getState(), names);
  return (
    <div className={styles.details}>
      <h2 className={styles.title}>
        <span className={styles.name}>{formatPlural(names.length, 'action')} selected</span>
      </h2>
      <SelectionButtons />
      <Section label="States">
        <ul>
          {states.split(',').map((entry) => {
            const [state, count] = entry.split(' ');
            const found = ACTION_STATES.find((name) => name === state);
            return found === undefined ? null : (
              <li key={state} className={styles.row}>
                <StateIcon state={found} />
                <span className={styles.rowName}>{STATE_WORDS[found]}</span>
                <span className={styles.rowDetail}>{formatCount(Number(count))}</span>
              </li>
            );
          })}
        </ul>
      </Section>
      <Section label="Total">
        <p>{sums}</p>
        <p className={styles.buttons}>
          {TIERS.map((tier) =>
            outputs[tier] === 0 ? null : <TierCount key={tier} tier={tier} count={outputs[tier]} />,
          )}
        </p>
      </Section>
      <InspectorLinks label="Actions" names={names} />
    </div>
  );
}

/** How many are in each state, as text that is equal while the counts are: `failed 1,up-to-date 23`. */
function stateCounts({statuses}: DeskState, names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const state = stateOfAction(statuses, name);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return ACTION_STATES.filter((state) => counts.has(state))
    .map((state) => `${state} ${counts.get(state) ?? 0}`)
    .join(',');
}

function outputsOf({statuses}: DeskState, names: readonly string[]): TierCounts {
  const sum = {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0};
  for (const name of names)
    for (const tier of TIERS) sum[tier] += statuses.get(name)?.outputCounts[tier] ?? 0;
  return sum;
}

/** What they take and made together, and for how many no time is known. */
function sumWords(state: DeskState, names: readonly string[]): string {
  const expected = names.map((name) => state.statuses.get(name)?.expectedSeconds ?? null);
  const known = expected.filter((seconds) => seconds !== null);
  const seconds = known.reduce((sum, each) => sum + each, 0);
  const time =
    known.length === 0
      ? 'Not timed yet'
      : `About ${formatDuration(seconds)} of run time${known.length < names.length ? `, plus ${formatPlural(names.length - known.length, 'action')} not timed yet` : ''}`;
  const outputs = outputsOf(state, names);
  const files = TIERS.reduce((sum, tier) => sum + outputs[tier], 0);
  return `${time}. ${files === 0 ? 'No outputs yet' : formatPlural(files, 'output')}.`;
}
