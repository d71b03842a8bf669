import {useEffect, useState} from 'react';
import {formatBytes, formatCount, formatPlural} from '../../shared/format';
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
import {IN_BROWSER} from '../state/platform';
import {Callout, EmptyState} from '../ui/Section';
import {Tabs} from '../ui/Tabs';
import {SettingRow} from './SettingRow';
import styles from './SettingsDialog.module.css';

/** A browser sizes text by itself, and files are opened by VS Code's own command alone. */
const NOT_IN_BROWSER: ReadonlySet<SettingKey> = new Set(['zoom', 'editorCommand']);

const GROUPS: readonly SettingGroup[] = ['Appearance', 'Runs', 'Storage'];

/** Every setting, for all studies or for the open one alone; each change holds at once. */
export function SettingsDialog({onClose}: {readonly onClose: () => void}) {
  const resolved = useDeskState(settingsNow);
  const app = useDeskState((state) => state.app?.settings);
  const {settings: own, faults: ownFaults} = useDeskState((state) => state.ownSettings);
  const study = useDeskState((state) => state.study?.name ?? null);
  const [place, setPlace] = useState<SettingPlace>('user');
  const [wanted, setGroup] = useState<SettingGroup>('Appearance');
  const [sought, setSought] = useState('');
  if (resolved === null || app === undefined) return null;
  const chosen = (place === 'user' ? app.user : own) ?? {};
  const possible = SETTING_KEYS.filter(
    (key) =>
      (place === 'user' || SETTINGS[key].perStudy) && !(IN_BROWSER && NOT_IN_BROWSER.has(key)),
  );
  const groups = GROUPS.filter((id) => possible.some((key) => SETTINGS[key].group === id));
  const group = groups.includes(wanted) ? wanted : groups[0];
  const shown = possible.filter((key) =>
    sought === '' ? SETTINGS[key].group === group : isMeant(key, sought),
  );
  const changedWords = (id: SettingGroup): string | undefined => {
    const count = possible.filter(
      (key) => SETTINGS[key].group === id && chosen[key] !== undefined,
    ).length;
    return count === 0 ? undefined : `${formatCount(count)} changed`;
  };
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
            panelId="settings-of-section"
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
      <div className={styles.columns}>
        <Tabs
          label="Sections"
          look="side"
          items={groups.map((id) => ({id, label: id, count: changedWords(id)}))}
          selected={sought === '' ? (group ?? null) : null}
          onSelect={(id) => {
            setGroup(id);
            setSought('');
          }}
          panelId="settings-of-section"
        />
        <div id="settings-of-section" className={styles.column}>
          {shown.map((key) => (
            <SettingRow key={key} settingKey={key} place={place} resolved={resolved} />
          ))}
          {shown.includes('executor') && resolved.values.executor === 'process' && (
            <Callout tone="stale">
              Jobs use this computer’s packages and network: results may differ from the server.
            </Callout>
          )}
          {shown.includes('cacheLimitBytes') && <Cache />}
        </div>
      </div>
      {shown.length === 0 && (
        <EmptyState title="No matches">
          {place === 'study' ? 'Some settings are only under All studies.' : null}
        </EmptyState>
      )}
    </Dialog>
  );
}

/** Whether a setting holds every word that is sought, in whatever it is called. */
function isMeant(key: SettingKey, sought: string): boolean {
  const {name, label, hint, group, flag} = SETTINGS[key];
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
