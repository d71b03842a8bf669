import {dialog, type BrowserWindow} from 'electron';

/** What to do with a window whose study is running. */
export type CloseChoice = 'background' | 'stop' | 'stay';

const CHOICES: readonly CloseChoice[] = ['background', 'stop', 'stay'];

/** What the guard needs of the study behind a window. */
export interface GuardedRuns {
  activeRuns(): readonly string[];
  /** How many runs wait for their turn. */
  waitingRuns(): number;
  /** Resolves when no run is left. */
  stopRuns(): Promise<void>;
  /** The window was hidden and its run goes on. */
  wentToBackground(): void;
}

/** What the dialog says: what each choice does, and what becomes of the runs that wait. */
export function closeWords(waiting: number): string {
  const stay = 'If you stop it, outputs of actions that have already succeeded stay';
  const queue =
    waiting === 0
      ? '.'
      : `, and ${waiting === 1 ? 'the run that waits' : `the ${waiting} runs that wait`} for ${
          waiting === 1 ? 'its' : 'their'
        } turn ${waiting === 1 ? 'is' : 'are'} lost. Quitting loses ${waiting === 1 ? 'it' : 'them'} too.`;
  return (
    'In the background it goes on without the window, and Study Desk tells you when it ends. ' +
    `${stay}${queue}`
  );
}

/** Asks before a window closes during a run: keep running in the background, stop, or stay. */
export function guardClose(window: BrowserWindow, runs: GuardedRuns): void {
  let asking = false;
  let stopping = false;

  async function ask(): Promise<void> {
    const {response} = await dialog.showMessageBox(window, {
      type: 'question',
      title: 'A run is under way',
      message: 'A run is under way in this study.',
      detail: closeWords(runs.waitingRuns()),
      buttons: ['Keep running in the background', 'Stop the run', 'Stay'],
      defaultId: 0,
      cancelId: 2,
      noLink: true,
    });
    const choice = CHOICES[response] ?? 'stay';
    if (choice === 'background') {
      window.hide();
      runs.wentToBackground();
    }
    if (choice === 'stop') {
      stopping = true;
      await runs.stopRuns();
      if (!window.isDestroyed()) window.destroy();
    }
  }

  window.on('close', (event) => {
    if (stopping) {
      event.preventDefault();
      return;
    }
    if (runs.activeRuns().length === 0) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void ask().finally(() => {
      asking = false;
    });
  });
}
