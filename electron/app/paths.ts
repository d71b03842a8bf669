import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {app} from 'electron';
import * as z from 'zod';

/** Where the application's own parts lie, in the checkout and packaged alike. */
export interface AppPaths {
  readonly renderer: string;
  readonly preload: string;
  readonly settingsFile: string;
  readonly recentsFile: string;
  readonly tokensFile: string;
  readonly windowFile: string;
  readonly jobQueueFile: string;
  readonly lastStartFile: string;
  readonly logFile: string;
  /** How the application is, for as long as it runs. */
  readonly noteFile: string;
  /** Where newer versions are looked for, as the packages have it; in a checkout as it is named. */
  readonly updateFile: string;
}

/** Paths beside the bundle and in the user's data folder. */
export function appPaths(): AppPaths {
  const userData = app.getPath('userData');
  return {
    renderer: join(__dirname, '../renderer'),
    preload: join(__dirname, 'preload.cjs'),
    settingsFile: join(userData, 'settings.json'),
    recentsFile: join(userData, 'recents.json'),
    tokensFile: join(userData, 'git-tokens.json'),
    windowFile: join(userData, 'window.json'),
    jobQueueFile: join(userData, 'job-queue.json'),
    lastStartFile: join(userData, 'last-start.json'),
    noteFile: join(userData, 'running.json'),
    logFile: join(userData, 'study-desk.log'),
    updateFile: app.isPackaged
      ? join(process.resourcesPath, 'app-update.yml')
      : (process.env['STUDY_DESK_UPDATE_FILE'] ?? ''),
  };
}

const manifestDecoder = z.object({version: z.string()});

/** The application's version, from its package.json two folders above the bundle. */
export function appVersion(): string {
  const manifest = join(__dirname, '../../package.json');
  if (!existsSync(manifest)) return app.getVersion();
  return manifestDecoder.parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}
