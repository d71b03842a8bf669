import {formatDuration, formatMemory, formatPlural} from '../../shared/format';
import {useDeskState} from '../state/deskStore';
import {Button} from '../ui/Button';
import {Section} from '../ui/Section';
import styles from './Inspector.module.css';

/** The limits a job of this action gets, and whether they are its own. */
export function LimitsLine(props: {readonly action: string; readonly onChange: () => void}) {
  const override = useDeskState((state) => state.overrides[props.action]);
  const settings = useDeskState((state) => state.app?.settings);
  if (settings === undefined) return null;
  const memory = override?.memoryBytes ?? settings.memoryBytes;
  const cpus = override?.cpus ?? settings.cpus;
  const timeout = override?.timeoutSeconds ?? null;
  return (
    <Section label="Limits">
      <p className={styles.links}>
        <span>
          {formatMemory(memory)}, {formatPlural(cpus, 'processor')}
          {timeout !== null && `, ${formatDuration(timeout)} at most`}
          {override === undefined ? '' : ' (set for this action)'}
        </span>
        <Button look="link" onClick={props.onChange}>
          Change…
        </Button>
      </p>
    </Section>
  );
}
