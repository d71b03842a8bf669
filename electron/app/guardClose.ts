import {dialog, type BrowserWindow} from 'electron';
import {closeQuestion, type OpenThings} from './closeQuestion';

/** What the guard needs of the study behind a window. */
export interface GuardedStudy {
  /** What is open now, with the tools as they were last known. */
  open(): OpenThings;
  /** What people call the tools that run on the study, as the engine has it now. */
  toolsNow(): Promise<readonly string[]>;
  /** Resolves when no run is left. */
  stopRuns(): Promise<void>;
  /** Resolves when no tool is left. */
  stopTools(): Promise<void>;
  /** The window was hidden and its run goes on. */
  wentToBackground(): void;
}

/** Asks before a window closes while something of its study is open: keep running in the background, stop, or stay. */
export function guardClose(window: BrowserWindow, study: GuardedStudy): void {
  let asking = false;
  let closing = false;

  async function ask(): Promise<void> {
    const tools = study.open().tools.length === 0 ? [] : await study.toolsNow();
    const question = closeQuestion({...study.open(), tools});
    if (question === null) {
      closing = true;
      window.destroy();
      return;
    }
    const {choices, buttons, ...words} = question;
    const {response} = await dialog.showMessageBox(window, {
      type: 'question',
      ...words,
      buttons: [...buttons],
      defaultId: 0,
      cancelId: choices.length - 1,
      noLink: true,
    });
    const choice = choices[response] ?? 'stay';
    if (choice === 'background') {
      window.hide();
      study.wentToBackground();
    }
    if (choice === 'stop' || choice === 'close' || choice === 'stop-tools') {
      closing = true;
      if (choice === 'stop-tools') await study.stopTools();
      else await study.stopRuns();
      if (!window.isDestroyed()) window.destroy();
    }
  }

  window.on('close', (event) => {
    if (closing) {
      event.preventDefault();
      return;
    }
    if (closeQuestion(study.open()) === null) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    void ask().finally(() => {
      asking = false;
    });
  });
}
