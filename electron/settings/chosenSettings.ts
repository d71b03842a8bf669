import type {AppSettings} from '../../shared/app';
import {
  resolveSettings,
  type GivenSettings,
  type Settings,
  type SomeSettings,
} from '../../shared/settings';
import {environmentSettings} from './decodeSettings';
import {openUserSettings} from './userSettings';

/** What user and environment chose for all studies; window and command line alike. */
export type ChosenSettings = ReturnType<typeof openChosenSettings>;

/** Reads the user's file and the environment. */
export function openChosenSettings(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  /** What is wrong with the place of the file; null where nothing is. */
  placeFault: string | null = null,
) {
  const user = openUserSettings(path);
  const environment = environmentSettings(env);
  const given = (): GivenSettings => ({
    user: user.current(),
    environment: environment.settings,
  });
  return {
    given,
    /** What holds outside of a study's own. */
    values: (): Settings => resolveSettings(given()).values,
    /** Each with what could not be understood. */
    shown: (): AppSettings => ({
      user: user.current(),
      environment: environment.settings,
      faults: [...(placeFault === null ? [] : [placeFault]), ...user.faults, ...environment.faults],
    }),
    /** Puts others in place of the user's own. */
    save: (settings: SomeSettings): Promise<void> => user.save(settings),
  };
}
