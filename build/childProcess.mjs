// Runs other programs for the entry points: every one has a time limit, none outlives us,
// and what it printed is at hand when it fails. Node's own modules only.
import {spawn} from 'node:child_process';

const live = new Set();
const posix = process.platform !== 'win32';

function stop(child, signal = 'SIGKILL') {
  try {
    if (posix) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // already gone
  }
}

process.on('exit', () => live.forEach((program) => program.stop(program.lastSignal)));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
])
  process.on(signal, () => process.exit(code));

/** Tells the user what is going on; on stderr, so that stdout holds results only. */
export function say(message) {
  process.stderr.write(`${message}\n`);
}

/** A failure the user can do something about: printed without a stack. */
export class Trouble extends Error {}

/** Ends an entry point on a failure: what happened and what to do, exit code 1. */
export function fail(error) {
  say(error instanceof Trouble ? error.message : (error?.stack ?? String(error)));
  process.exitCode = 1;
}

/**
 * Starts a program in a process group of its own, which ends with us at the latest.
 * `stdio` is spawn's; `lastSignal` is what it gets when we end first.
 */
export function startProgram(command, args, {cwd, env, stdio, lastSignal = 'SIGKILL'} = {}) {
  const child = spawn(command, args, {
    cwd,
    env: env === undefined ? process.env : {...process.env, ...env},
    detached: posix,
    stdio: stdio ?? ['ignore', 'pipe', 'pipe'],
  });
  const program = {child, lastSignal, stop: (signal) => stop(child, signal)};
  live.add(program);
  child.once('close', () => live.delete(program));
  child.once('error', () => live.delete(program));
  return program;
}

/**
 * Runs a program to its end: `{code, stdout, stderr, timedOut}`; code is null when it could not start or was ended.
 * `show` sends its output straight to ours; `onLine` gets each line as it comes.
 * @param {{cwd?: string, env?: object, show?: boolean, lastSignal?: string, timeoutMs?: number, onLine?: (line: string) => void}} options
 */
export function run(command, args, options = {}) {
  const {timeoutMs = 600_000, show = false, onLine, ...rest} = options;
  return new Promise((resolve) => {
    const stdio = show ? 'inherit' : undefined;
    const {child, stop: end} = startProgram(command, args, {...rest, stdio});
    const text = {stdout: '', stderr: ''};
    let timedOut = false;
    // Without a limit there is no timer: they hold 24 days at most.
    const timer = Number.isFinite(timeoutMs)
      ? setTimeout(() => {
          timedOut = true;
          end('SIGKILL');
        }, timeoutMs)
      : undefined;
    for (const name of ['stdout', 'stderr']) {
      let partial = '';
      child[name]?.setEncoding('utf8').on('data', (chunk) => {
        text[name] += chunk;
        if (onLine === undefined) return;
        const lines = (partial + chunk).split('\n');
        partial = lines.pop() ?? '';
        lines.forEach(onLine);
      });
    }
    const finish = (code) => {
      clearTimeout(timer);
      // A grandchild may hold the group (and our pipes) open: none is left behind.
      end('SIGKILL');
      resolve({code, ...text, timedOut});
    };
    child.once('error', (error) => {
      text.stderr += error.message;
      finish(null);
    });
    child.once('exit', () => setTimeout(() => end('SIGKILL'), 2000).unref());
    child.once('close', (code) => finish(code));
  });
}

/** True when a program of this name can be started. */
export async function hasProgram(name, args = ['--version']) {
  return (await run(name, args, {timeoutMs: 15_000})).code === 0;
}

/** The last lines a failed program printed, for a message. */
export function lastLines({stdout, stderr, timedOut}, count = 15) {
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return `${lines.slice(-count).join('\n')}${timedOut ? '\n(ended: it took too long)' : ''}`;
}
