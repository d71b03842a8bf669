import type {Settings} from '../../shared/settings';
import {ask} from './ask';
import type {Desk} from './deskStore';
import {checkEngine} from './openStudy';

/** Saves the settings and shows them at once; the host's answer is what holds. */
export async function saveSettings(desk: Desk, settings: Settings): Promise<void> {
  const before = desk.store.getState().app;
  if (before === null) return;
  const show = (shown: Settings) =>
    desk.store.setState((state) =>
      state.app === null ? {} : {app: {...state.app, settings: shown}},
    );
  show(settings);
  const saved = await ask(desk, 'app:save-settings', {settings});
  show(saved ?? before.settings);
  if (
    saved !== undefined &&
    (saved.executor !== before.settings.executor || saved.engine !== before.settings.engine)
  ) {
    await checkEngine(desk);
  }
}
