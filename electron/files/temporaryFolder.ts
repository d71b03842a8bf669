import {createHash} from 'node:crypto';
import {lstat, mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {processState, thisPlace, thisProcess} from './processIdentity';

/** What temporary folders of ours hold: copies of outputs that are looked at, or code on its way into containers. */
export type TemporaryContent = 'tables' | 'code';

/** A temporary folder of a process that is gone. */
export interface AbandonedFolder {
  /** Absolute. */
  readonly path: string;
  /** Why it is taken for abandoned, in a sentence without a full stop. */
  readonly why: string;
}

/** A folder whose process can't be seen from here is abandoned once nothing in it has changed for this long. */
const UNTOUCHED_MS = 24 * 3_600_000;

/** Makes a folder for the user alone, whose name says which process it belongs to. */
export async function temporaryFolder(content: TemporaryContent): Promise<string> {
  const {pid, processStart} = await thisProcess();
  const owner = `${pid}-${await placeMark()}-${processStart ?? 'x'}`;
  return mkdtemp(join(tmpdir(), `study-desk-${content}-${owner}-`));
}

/** This user's own of which the process is known to be gone, or can't be seen and has left them alone for a day. */
export async function abandonedFolders(
  content: TemporaryContent,
  now: number = Date.now(),
): Promise<readonly AbandonedFolder[]> {
  const found: AbandonedFolder[] = [];
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(`study-desk-${content}-`)) continue;
    const path = join(tmpdir(), name);
    const stats = await lstat(path).catch(() => null);
    if (stats?.isDirectory() !== true) continue;
    if (stats.uid !== (process.getuid?.() ?? stats.uid)) continue;
    const why = await whyAbandoned(name, now - stats.mtimeMs);
    if (why !== null) found.push({path, why});
  }
  return found;
}

/** Removes what a Study Desk that was killed has left. */
export async function removeAbandonedFolders(content: TemporaryContent): Promise<void> {
  for (const {path} of await abandonedFolders(content))
    await rm(path, {recursive: true, force: true}).catch(() => undefined);
}

/** Pid, place and start of the process in a folder's name; earlier versions wrote the pid alone. */
const OWNER = /^study-desk-[a-z]+-(\d+)-(?:([0-9a-f]{8})-(\d+|x)-)?/u;

async function whyAbandoned(name: string, untouchedMs: number): Promise<string | null> {
  const owner = OWNER.exec(name);
  if (owner === null) return null;
  const [, pid = '', place, start] = owner;
  if (place === (await placeMark())) {
    const processStart = start === undefined || start === 'x' ? null : start;
    const state = await processState({pid: Number(pid), ...(await thisPlace()), processStart});
    return state === 'dead' ? `its process ${pid} is gone` : null;
  }
  return untouchedMs > UNTOUCHED_MS
    ? `its process ${pid} can't be seen from here, and nothing in it has changed for a day`
    : null;
}

/** Stands for the computer, its start and the set of its process numbers, within which a pid means something. */
async function placeMark(): Promise<string> {
  const place = JSON.stringify(await thisPlace());
  return createHash('sha256').update(place).digest('hex').slice(0, 8);
}
