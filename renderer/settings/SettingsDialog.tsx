import {useEffect, useId, useState} from 'react';
import {formatBytes, formatMemory, formatPlural, parseMemory} from '../../shared/format';
import type {CacheUsage} from '../../shared/preview';
import type {Settings} from '../../shared/settings';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {saveSettings} from '../state/saveSettings';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Check, Field} from '../ui/Field';
import {Callout, Section} from '../ui/Section';
import styles from './SettingsDialog.module.css';

/** Settings of a person, the same in every study; each change holds at once. */
export function SettingsDialog({onClose}: {readonly onClose: () => void}) {
  const desk = useDesk();
  const settings = useDeskState((state) => state.app?.settings);
  if (settings === undefined) return null;
  const change = (next: Partial<Settings>) => void saveSettings(desk, {...settings, ...next});
  return (
    <Dialog title="Settings" onClose={onClose} width="wide">
      <div className={styles.columns}>
        <Section label="Look">
          <Choice
            label="Theme"
            value={settings.theme}
            options={[
              ['system', 'As the system'],
              ['light', 'Light'],
              ['dark', 'Dark'],
            ]}
            onChange={(theme) => change({theme})}
          />
          <Choice
            label="Text size"
            value={String(settings.zoom)}
            options={['0.8', '0.9', '1', '1.1', '1.25', '1.5', '1.75', '2'].map((zoom) => [
              zoom,
              `${Math.round(Number(zoom) * 100)} %`,
            ])}
            onChange={(zoom) => change({zoom: Number(zoom)})}
          />
          <Typed
            label="Editor command"
            hint="With {file} and {line}, e.g. code -g {file}:{line}. Empty: the system’s own."
            value={settings.editorCommand ?? ''}
            read={(text) => ({editorCommand: text.trim() === '' ? null : text.trim()})}
            onChange={change}
          />
        </Section>
        <Section label="Runs">
          <Choice
            label="Jobs run in"
            value={settings.executor}
            options={[
              ['docker', 'Docker, as on the server'],
              ['process', 'This computer’s own Python and R'],
            ]}
            onChange={(executor) => change({executor})}
          />
          {settings.executor === 'process' && (
            <>
              <Callout tone="stale">
                Jobs have this computer’s packages and network; results may differ from the server.
              </Callout>
              <Typed
                label="Environment variables that jobs are given too"
                hint="Names, e.g. PROJ_LIB. Jobs have PATH, HOME, language and package folders anyway."
                error="Names of variables, with spaces between"
                value={settings.passedVariables.join(' ')}
                read={(text) => {
                  const passedVariables = text.split(/[\s,]+/).filter(Boolean);
                  return passedVariables.some((name) => name.includes('='))
                    ? null
                    : {passedVariables};
                }}
                onChange={change}
              />
            </>
          )}
          <Typed
            label="Jobs at a time"
            value={String(settings.concurrency)}
            error="A whole number from 1 to 64"
            read={(text) => {
              const concurrency = Number(text);
              return Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 64
                ? {concurrency}
                : null;
            }}
            onChange={change}
          />
          <Typed
            label="Memory for a job"
            hint="As docker run takes it, e.g. 4G or 512m"
            value={formatMemory(settings.memoryBytes).replace('B', '')}
            error="Not an amount of memory, e.g. 4G or 512m"
            read={(text) => {
              const memoryBytes = parseMemory(text);
              return memoryBytes === null ? null : {memoryBytes};
            }}
            onChange={change}
          />
          <Typed
            label="Processors for a job"
            value={String(settings.cpus)}
            error="A number above 0, e.g. 2 or 1.5"
            read={(text) => {
              const cpus = Number(text);
              return Number.isFinite(cpus) && cpus > 0 ? {cpus} : null;
            }}
            onChange={change}
          />
          <Check
            label="Go on after a failure"
            hint="Otherwise a run stops at its first failure"
            checked={settings.continueOnError}
            onChange={(continueOnError) => change({continueOnError})}
          />
          <Check
            label="Let running jobs finish when a run stops at a failure"
            checked={settings.letRunningFinish}
            onChange={(letRunningFinish) => change({letRunningFinish})}
          />
          <Check
            label="Tell when a run ends while the window is in the background"
            hint="By a notification of the system, one for each run, with the study’s name and how many actions succeeded"
            checked={settings.tellWhenAway}
            onChange={(tellWhenAway) => change({tellWhenAway})}
          />
        </Section>
        <Section label="Kept on this computer">
          <Check
            label="Keep earlier outputs, so that they can be restored"
            hint="They are sensitive files: they stay in the study, readable by you alone"
            checked={settings.cacheOutputs}
            onChange={(cacheOutputs) => change({cacheOutputs})}
          />
          <Typed
            label="Most the earlier outputs may take"
            value={formatMemory(settings.cacheLimitBytes).replace('B', '')}
            error="Not a size, e.g. 5G"
            read={(text) => {
              const cacheLimitBytes = parseMemory(text);
              return cacheLimitBytes === null ? null : {cacheLimitBytes};
            }}
            onChange={change}
          />
          <Cache />
          <Typed
            label="Most that logs of a study may take"
            value={formatMemory(settings.logLimitBytes).replace('B', '')}
            error="Not a size, e.g. 500M"
            read={(text) => {
              const logLimitBytes = parseMemory(text);
              return logLimitBytes === null ? null : {logLimitBytes};
            }}
            onChange={change}
          />
        </Section>
      </div>
    </Dialog>
  );
}

/** A text setting: kept as typed while it can't be read, saved when the field is left or Enter pressed. */
function Typed(props: {
  readonly label: string;
  readonly value: string;
  readonly hint?: string;
  readonly error?: string;
  readonly read: (text: string) => Partial<Settings> | null;
  readonly onChange: (next: Partial<Settings>) => void;
}) {
  const {label, value, hint, error, read, onChange} = props;
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const next = read(text);
  const save = () => {
    if (next !== null && text !== value) onChange(next);
  };
  return (
    <Field
      label={label}
      hint={hint}
      error={next === null ? error : undefined}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save();
      }}
    />
  );
}

/** What the cache of earlier outputs takes up, and the one button that empties it. */
function Cache() {
  const desk = useDesk();
  const open = useDeskState((state) => state.study !== null);
  const [usage, setUsage] = useState<CacheUsage | null>(null);
  const [sure, setSure] = useState(false);
  useEffect(() => {
    if (open)
      void ask(desk, 'provenance:cache-usage', {}).then((answer) => setUsage(answer ?? null));
  }, [desk, open]);
  if (usage === null) return null;
  const size = `${formatPlural(usage.files, 'file')}, ${formatBytes(usage.bytes)}`;
  const empty = async () => {
    setSure(false);
    const left = await ask(desk, 'provenance:clear-cache', {});
    if (left !== undefined) setUsage(left);
  };
  return (
    <p className={styles.cache}>
      <span>This study’s cache holds {size}.</span>
      <Button
        disabled={usage.files === 0}
        onClick={() => (sure ? void empty() : setSure(true))}
        onBlur={() => setSure(false)}
      >
        {sure ? `Delete ${size}` : 'Empty the cache…'}
      </Button>
    </p>
  );
}

/** A labelled choice of one from a few. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}) {
  const {label, value, options, onChange} = props;
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options.find(([option]) => option === event.target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
      >
        {options.every(([option]) => option !== value) && <option value={value}>{value}</option>}
        {options.map(([option, words]) => (
          <option key={option} value={option}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
