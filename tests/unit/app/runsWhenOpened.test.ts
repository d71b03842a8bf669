import {expect, it} from 'vitest';
import {runsWhenOpened} from '../../../electron/app/runsWhenOpened';

it.each([
  ['.pdf', 0o644, 'linux', false],
  ['.xlsx', 0o600, 'darwin', false],
  ['', 0o644, 'linux', false],
  ['.EXE', 0o644, 'win32', true],
  ['.desktop', 0o644, 'linux', true],
  ['.command', 0o644, 'darwin', true],
  // its ending says nothing, its mode does
  ['', 0o755, 'linux', true],
  ['.csv', 0o711, 'darwin', true],
  // every file there has this mode
  ['.csv', 0o777, 'win32', false],
] as const)('%j of mode %d on %s is a program: %s', (extension, mode, platform, isProgram) => {
  expect(runsWhenOpened(extension, mode, platform)).toBe(isProgram);
});
