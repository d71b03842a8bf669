import type {Desk} from '../state/deskStore';
import {settingsNow} from '../state/settings';

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
