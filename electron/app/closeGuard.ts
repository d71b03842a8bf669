import {dialog, type BrowserWindow, type MessageBoxOptions} from 'electron';
import {formatList, formatPlural} from '../../shared/format';

/** What to do with a window whose study is running, has runs that wait, tools that run, or changes that are not saved. */
export type CloseChoice = 'background' | 'stop' | 'stop-tools' | 'close' | 'stay';

/** What the guard needs of the study behind a window. */
export interface GuardedRuns {
  activeRuns(): readonly string[];
  /** How many runs wait for their turn, or for the user to decide. */
  waitingRuns(): number;
  /** The window holds changes to project.yaml that are not written. */
  unsaved(): boolean;
  /** Resolves when no run is left. */
  stopRuns(): Promise<void>;
  /** What people call the tools that run on the study, as they were last known. */
  tools(): readonly string[];
  /** The same as the engine has it now. */
  toolsNow(): Promise<readonly string[]>;
  /** Resolves when no tool is left. */
  stopTools(): Promise<void>;
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
function closeQuestion(
  active: number,
  waiting: number,
  unsaved: boolean,
  tools: readonly string[],
): CloseQuestion {
  const goesOn = tools.length === 0 ? '' : ` ${toolsGoOn(tools)}`;
  if (active + waiting === 0 && !unsaved) {
    return {
      box: {
        type: 'question',
        title: 'Tools run',
        message: `${formatList(tools)} still ${tools.length === 1 ? 'runs' : 'run'} on this study.`,
        detail: toolsGoOn(tools),
        buttons: ['Leave running', `Stop ${formatList(tools)}`, 'Stay'],
      },
      choices: ['close', 'stop-tools', 'stay'],
    };
  }
  const runs = formatPlural(waiting, 'run');
  const waits = waiting === 1 ? 'waits' : 'wait';
  if (active + waiting === 0) {
    return {
      box: {
        type: 'question',
        title: 'project.yaml is not saved',
        message: 'project.yaml has changes that are not saved.',
        detail: `${LOST_CHANGES} when the window is closed.${goesOn}`,
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
        detail: `Waiting runs are lost when the window is closed.${unsaved ? ` ${LOST_CHANGES} too.` : ''}${goesOn}`,
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
        `If you stop it, outputs of actions that have already succeeded stay.${behind}${unsaved ? ` ${LOST_CHANGES} if you stop.` : ''}${goesOn}`,
      buttons: ['Keep running in the background', 'Stop the run', 'Stay'],
    },
    choices: ['background', 'stop', 'stay'],
  };
}

/** What becomes of tools without a window. */
function toolsGoOn(tools: readonly string[]): string {
  return `${formatList(tools)} will go on by ${tools.length === 1 ? 'itself' : 'themselves'} until stopped, here or with \`study-desk launch --stop\`.`;
}

/**
 * Asks before a window closes during a run, while runs wait or tools run, or with changes that are not saved: keep running in the
 * background, stop, or stay.
 */
export function guardClose(window: BrowserWindow, runs: GuardedRuns): void {
  let asking = false;
  let closing = false;

  async function ask(): Promise<void> {
    const tools = runs.tools().length === 0 ? [] : await runs.toolsNow();
    const waiting = runs.waitingRuns();
    const active = runs.activeRuns().length;
    if (active + waiting + tools.length === 0 && !runs.unsaved()) {
      closing = true;
      window.destroy();
      return;
    }
    const {box, choices} = closeQuestion(active, waiting, runs.unsaved(), tools);
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
    if (choice === 'stop' || choice === 'close' || choice === 'stop-tools') {
      closing = true;
      if (choice === 'stop-tools') await runs.stopTools();
      else await runs.stopRuns();
      if (!window.isDestroyed()) window.destroy();
    }
  }

  window.on('close', (event) => {
    if (closing) {
      event.preventDefault();
      return;
    }
    const open = runs.activeRuns().length + runs.waitingRuns() + runs.tools().length;
    if (open === 0 && !runs.unsaved()) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void ask().finally(() => {
      asking = false;
    });
  });
}
