import {useState} from 'react';
import {formatDuration, formatMemory, formatPlural, parseMemory} from '../../shared/format';
import {askInto} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {settingsNow} from '../state/settings';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import {Section} from '../ui/Section';
import styles from './Inspector.module.css';

/** The limits a job of this action gets, and whether they are set for it alone. */
export function LimitsLine(props: {readonly action: string; readonly onChange: () => void}) {
  const override = useDeskState((state) => state.overrides[props.action]);
  const settings = useDeskState((state) => settingsNow(state)?.values);
  if (settings === undefined) return null;
  const memory = override?.memoryBytes ?? settings.memoryBytes;
  const cpus = override?.cpus ?? settings.cpus;
  const timeout = override?.timeoutSeconds ?? null;
  return (
    <Section label="Limits">
      <p className={styles.links}>
        <span>
          {formatMemory(memory)}, {formatPlural(cpus, 'CPU')}
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

/** A number above nothing; null for an empty field, undefined for anything else. */
function readNumber(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

function memoryText(bytes: number | null): string {
  return bytes === null ? '' : formatMemory(bytes).replace('B', '');
}

function minutesText(seconds: number | null): string {
  return seconds === null ? '' : String(seconds / 60);
}

/** Memory, CPUs and time limit of one action, in place of the general ones. */
export function OverrideDialog(props: {readonly action: string; readonly onClose: () => void}) {
  const {action, onClose} = props;
  const desk = useDesk();
  const before = useDeskState((state) => state.overrides[action]);
  const settings = useDeskState((state) => settingsNow(state)?.values);
  const [memory, setMemory] = useState(memoryText(before?.memoryBytes ?? null));
  const [cpus, setCpus] = useState(before?.cpus?.toString() ?? '');
  const [minutes, setMinutes] = useState(minutesText(before?.timeoutSeconds ?? null));
  const memoryBytes = memory.trim() === '' ? null : (parseMemory(memory) ?? undefined);
  const cpuCount = readNumber(cpus);
  const timeout = readNumber(minutes);
  const valid = memoryBytes !== undefined && cpuCount !== undefined && timeout !== undefined;

  const save = async (set: boolean) => {
    if (set && !valid) return;
    const override =
      set && valid
        ? {
            memoryBytes,
            cpus: cpuCount,
            timeoutSeconds: timeout === null ? null : Math.round(timeout * 60),
          }
        : null;
    const empty = override !== null && Object.values(override).every((value) => value === null);
    const arg = {action, override: empty ? null : override};
    await askInto(desk, 'plan:saveOverride', arg, (overrides) => ({overrides}));
    onClose();
  };

  return (
    <Dialog
      title={`Limits of ${action}`}
      onClose={onClose}
      footer={
        <>
          <Button disabled={before === undefined} onClick={() => void save(false)}>
            Use general limits
          </Button>
          <Button look="primary" disabled={!valid} onClick={() => void save(true)}>
            Save
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        <p className={styles.dim}>
          Saved in <code>metadata/study-desk/</code> of this study; not used on the server. Leave a
          field empty to use the general limit.
        </p>
        <Field
          label="Memory"
          placeholder={settings === undefined ? '' : formatMemory(settings.memoryBytes)}
          hint="e.g. 8G or 512m"
          error={
            memoryBytes === undefined ? 'Enter an amount of memory, e.g. 8G or 512m' : undefined
          }
          value={memory}
          onChange={(event) => setMemory(event.target.value)}
        />
        <Field
          label="CPUs"
          placeholder={settings === undefined ? '' : String(settings.cpus)}
          hint="Fractions are allowed, e.g. 1.5"
          error={cpuCount === undefined ? 'Not a number above 0' : undefined}
          value={cpus}
          onChange={(event) => setCpus(event.target.value)}
        />
        <Field
          label="Time limit in minutes"
          placeholder="none"
          hint="Stops the job after this time"
          error={timeout === undefined ? 'Not a number above 0' : undefined}
          value={minutes}
          onChange={(event) => setMinutes(event.target.value)}
        />
      </div>
    </Dialog>
  );
}
