import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {CancellationToken} from 'builder-util-runtime';
import {
  AppImageUpdater,
  MacUpdater,
  NsisUpdater,
  type AppUpdater,
  type UpdateInfo,
} from 'electron-updater';
import {appError, failWith, type AppError} from '../../shared/errors';
import {ok, type Result} from '../../shared/result';
import type {Update, Updates} from '../../shared/update';
import {readStream} from '../files/openFile';
import {writeFileAtomically} from '../files/writeAtomically';
import {FeedExecutor, WrongContent, type FeedWay} from './feedExecutor';

/** Characters of what is new that are shown. */
const NEWS_MAX = 20_000;
/** Without a byte for so long, a feed counts as stalled. */
const STALL_MS = 30_000;

/** What it works with. */
export interface UpdateParts {
  readonly version: string;
  readonly platform: NodeJS.Platform;
  /** electron-builder's `app-update.yml`: where the feed is. */
  readonly configFile: string;
  /** Where downloads are kept. */
  readonly cacheDir: string;
  /** The AppImage that this runs from; null where it is none. */
  readonly appImage: string | null;
  readonly proxy: () => string | null;
  /** Jobs are under way, and would be lost. */
  readonly isBusy: () => boolean;
  readonly relaunch: () => void;
  readonly quit: () => void;
  readonly onChange: (update: Update) => void;
  readonly stallMs?: number;
}

/** Creates it; nothing is asked of the network before it is told to. */
export function createUpdates(parts: UpdateParts): Updates {
  const {platform, appImage, version} = parts;
  const isElsewhere = platform === 'linux' && appImage === null;
  const way = !existsSync(parts.configFile) ? 'none' : isElsewhere ? 'elsewhere' : 'here';
  let now: Update = {version, way, step: 'not-asked', offer: null, share: null, error: null};
  let updater: AppUpdater | null = null;
  let stopping: CancellationToken | null = null;
  /** The file that has come. */
  let brought = '';
  const change = (next: Partial<Update>): Result<Update, AppError> => {
    now = {...now, error: null, ...next};
    parts.onChange(now);
    return ok(now);
  };
  const theUpdater = (): AppUpdater => {
    if (updater !== null) return updater;
    updater = updaterFor(parts);
    updater.on('download-progress', ({percent}) => {
      if (now.step === 'downloading') change({share: percent / 100});
    });
    return updater;
  };
  const bring = async (token: CancellationToken): Promise<void> => {
    try {
      [brought = ''] = await theUpdater().downloadUpdate(token);
      change({step: 'ready', share: null});
    } catch (error) {
      change({
        ...{step: 'offered', share: null},
        ...(token.cancelled ? {} : {error: whyNotBrought(error)}),
      });
    } finally {
      stopping = null;
    }
  };
  return {
    state: async () => ok(now),
    async look() {
      if (way === 'none')
        return failWith(
          'invalid-request',
          'This Study Desk was made without a feed of newer ones.',
        );
      if (now.step === 'asking' || now.step === 'downloading' || now.step === 'ready')
        return ok(now);
      change({step: 'asking'});
      try {
        const found = await theUpdater().checkForUpdates();
        if (found?.isUpdateAvailable !== true) return change({step: 'newest', offer: null});
        return change({step: 'offered', offer: offerOf(found.updateInfo)});
      } catch (error) {
        return change({step: 'not-asked', offer: null, error: whyNotAnswered(error)});
      }
    },
    async download() {
      if (way !== 'here' || now.step !== 'offered') return ok(now);
      stopping = new CancellationToken();
      change({step: 'downloading', share: 0});
      void bring(stopping);
      return ok(now);
    },
    async stop() {
      stopping?.cancel();
      return ok(now);
    },
    async install() {
      if (now.step !== 'ready') return ok(now);
      if (parts.isBusy())
        return failWith('study-busy', 'Study Desk is not replaced while it runs jobs.', {
          hint: 'Wait until they have ended, or stop them.',
        });
      if (appImage === null) {
        theUpdater().quitAndInstall();
        return ok(now);
      }
      try {
        // in one step: electron-updater would remove the old one first, and a kill in between leaves none
        await writeFileAtomically(appImage, readStream(brought), 0o755);
      } catch (error) {
        return change({error: whyNotInstalled(error)});
      }
      parts.relaunch();
      parts.quit();
      return ok(now);
    },
  };
}

function offerOf({version, releaseNotes}: UpdateInfo): {version: string; news: string} {
  const news = Array.isArray(releaseNotes)
    ? releaseNotes.map((each) => `${each.version}\n${each.note ?? ''}`).join('\n\n')
    : (releaseNotes ?? '');
  return {version, news: news.slice(0, NEWS_MAX)};
}

/** electron-updater's own way for the system, with our connection to the feed. */
function updaterFor(parts: UpdateParts): AppUpdater {
  const {version, configFile, cacheDir, relaunch, quit} = parts;
  const adapter = {
    ...{version, name: 'study-desk', isPackaged: true, appUpdateConfigPath: configFile},
    ...{userDataPath: cacheDir, baseCachePath: cacheDir, relaunch, quit},
    whenReady: () => Promise.resolve(),
    onQuit: () => undefined,
  };
  const updater =
    parts.platform === 'win32'
      ? new NsisUpdater(null, adapter)
      : parts.platform === 'darwin'
        ? new MacUpdater(undefined, adapter)
        : new AppImageUpdater(null, adapter);
  const way: FeedWay = {
    partFolder: join(cacheDir, 'parts'),
    proxy: parts.proxy,
    stallMs: parts.stallMs ?? STALL_MS,
  };
  // it is set by its own constructor, and has no other door
  Reflect.set(updater, 'httpExecutor', new FeedExecutor(way));
  updater.logger = null;
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  updater.allowPrerelease = false;
  // a whole file can go on where it broke off
  updater.disableDifferentialDownload = true;
  updater.forceDevUpdateConfig = true;
  return updater;
}

const codeOf = (error: unknown): string =>
  error instanceof Error ? String(Reflect.get(error, 'code') ?? '') : '';
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

function whyNotAnswered(error: unknown): AppError {
  const isOdd = /INVALID|NO_FILES|NO_CHECKSUM|CHANNEL_FILE/u.test(codeOf(error));
  return appError(
    isOdd ? 'invalid-request' : 'network',
    isOdd
      ? 'What the feed says of the newest version can’t be understood.'
      : 'The feed of newer versions could not be asked.',
    {why: wordsOf(error), hint: 'Nothing has changed. Try again later.'},
  );
}

function whyNotBrought(error: unknown): AppError {
  if (error instanceof WrongContent)
    return appError('invalid-request', 'What came is not what was announced, and was removed.', {
      why: `${error.message}: it may be damaged, or not from the makers of Study Desk.`,
      hint: 'This version stays as it is. Try again later.',
    });
  return appError('network', 'The newer version did not come to its end.', {
    why: wordsOf(error),
    hint: 'This version stays as it is. The download goes on where it broke off when you start it again.',
  });
}

function whyNotInstalled(error: unknown): AppError {
  return appError('file-system', 'The newer version could not be put in the place of this one.', {
    why: wordsOf(error),
    hint: 'This version stays as it is. Its folder may not be yours to write to.',
  });
}
