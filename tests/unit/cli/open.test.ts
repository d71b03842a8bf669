import {expect, it} from 'vitest';
import {hasDisplay} from '../../../electron/cli/commands/open';

it('a display is missing only on Linux without both variables', () => {
  expect(hasDisplay('linux', {})).toBe(false);
  expect(hasDisplay('linux', {DISPLAY: ''})).toBe(false);
  expect(hasDisplay('linux', {WAYLAND_DISPLAY: 'wayland-0'})).toBe(true);
  expect(hasDisplay('darwin', {})).toBe(true);
  expect(hasDisplay('win32', {})).toBe(true);
});
