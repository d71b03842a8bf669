import {appendFile, mkdir, rename, stat} from 'node:fs/promises';
import {dirname} from 'node:path';

/** Size at which the log starts anew; the one before is kept beside it. */
const MAX_BYTES = 1024 * 1024;

/** Notes faults of ours in a file of the user's; failing to is no further fault. */
export function createBugLog(path: string, now: () => Date): (id: string, error: unknown) => void {
  let last: Promise<void> = Promise.resolve();

  async function append(line: string): Promise<void> {
    await mkdir(dirname(path), {recursive: true, mode: 0o700});
    const size = await stat(path).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MAX_BYTES) await rename(path, `${path}.1`);
    await appendFile(path, line, {mode: 0o600});
  }

  return (id, error) => {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    last = last
      .then(() => append(`${now().toISOString()} ${id} ${detail}\n`))
      .catch(() => undefined);
  };
}
