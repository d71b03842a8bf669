import {useState} from 'react';
import type {AppError} from '../../shared/errors';
import type {RunRecord} from '../../shared/run';
import {SETTINGS, settingText} from '../../shared/settings';
import {ErrorCallout} from '../errors/ErrorWords';
import {useDesk, useDeskState} from '../state/deskStore';
import {activeRun} from '../state/selectors';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import {Callout} from '../ui/Section';
import styles from './RunShareDialog.module.css';

/** Jobs at a time, memory and processors of the run under way, changed while it goes on. */
export function RunShareDialog({onClose}: {readonly onClose: () => void}) {
  const run = useDeskState(activeRun);
  return (
    <Dialog title="Adjust the run" onClose={onClose}>
      {run === undefined ? (
        <p>The run has ended.</p>
      ) : (
        <RunShareForm key={run.id} run={run} onClose={onClose} />
      )}
    </Dialog>
  );
}

function RunShareForm({run, onClose}: {readonly run: RunRecord; readonly onClose: () => void}) {
  const {host} = useDesk();
  const {concurrency, limits, executor} = run.options;
  const [texts, setTexts] = useState({
    concurrency: String(concurrency),
    memoryBytes: settingText('memoryBytes', limits.memoryBytes),
    cpus: settingText('cpus', limits.cpus),
  });
  const [error, setError] = useState<AppError | null>(null);
  const [concern, setConcern] = useState<string | null>(null);
  const read = {
    concurrency: SETTINGS.concurrency.read(texts.concurrency),
    memoryBytes: SETTINGS.memoryBytes.read(texts.memoryBytes),
    cpus: SETTINGS.cpus.read(texts.cpus),
  };
  const fields =
    executor === 'docker'
      ? (['concurrency', 'memoryBytes', 'cpus'] as const)
      : (['concurrency'] as const);

  const apply = async () => {
    const {concurrency: next, memoryBytes, cpus: processors} = read;
    if (next === undefined || memoryBytes === undefined || processors === undefined) return;
    const share = {concurrency: next, limits: {memoryBytes, cpus: processors}};
    const answer = await host.request('runs:adjust', {runId: run.id, share});
    setError(answer.ok ? null : answer.error);
    setConcern(answer.ok ? answer.value : null);
    if (answer.ok && answer.value === null) onClose();
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void apply();
      }}
    >
      <p>
        For this run only. The number of jobs changes at once; running jobs keep their memory and
        processors, and actions with their own limits keep those.
      </p>
      <ErrorCallout error={error} />
      {concern !== null && (
        <Callout tone="stale" live>
          Changed. {concern}
        </Callout>
      )}
      {fields.map((key) => (
        <Field
          key={key}
          label={SETTINGS[key].label}
          error={read[key] === undefined ? SETTINGS[key].expects : undefined}
          value={texts[key]}
          onChange={(event) => setTexts({...texts, [key]: event.target.value})}
        />
      ))}
      <div>
        <Button
          look="primary"
          type="submit"
          disabled={Object.values(read).some((value) => value === undefined)}
        >
          Apply
        </Button>
      </div>
    </form>
  );
}
