import {join} from 'node:path';
import {app} from 'electron';
import type {Settings} from '../../shared/settings';
import type {Update, Updates} from '../../shared/update';
import {appVersion} from './paths';

const DAY_MS = 24 * 60 * 60_000;
/** The first look leaves the start to the window. */
const FIRST_MS = 10_000;

/** What the host of updates is put together from. */
export interface UpdateHostParts {
  /** electron-builder's `app-update.yml`. */
  readonly file: string;
  readonly settings: () => Settings;
  /** Whether jobs are under way. */
  readonly isBusy: () => boolean;
  readonly onChange: (update: Update) => void;
}

/** Newer versions of this application; electron-updater is loaded when somebody asks, or the settings say so. */
export function createUpdateHost({file, settings, isBusy, onChange}: UpdateHostParts) {
  let loading: Promise<Updates> | null = null;
  const load = (): Promise<Updates> =>
    (loading ??= import('../update/updates').then(({createUpdates}) => {
      const appImage = process.env['APPIMAGE'] ?? null;
      return createUpdates({
        ...{version: appVersion(), platform: process.platform, configFile: file, appImage},
        ...{cacheDir: join(app.getPath('userData'), 'update'), isBusy, onChange},
        proxy: () => settings().proxy,
        relaunch: () => app.relaunch(appImage === null ? {} : {execPath: appImage}),
        quit: () => app.quit(),
      });
    }));
  const lookIfWanted = async (): Promise<void> => {
    const {checkUpdates, offline} = settings();
    if (checkUpdates && !offline) await (await load()).look();
  };
  return {
    state: async () => (await load()).state(),
    look: async () => (await load()).look(),
    download: async () => (await load()).download(),
    stop: async () => (await load()).stop(),
    install: async () => (await load()).install(),
    /** From now on, where the settings say so. */
    lookDaily(): void {
      setTimeout(() => void lookIfWanted(), FIRST_MS).unref();
      setInterval(() => void lookIfWanted(), DAY_MS).unref();
    },
  };
}
