import {
  changedSettings,
  DEFAULT_SETTINGS,
  resolveSettings,
  withoutSetting,
  type ResolvedSettings,
  type SettingKey,
  type SomeSettings,
} from '../../shared/settings';
import {ask} from './ask';
import type {Desk, DeskState} from './deskStore';
import {checkEngine} from './openStudy';
import {IN_BROWSER} from './platform';
import {remember} from './selectors';

/** Where a setting is chosen: in all studies, or in the open one alone. */
export type SettingPlace = 'user' | 'study';

/** The settings that hold, in the open study if there is one; null before the application has answered. */
export function settingsNow(state: DeskState): ResolvedSettings | null {
  const {app, ownSettings} = state;
  return app === null
    ? null
    : resolved(app.settings.user, app.settings.environment, ownSettings.settings);
}

const resolved = remember(
  (user: SomeSettings, environment: SomeSettings, study: SomeSettings): ResolvedSettings =>
    resolveSettings({user, environment, study}),
);

/** What people call an editor, by its program. */
const EDITORS: Readonly<Record<string, string>> = {
  code: 'VS Code',
  codium: 'VSCodium',
  positron: 'Positron',
  rstudio: 'RStudio',
  subl: 'Sublime Text',
  gedit: 'gedit',
  kate: 'Kate',
};

/** The button that opens a file elsewhere: with the editor's name where that is known. */
export function openInEditorWords(state: DeskState): string {
  const chosen = IN_BROWSER ? '' : (settingsNow(state)?.values.editorCommand ?? '');
  const [, quoted, plain] = /^\s*(?:"([^"]*)"|(\S+))/.exec(chosen) ?? [];
  const program = (quoted ?? plain ?? state.app?.editorFound ?? '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.(exe|cmd)$/i, '');
  return `Open in ${EDITORS[program.toLowerCase()] ?? 'editor'}`;
}

/** Chooses settings and shows them at once; the host's answer is what holds. */
export function changeSettings(
  desk: Desk,
  change: SomeSettings,
  place: SettingPlace = 'user',
): Promise<void> {
  const {app, ownSettings} = desk.store.getState();
  if (app === null) return Promise.resolve();
  // a default chosen for all studies is no choice; in one study it can override the user's
  return place === 'user'
    ? saveUser(desk, changedSettings({...DEFAULT_SETTINGS, ...app.settings.user, ...change}))
    : saveOwn(desk, {...ownSettings.settings, ...change});
}

/** Takes a choice back. */
export function resetSetting(desk: Desk, key: SettingKey, place: SettingPlace): Promise<void> {
  const {app, ownSettings} = desk.store.getState();
  if (app === null) return Promise.resolve();
  const chosen = place === 'user' ? app.settings.user : ownSettings.settings;
  const others = withoutSetting(chosen, key);
  return place === 'user' ? saveUser(desk, others) : saveOwn(desk, others);
}

/** Keeps the document in the theme of the settings, or of the system; answers how to stop. */
export function followTheme({store}: Desk): () => void {
  const system = window.matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    const theme = settingsNow(store.getState())?.values.theme ?? 'system';
    const dark = theme === 'dark' || (theme === 'system' && system.matches);
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
  };
  show();
  system.addEventListener('change', show);
  const stop = store.subscribe((state, before) => {
    if (state.app !== before.app) show();
  });
  return () => {
    system.removeEventListener('change', show);
    stop();
  };
}

async function saveUser(desk: Desk, user: SomeSettings): Promise<void> {
  const {store} = desk;
  const before = store.getState().app?.settings;
  const engineBefore = engineOf(store.getState());
  if (before === undefined) return;
  const show = (settings: typeof before) =>
    store.setState((state) => (state.app === null ? {} : {app: {...state.app, settings}}));
  show({...before, user});
  const saved = await ask(desk, 'app:saveSettings', {settings: user});
  show(saved ?? before);
  if (engineOf(store.getState()) !== engineBefore) await checkEngine(desk);
}

async function saveOwn(desk: Desk, settings: SomeSettings): Promise<void> {
  const {store} = desk;
  const before = store.getState().ownSettings;
  store.setState({ownSettings: {...before, settings}});
  const saved = await ask(desk, 'settings:saveOwn', {settings});
  store.setState({ownSettings: saved ?? before});
}

/** Where jobs run, as a text that changes with it. */
function engineOf(state: DeskState): string {
  const values = settingsNow(state)?.values;
  return `${values?.executor} ${values?.engine ?? ''}`;
}
