import type {AppSettings} from '../../shared/app';
import {resolveSettings, type Settings, type SomeSettings} from '../../shared/settings';
import type {GivenSettings} from '../core/studyContext';
import {environmentSettings} from '../settings/decodeSettings';
import {openUserSettings} from '../settings/userSettings';

/** What was chosen for the window and all its studies. */
export interface DeskSettings {
  /** What holds outside of a study's own. */
  values(): Settings;
  given(): GivenSettings;
  /** As the window shows them. */
  shown(): AppSettings;
  /** Puts others in place of the user's own. */
  save(settings: SomeSettings): Promise<void>;
}

/** Reads the user's file, and the environment the application was started in. */
export function openDeskSettings(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): DeskSettings {
  const user = openUserSettings(path);
  const environment = environmentSettings(env);
  const given = (): GivenSettings => ({
    user: user.current(),
    environment: environment.settings,
  });
  return {
    given,
    values: () => resolveSettings(given()).values,
    shown: () => ({
      user: user.current(),
      environment: environment.settings,
      faults: [...user.faults, ...environment.faults],
    }),
    save: (settings) => user.save(settings),
  };
}
