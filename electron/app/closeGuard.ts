import {dialog, type BrowserWindow, type MessageBoxOptions} from 'electron';
import {formatPlural} from '../../shared/format';

/** What to do with a window whose study is running, has runs that wait, or changes that are not saved. */
export type CloseChoice = 'background' | 'stop' | 'close' | 'stay';

/** What the guard needs of the study behind a window. */
export interface GuardedRuns {
  activeRuns(): readonly string[];
  /** How many runs wait for their turn, or for the user to decide. */
  waitingRuns(): number;
  /** The window holds changes to project.yaml that are not written. */
  unsaved(): boolean;
  /** Resolves when no run is left. */
  stopRuns(): Promise<void>;
  /** The window was hidden and its run goes on. */
  wentToBackground(): void;
}

/** A question and what each of its buttons chooses; the last is what closing the question chooses. */
interface CloseQuestion {
  readonly box: MessageBoxOptions;
  readonly choices: readonly CloseChoice[];
}

const LOST_CHANGES = 'Changes to project.yaml that are not saved are lost';

/** What is asked before a window closes; nothing of a queue is kept on disk, so it says what becomes of that. */
function closeQuestion(active: number, waiting: number, unsaved: boolean): CloseQuestion {
  const runs = formatPlural(waiting, 'run');
  const waits = waiting === 1 ? 'waits' : 'wait';
  if (active + waiting === 0) {
    return {
      box: {
        type: 'question',
        title: 'project.yaml is not saved',
        message: 'project.yaml has changes that are not saved.',
        detail: `${LOST_CHANGES} when the window is closed.`,
        buttons: ['Close without saving', 'Stay'],
      },
      choices: ['close', 'stay'],
    };
  }
  if (active === 0) {
    return {
      box: {
        type: 'question',
        title: 'Runs wait',
        message: `${runs} ${waits} in this study.`,
        detail: `Waiting runs are lost when the window is closed.${unsaved ? ` ${LOST_CHANGES} too.` : ''}`,
        buttons: ['Close the window', 'Stay'],
      },
      choices: ['close', 'stay'],
    };
  }
  const behind =
    waiting === 0
      ? ''
      : ` ${runs} ${waits} behind it: started in turn in the background, lost if you stop or quit.`;
  return {
    box: {
      type: 'question',
      title: 'A run is under way',
      message: 'A run is under way in this study.',
      detail:
        'In the background it goes on without the window, and Study Desk tells you when it ends. ' +
        `If you stop it, outputs of actions that have already succeeded stay.${behind}${unsaved ? ` ${LOST_CHANGES} if you stop.` : ''}`,
      buttons: ['Keep running in the background', 'Stop the run', 'Stay'],
    },
    choices: ['background', 'stop', 'stay'],
  };
}

/**
 * Asks before a window closes during a run, while runs wait, or with changes that are not saved: keep running in the
 * background, stop, or stay.
 */
export function guardClose(window: BrowserWindow, runs: GuardedRuns): void {
  let asking = false;
  let closing = false;

  async function ask(): Promise<void> {
    const {box, choices} = closeQuestion(
      runs.activeRuns().length,
      runs.waitingRuns(),
      runs.unsaved(),
    );
    const {response} = await dialog.showMessageBox(window, {
      ...box,
      defaultId: 0,
      cancelId: choices.length - 1,
      noLink: true,
    });
    const choice = choices[response] ?? 'stay';
    if (choice === 'background') {
      window.hide();
      runs.wentToBackground();
    }
    if (choice === 'stop' || choice === 'close') {
      closing = true;
      await runs.stopRuns();
      if (!window.isDestroyed()) window.destroy();
    }
  }

  window.on('close', (event) => {
    if (closing) {
      event.preventDefault();
      return;
    }
    if (runs.activeRuns().length + runs.waitingRuns() === 0 && !runs.unsaved()) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void ask().finally(() => {
      asking = false;
    });
  });
}
