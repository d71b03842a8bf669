import {
  app,
  BrowserWindow,
  Menu,
  nativeImage,
  Notification,
  powerSaveBlocker,
  Tray,
} from 'electron';

/** What goes on while no window shows it: the mark in the tray, the word at the end, and the computer kept awake. */
export type Background = ReturnType<typeof createBackground>;

/** The background of one running application. */
export function createBackground() {
  let blocker: number | null = null;
  let tray: Tray | null = null;
  let untold = 0;
  const shown = new Set<Notification>();

  return {
    /** Keeps the computer awake while any run goes on. */
    activeRunsChanged(count: number): void {
      if (count > 0 && blocker === null) {
        blocker = powerSaveBlocker.start('prevent-app-suspension');
      }
      if (count === 0 && blocker !== null) {
        powerSaveBlocker.stop(blocker);
        blocker = null;
      }
    },
    /** Shows the mark in the tray; `show` brings the windows back. */
    enter(show: () => void): void {
      if (tray !== null) return;
      try {
        tray = new Tray(trayImage());
      } catch {
        // a desktop without a tray: starting Study Desk again brings the window back
        return;
      }
      tray.setToolTip('Study Desk: a run is under way');
      tray.setContextMenu(
        Menu.buildFromTemplate([
          {label: 'Show Study Desk', click: show},
          {
            label: 'Quit',
            click: () => {
              show();
              app.quit();
            },
          },
        ]),
      );
      tray.on('click', show);
    },
    leave(): void {
      tray?.destroy();
      tray = null;
    },
    /** A window is looked at: the mark of what was notified is removed. */
    seen(): void {
      if (untold === 0) return;
      untold = 0;
      mark(0);
    },
    /** Notifies the user how a run they can't see has ended, e.g. `Failed: 4 of 6, 2 blocked`. */
    notifyFinished(studyName: string, ended: string, show: () => void): void {
      untold += 1;
      mark(untold);
      if (!Notification.isSupported()) return;
      const notification = new Notification({
        title: ended,
        body: studyName,
      });
      // one that nothing holds is forgotten, and a click on it does nothing
      shown.add(notification);
      notification.on('click', () => {
        shown.delete(notification);
        show();
      });
      notification.on('close', () => shown.delete(notification));
      notification.show();
    },
  };
}

/** The number on the program's icon; Windows has a mark in its place. */
function mark(count: number): void {
  app.setBadgeCount(count);
  if (process.platform !== 'win32') return;
  for (const window of BrowserWindow.getAllWindows())
    window.setOverlayIcon(count === 0 ? null : trayImage(), count === 0 ? '' : 'A run has ended');
}

/** A ring in the accent colour, drawn here so that it needs no file. */
function trayImage(): Electron.NativeImage {
  const size = 32;
  const pixels = Buffer.alloc(size * size * 4);
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const radius = Math.hypot(x - 15.5, y - 15.5);
      const coverage = Math.max(0, Math.min(1, 3.5 - Math.abs(radius - 10)));
      // premultiplied BGRA
      const colour = [0xd6, 0x56, 0x24, 0xff].map((part) => Math.round(part * coverage));
      pixels.set(colour, (y * size + x) * 4);
    }
  }
  return nativeImage.createFromBitmap(pixels, {width: size, height: size, scaleFactor: 2});
}
