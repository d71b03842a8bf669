import {execFile} from 'node:child_process';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** Ends a process with everything it started. On Linux and macOS it must lead a process group of its own. */
export async function killTree(pid: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'win32') {
    // Windows has no gentle signal for a console program
    await run('taskkill', ['/T', '/F', '/PID', String(pid)]).catch(() => undefined);
    return;
  }
  killGroup(pid, signal);
}

/** Signals a process group by its leader; Windows has none, there it is the process alone. */
export function killGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // it has ended already
  }
}

/** When a process began, in the system's own words; distinguishes a process from a later one of the same id. Null if gone. */
export async function processStart(pid: number): Promise<string | null> {
  try {
    const {stdout} =
      process.platform === 'win32'
        ? await run('powershell', [
            '-NoProfile',
            '-Command',
            `(Get-Process -Id ${pid}).StartTime.Ticks`,
          ])
        : await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    const started = stdout.trim();
    return started === '' ? null : started;
  } catch {
    return null;
  }
}
