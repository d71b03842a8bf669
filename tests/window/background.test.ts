import {spawn} from 'node:child_process';
import {cp, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {
  electronArguments,
  electronEnvironment,
  findElectron,
} from '../../build/electronRuntime.mjs';
import {longTest} from '../gateShare';
import {startRun, waitForState} from './deskActions';
import {displayEnvironment, launchDesk, noWindow, type Desk} from './launchDesk';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of the sample study, whose first action takes some seconds. */
async function sampleIn(folder: string): Promise<string> {
  const dir = join(folder, 'sample');
  await cp(join(root, 'electron/sample/study'), dir, {recursive: true});
  return dir;
}

/** Closes the first window and answers "Keep running in the background". */
async function closeToBackground({application}: Desk): Promise<void> {
  await application.evaluate(({dialog, BrowserWindow}) => {
    dialog.showMessageBox = () => Promise.resolve({response: 0, checkboxChecked: false});
    BrowserWindow.getAllWindows()[0]?.close();
  });
}

function visibleWindows({application}: Desk): Promise<readonly boolean[]> {
  return application.evaluate(({BrowserWindow}) =>
    BrowserWindow.getAllWindows().map((window) => window.isVisible()),
  );
}

/** Starts the application once more with the same user folder; answers its exit code. */
async function startAgain(userDataDir: string, args: readonly string[]): Promise<number | null> {
  const electron = await findElectron();
  const child = spawn(
    electron.executable,
    [...electronArguments(), '--disable-gpu', `--user-data-dir=${userDataDir}`, root, ...args],
    {
      stdio: 'ignore',
      env: {...process.env, ...electronEnvironment(electron), ...(await displayEnvironment())},
    },
  );
  return new Promise((resolve) => child.once('exit', resolve));
}

describe.skipIf(noWindow)('a run in the background', () => {
  it('goes on without its window, which a second start brings back', async () => {
    const userDataDir = await mkdtemp(join(tmpdir(), 'study-desk-background-'));
    const desk = await launchDesk({dir: await sampleIn(userDataDir), userDataDir});
    await startRun(desk.page, ['generate_patients']);
    await waitForState(desk.page, 'generate_patients', 'running');
    await closeToBackground(desk);
    await expect.poll(() => visibleWindows(desk)).toEqual([false]);
    expect(await startAgain(userDataDir, [])).toBe(0);
    await expect.poll(() => visibleWindows(desk)).toEqual([true]);
    await waitForState(desk.page, 'generate_patients', 'up-to-date');
  });
});

describe.skipIf(noWindow)('a second start', () => {
  longTest(
    'hands its folder to the application that runs, which opens each study once',
    async () => {
      const userDataDir = await mkdtemp(join(tmpdir(), 'study-desk-second-'));
      const dir = await sampleIn(userDataDir);
      const desk = await launchDesk({userDataDir});
      const opened = desk.application.waitForEvent('window');
      expect(await startAgain(userDataDir, ['--dir', dir])).toBe(0);
      await waitForState(await opened, 'generate_patients', 'never-run');
      expect(await startAgain(userDataDir, ['--dir', dir])).toBe(0);
      expect(await visibleWindows(desk)).toEqual([true, true]);
    },
  );
});
