import {readlink} from 'node:fs/promises';
import {hostname} from 'node:os';
import * as z from 'zod';
import {systemErrorCode} from './fileSystemError';
import {readText} from './openFile';

/** What distinguishes a process from every other one. */
export const ProcessIdentity = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** The system's id of its start and of the process's own set of process numbers; null where it has none. */
  boot: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  /** When the process began, as the system gives it; null where it does not. */
  processStart: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/**
 * Whether a process lives: `dead` only where that is sure. Whatever can't be seen from here, such as a process of another
 * computer or container, is `unknown`.
 */
export type ProcessState = 'alive' | 'dead' | 'unknown';

/** This process. */
export async function thisProcess(): Promise<ProcessIdentity> {
  const processStart = (await processAt(process.pid))?.start ?? null;
  return {pid: process.pid, ...(await thisPlace()), processStart};
}

/** The processes' numbers are only compared within one place: computer, start of it, and namespace. */
export async function thisPlace(): Promise<
  Pick<ProcessIdentity, 'host' | 'boot' | 'pidNamespace'>
> {
  const linux = process.platform === 'linux';
  const boot = linux ? await textOf('/proc/sys/kernel/random/boot_id') : null;
  const pidNamespace = linux ? await readlink('/proc/self/ns/pid').catch(() => null) : null;
  return {host: hostname(), boot: boot?.trim() ?? null, pidNamespace};
}

/** A process's state (one letter) and when it began, to distinguish it from a later one of its number; null where not known. */
async function processAt(
  pid: number,
): Promise<{readonly state: string; readonly start: string} | null> {
  const text = await textOf(`/proc/${pid}/stat`);
  // the name in brackets may hold spaces; fields 3 and 22 of the whole
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === undefined || start === undefined ? null : {state, start};
}

/** Whether a process lives. */
export async function processState(identity: ProcessIdentity): Promise<ProcessState> {
  const here = await thisPlace();
  const {host, boot, pidNamespace, pid, processStart} = identity;
  if (host !== here.host || boot !== here.boot || pidNamespace !== here.pidNamespace)
    return 'unknown';
  if (!isAlive(pid)) return 'dead';
  const found = await processAt(pid);
  if (found === null || processStart === null) return 'unknown';
  // one that nobody has waited for yet is as dead as one that is gone
  if (found.state === 'Z' || found.state === 'X') return 'dead';
  return found.start === processStart ? 'alive' : 'dead';
}

/** Whether any process of this number lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // it is another user's
    return systemErrorCode(error) === 'EPERM';
  }
}

function textOf(path: string): Promise<string | null> {
  return readText(path).catch(() => null);
}
