// A screen for the window tests: one of our own where Xvfb is there, else the user's. Node's own modules only.
import {existsSync} from 'node:fs';
import {startProgram} from './childProcess.mjs';

/** Whether windows can be shown without further ado. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

const screen = '1920x1200x24';

/** Starts Xvfb on a free number: `{display, stop}`; null where it can't be had. */
async function startXvfb() {
  if (!existsSync('/usr/bin/Xvfb')) return null;
  const args = ['-displayfd', '3', '-screen', '0', screen, '-nolisten', 'tcp'];
  const xvfb = startProgram('Xvfb', args, {stdio: ['ignore', 'ignore', 'ignore', 'pipe']});
  const number = await new Promise((resolve) => {
    let text = '';
    const timer = setTimeout(() => resolve(null), 20_000);
    const settle = (value) => {
      clearTimeout(timer);
      resolve(value);
    };
    xvfb.child.stdio[3].setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('\n')) settle(text.trim());
    });
    xvfb.child.once('error', () => settle(null)).once('exit', () => settle(null));
  });
  if (number === null) {
    xvfb.stop('SIGKILL');
    return null;
  }
  return {display: `:${number}`, stop: () => xvfb.stop('SIGTERM')};
}

/**
 * A display for programs we start: `{env, stop, reason}`. `reason` is null, or says why there is none.
 */
export async function ensureDisplay() {
  const nothing = () => undefined;
  if (process.platform !== 'linux') return {env: {}, stop: nothing, reason: null};
  const own = await startXvfb();
  if (own !== null)
    return {env: {DISPLAY: own.display, WAYLAND_DISPLAY: ''}, stop: own.stop, reason: null};
  if (hasDisplay()) return {env: {}, stop: nothing, reason: null};
  return {env: {}, stop: nothing, reason: 'There is no display, and no Xvfb to make one.'};
}
