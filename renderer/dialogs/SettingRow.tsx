import {useEffect, useId, useState} from 'react';
import {
  readSetting,
  SETTING_SOURCES,
  SETTINGS,
  settingText,
  settingWords,
  variablesOf,
  type ResolvedSettings,
  type SettingKey,
} from '../../shared/settings';
import {useDesk, useDeskState} from '../state/deskStore';
import {changeSettings, resetSetting, type SettingPlace} from '../state/settings';
import {Button} from '../ui/Button';
import {Check, Field} from '../ui/Field';
import styles from './SettingsDialog.module.css';

/** One setting: its value at this place, where what holds comes from, and the way back. */
export function SettingRow(props: {
  readonly settingKey: SettingKey;
  readonly place: SettingPlace;
  readonly resolved: ResolvedSettings;
}) {
  const {settingKey, place, resolved} = props;
  const desk = useDesk();
  const {flag} = SETTINGS[settingKey];
  const own = useDeskState((state) => state.ownSettings.settings);
  const user = useDeskState((state) => state.app?.settings.user) ?? {};
  const chosen = place === 'user' ? user[settingKey] : own[settingKey];
  // at a place that says nothing the control shows what it would be without it
  const before =
    place === 'study' && user[settingKey] !== undefined
      ? user[settingKey]
      : SETTINGS[settingKey].byDefault;
  const text = settingText(settingKey, chosen ?? before);
  const source = sourceWords(settingKey, place, chosen !== undefined, resolved);
  const choose = (next: string): void => {
    const read = readSetting(settingKey, next);
    if (read.ok) void changeSettings(desk, read.setting, place);
  };
  return (
    <div
      className={styles.row}
      data-setting={SETTINGS[settingKey].name}
      data-changed={chosen !== undefined}
    >
      {settingKey === 'engine' ? (
        <EngineLink words={settingWords('engine', resolved.values.engine)} />
      ) : (
        <Control settingKey={settingKey} text={text} onChoose={choose} />
      )}
      {source !== '' && (
        <p className={styles.source}>
          <span>{source}</span>
          {flag !== null && (
            <code
              data-tip={`On the command line; in the environment ${variablesOf(settingKey).join(' or ')}`}
            >
              {flag}
            </code>
          )}
          {chosen !== undefined && settingKey !== 'engine' && (
            <Button
              look="link"
              aria-label={`Reset ${SETTINGS[settingKey].label}`}
              onClick={() => void resetSetting(desk, settingKey, place)}
            >
              {' '}
              Reset{' '}
            </Button>
          )}
        </p>
      )}
    </div>
  );
}

/** The engine is chosen where all of them are listed with how they are. */
function EngineLink({words}: {readonly words: string}) {
  const {store} = useDesk();
  return (
    <div className={styles.engine}>
      <span>{SETTINGS.engine.label}</span>
      <span>
        {words}{' '}
        <Button look="link" onClick={() => store.setState({dialog: {kind: 'engines'}})}>
          Choose…
        </Button>
      </span>
    </div>
  );
}

function Control(props: {
  readonly settingKey: SettingKey;
  readonly text: string;
  readonly onChoose: (text: string) => void;
}) {
  const {settingKey, text, onChoose} = props;
  const {label, choices, byDefault} = SETTINGS[settingKey];
  const hint = SETTINGS[settingKey].hint ?? undefined;
  if (typeof byDefault === 'boolean')
    return (
      <Check
        label={label}
        hint={hint}
        checked={text === 'yes'}
        onChange={(checked) => onChoose(checked ? 'yes' : 'no')}
      />
    );
  return choices === null ? (
    <Typed settingKey={settingKey} text={text} hint={hint} onChoose={onChoose} />
  ) : (
    <Choice label={label} text={text} choices={choices} hint={hint} onChoose={onChoose} />
  );
}

/** A text setting: kept as typed while it can't be read, chosen when the field is left or Enter pressed. */
function Typed(props: {
  readonly settingKey: SettingKey;
  readonly text: string;
  readonly hint: string | undefined;
  readonly onChoose: (text: string) => void;
}) {
  const {settingKey, text, hint, onChoose} = props;
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const read = readSetting(settingKey, typed);
  const choose = () => {
    if (read.ok && typed !== text) onChoose(typed);
  };
  return (
    <Field
      label={SETTINGS[settingKey].label}
      hint={hint}
      error={read.ok ? undefined : read.expects}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={choose}
      onKeyDown={(event) => {
        if (event.key === 'Enter') choose();
      }}
    />
  );
}

/** A labelled choice of one from a few. */
function Choice(props: {
  readonly label: string;
  readonly text: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly hint: string | undefined;
  readonly onChoose: (text: string) => void;
}) {
  const {label, text, choices, hint, onChoose} = props;
  const id = useId();
  return (
    <div className={styles.choice}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={text}
        aria-describedby={hint === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChoose(event.target.value)}
      >
        {choices.every(([choice]) => choice !== text) && <option value={text}>{text}</option>}
        {choices.map(([choice, words]) => (
          <option key={choice} value={choice}>
            {words}
          </option>
        ))}
      </select>
      {hint !== undefined && <span id={`${id}-note`}>{hint}</span>}
    </div>
  );
}

/** What a user should know of where the value in use comes from: its default once it is changed, or what overrides it. */
function sourceWords(
  key: SettingKey,
  place: SettingPlace,
  isChosen: boolean,
  {values, sources}: ResolvedSettings,
): string {
  const source = sources[key];
  const words = (value: ResolvedSettings['values'][SettingKey]) => settingWords(key, value);
  if (SETTING_SOURCES.indexOf(source) > SETTING_SOURCES.indexOf(place)) {
    const over =
      source === 'environment'
        ? `the environment’s ${variablesOf(key).join(' or ')}`
        : 'this study’s own setting';
    return `Overridden by ${over}: ${words(values[key])}`;
  }
  if (!isChosen) return '';
  return place === 'user'
    ? `Default: ${words(SETTINGS[key].byDefault) || 'none'}`
    : 'Set for this study';
}
