import type {BrowserWindow} from 'electron';
import type {StudySessions} from '../ipc/studySessions';
import type {LastStart} from './lastStart';
import {placeOf} from './mainWindow';
import type {Windows} from './windows';

/** Moves and openings in quick succession are kept once. */
const KEEP_MS = 500;

/** What keeps the windows. */
export type KeptWindows = ReturnType<typeof createKeptWindows>;

/** Keeps for the next start which studies the windows show, and where they stand. */
export function createKeptWindows(
  windows: Windows,
  sessions: Pick<StudySessions, 'studyOf'>,
  lastStart: LastStart,
) {
  let ending = false;
  let timer: NodeJS.Timeout | null = null;

  async function keepNow(): Promise<void> {
    const open = windows.all().flatMap((window) => {
      const dir = sessions.studyOf(window.webContents.id)?.dir;
      return dir === undefined ? [] : [{dir, place: placeOf(window)}];
    });
    if (windows.all().length > 0) await lastStart.keep(open);
  }

  // what closes at the end of the application was open
  const keepSoon = (): void => {
    if (ending) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void keepNow(), KEEP_MS);
    timer.unref();
  };

  return {
    keepSoon,
    /** Follows a window that has just been opened, so that an end that was begun did not come. */
    follow: (window: BrowserWindow): void => {
      ending = false;
      window.on('move', keepSoon);
      window.on('resize', keepSoon);
      window.once('closed', keepSoon);
    },
    /** The application is to end: what its windows show now is what the next start opens. */
    ending: async (): Promise<void> => {
      ending = true;
      await keepNow();
    },
  };
}
