import {type AppError, failWith} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import {stopThere} from '../../export/followed';
import {systemErrorCode} from '../../files/fileSystemError';
import type {LockHolder} from '../../runs/studyLock';

/** Asks a workflow engine to stop, with all that it has started: it is an interrupt as from the keyboard. `followed` is where it runs. */
export async function stopElsewhere(
  {pid, host, seen}: LockHolder,
  action: string | null,
  followed: string | null,
): Promise<Result<null, AppError>> {
  if (action !== null)
    return failWith(
      'invalid-request',
      'Of a run of Snakemake only the whole can be stopped here.',
      {
        hint: 'Stop the run, or end the job where it runs.',
      },
    );
  if (followed !== null) return stopThere(followed);
  if (host !== null || !seen)
    return failWith('invalid-request', `Snakemake runs on ${host ?? 'another computer'}.`, {
      hint: `Stop it there: \`kill -INT ${pid}\`.`,
    });
  try {
    interrupt(pid);
    return ok(null);
  } catch (error) {
    if (systemErrorCode(error) === 'ESRCH') return ok(null);
    return failWith('file-system', 'Snakemake could not be stopped.', {
      why: 'It belongs to another user of this computer.',
    });
  }
}

/** Interrupts what a terminal would: the process with its jobs, where it has a group of its own. */
function interrupt(pid: number): void {
  try {
    process.kill(-pid, 'SIGINT');
  } catch {
    process.kill(pid, 'SIGINT');
  }
}
