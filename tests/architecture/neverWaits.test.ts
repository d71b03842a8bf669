import {expect, it} from 'vitest';
import {textOf, trackedFiles} from './trackedFiles';

/** What holds up a whole process until a person, another program or another thread is done; Node and Electron have others that don't. */
const waiting = /\b(showErrorBox|show\w+Sync|(exec|execFile|spawn)Sync|sendSync|Atomics\.wait)\b/;

/** On macOS a message without a window to hang on holds up the process until it is answered. */
const withoutWindow = /\bshowMessageBox\(\s*\{/;

const sources = trackedFiles().filter((file) => /^(electron|shared)\/.*\.ts$/.test(file));

it('the process that runs jobs never waits for a person or another program: what it asks is answered later', () => {
  const found = sources.filter((file) => {
    const text = textOf(file);
    return waiting.test(text) || withoutWindow.test(text);
  });
  expect(found).toEqual([]);
});

it('the process that runs jobs sees what waits', () => {
  for (const call of ['dialog.showErrorBox(', 'showMessageBoxSync(', 'spawnSync(', 'sendSync('])
    expect(waiting.test(call)).toBe(true);
  expect(withoutWindow.test('dialog.showMessageBox({type')).toBe(true);
  expect(withoutWindow.test('dialog.showMessageBox(window, {')).toBe(false);
});
