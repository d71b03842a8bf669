import {useEffect, useState} from 'react';
import {formatBytes, formatPlural} from '../../shared/format';
import type {CacheUsage} from '../../shared/preview';
import {
  SETTING_KEYS,
  SETTINGS,
  variablesOf,
  type SettingGroup,
  type SettingKey,
} from '../../shared/settings';
import {ask} from '../state/ask';
import {useDesk, useDeskState} from '../state/deskStore';
import {settingsNow, type SettingPlace} from '../state/settings';
import {Button} from '../ui/Button';
import {Dialog} from '../ui/Dialog';
import {Field} from '../ui/Field';
import {Callout, EmptyState, Section} from '../ui/Section';
import {Tabs} from '../ui/Tabs';
import {SettingRow} from './SettingRow';
import styles from './SettingsDialog.module.css';

const GROUPS: readonly SettingGroup[] = ['Appearance', 'Runs', 'Storage'];

/** Every setting, for all studies or for the open one alone; each change holds at once. */
export function SettingsDialog({onClose}: {readonly onClose: () => void}) {
  const resolved = useDeskState(settingsNow);
  const app = useDeskState((state) => state.app?.settings);
  const ownFaults = useDeskState((state) => state.ownSettings.faults);
  const study = useDeskState((state) => state.study?.name ?? null);
  const [place, setPlace] = useState<SettingPlace>('user');
  const [sought, setSought] = useState('');
  if (resolved === null || app === undefined) return null;
  const shown = SETTING_KEYS.filter((key) => isMeant(key, place, sought));
  const faults = [...app.faults, ...ownFaults];
  return (
    <Dialog title="Settings" onClose={onClose} width="wide">
      <div className={styles.head}>
        {study !== null && (
          <Tabs
            label="Settings for"
            items={[
              {id: 'user', label: 'All studies'},
              {id: 'study', label: `This study (${study})`},
            ]}
            selected={place}
            onSelect={setPlace}
            panelId="settings-shown"
            look="boxed"
          />
        )}
        <Field
          label="Search"
          type="search"
          value={sought}
          placeholder="e.g. memory"
          onChange={(event) => setSought(event.target.value)}
        />
      </div>
      {faults.length > 0 && (
        <Callout tone="stale">
          {faults.map((fault) => (
            <p key={fault}>{fault}</p>
          ))}
          <p>Before Study Desk changes such a file, it keeps a copy beside it.</p>
        </Callout>
      )}
      <div id="settings-shown" className={styles.columns}>
        {GROUPS.map((group) => {
          const keys = shown.filter((key) => SETTINGS[key].group === group);
          return keys.length === 0 ? null : (
            <Section key={group} label={group}>
              {keys.map((key) => (
                <SettingRow key={key} settingKey={key} place={place} resolved={resolved} />
              ))}
              {group === 'Runs' && resolved.values.executor === 'process' && (
                <Callout tone="stale">
                  Jobs use this computer’s packages and network: results may differ from the server.
                </Callout>
              )}
              {keys.includes('cacheLimitBytes') && <Cache />}
            </Section>
          );
        })}
      </div>
      {shown.length === 0 && (
        <EmptyState title="No matches">
          {place === 'study' ? 'Some settings are only under All studies.' : null}
        </EmptyState>
      )}
    </Dialog>
  );
}

/** Whether a setting can be chosen at this place and holds every word that is sought, in whatever it is called. */
function isMeant(key: SettingKey, place: SettingPlace, sought: string): boolean {
  const {name, label, hint, group, flag, perStudy} = SETTINGS[key];
  if (place === 'study' && !perStudy) return false;
  const text = [name, label, hint, group, flag, ...variablesOf(key)].join(' ').toLowerCase();
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** What the cache of earlier outputs takes up, and the one button that empties it. */
function Cache() {
  const desk = useDesk();
  const open = useDeskState((state) => state.study !== null);
  const [usage, setUsage] = useState<CacheUsage | null>(null);
  const [sure, setSure] = useState(false);
  useEffect(() => {
    if (open)
      void ask(desk, 'provenance:cacheUsage', {}).then((answer) => setUsage(answer ?? null));
  }, [desk, open]);
  if (usage === null) return null;
  const size = `${formatPlural(usage.files, 'file')}, ${formatBytes(usage.bytes)}`;
  const empty = async () => {
    setSure(false);
    const left = await ask(desk, 'provenance:clearCache', {});
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
