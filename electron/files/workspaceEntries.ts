import type {ProducedFile} from '../executor/executor';

/** Where a job's workspace is in its container; links made there lead to it by this name. */
export const WORKSPACE = '/workspace';

/** What lies at a path of a workspace, itself: a link is not followed. */
export type WorkspaceEntry =
  | {readonly kind: 'file'; readonly size: number}
  | {readonly kind: 'directory'}
  | {readonly kind: 'symlink'; readonly target: string}
  /** Something that can't be collected, and why. */
  | {readonly kind: 'unfit'; readonly reason: string};

/**
 * Looks at one path of a workspace whose command has ended; null where nothing is. It is only ever asked for paths whose
 * folders are folders and no links, so that looking there can't lead out of the workspace.
 */
export type LookAt = (path: string) => Promise<WorkspaceEntry | null>;

/** What a command left, looked at. */
export interface ExaminedEntries {
  readonly files: readonly ProducedFile[];
  /** By the path of a file that was found by a link: the workspace path of the regular file that it leads to. */
  readonly sources: ReadonlyMap<string, string>;
  readonly refused: readonly {readonly path: string; readonly reason: string}[];
}

/** Why an entry is not collected that has no name to ask for it by. */
export const NOT_UTF8 = 'Its name is not UTF-8.';

const GONE = 'It is gone.';

/** How much of a file's type a look at it shows. */
interface EntryType {
  isSymbolicLink(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
  isFile(): boolean;
  isDirectory(): boolean;
  readonly size: number;
}

/** An entry of this computer's disk; `readTarget` is asked where it is a link. */
export async function entryOf(
  found: EntryType,
  readTarget: () => Promise<string>,
): Promise<WorkspaceEntry> {
  if (found.isFile()) return {kind: 'file', size: found.size};
  if (found.isDirectory()) return {kind: 'directory'};
  if (found.isSymbolicLink()) return {kind: 'symlink', target: await readTarget()};
  if (found.isFIFO()) return unfit('pipe');
  return unfit(found.isSocket() ? 'socket' : 'device');
}

/** An entry that is neither file, folder nor link. */
export function unfit(kind: 'pipe' | 'socket' | 'device'): WorkspaceEntry {
  return {kind: 'unfit', reason: `It is a ${kind}, not a file.`};
}

/** Entries looked at together. */
const AT_ONCE = 64;
/** Files below a folder that a link leads to, all of which have a second name by that link. */
const BELOW_LINK_AT_MOST = 10_000;
/** As many links on the way to a file as Linux follows. */
const LINKS_AT_MOST = 40;

/**
 * Finds out which of some workspace paths can be collected: regular files, and links that lead to one inside the
 * workspace, be it over other links or linked folders. `all` are the paths of everything there is but folders, for
 * what lies below a linked folder.
 */
export async function examineEntries(
  paths: readonly string[],
  all: readonly string[],
  lookAt: LookAt,
): Promise<ExaminedEntries> {
  const files: ProducedFile[] = [];
  const sources = new Map<string, string>();
  const refused: {path: string; reason: string}[] = [];

  const take = async (path: string, at: string): Promise<void> => {
    const entry = await lookAt(at);
    if (entry === null) {
      refused.push({path, reason: path.includes('\ufffd') ? NOT_UTF8 : GONE});
    } else if (entry.kind === 'unfit') refused.push({path, reason: entry.reason});
    else if (entry.kind === 'file') {
      files.push({path, size: entry.size});
      if (at !== path) sources.set(path, at);
    } else if (entry.kind === 'symlink') await takeLinked(path, at, entry.target);
  };

  const takeLinked = async (path: string, at: string, target: string): Promise<void> => {
    const end = await followLink(at, target, lookAt);
    if (end.kind === 'file') {
      files.push({path, size: end.size});
      sources.set(path, end.path);
    } else if (end.kind === 'refused') refused.push({path, reason: end.reason});
    // the names below a folder that was found by a link are not followed further
    else if (at === path) await takeBelow(path, end.path, target);
    else refused.push({path, reason: linkToFolder(target)});
  };

  const takeBelow = async (link: string, folder: string, target: string): Promise<void> => {
    const prefix = folder === '' ? '' : `${folder}/`;
    const below = all.filter((path) => path.startsWith(prefix) && path !== link);
    const tooMany = below.length > BELOW_LINK_AT_MOST;
    // where a pattern names the link itself, a file was expected there
    refused.push({path: link, reason: linkToFolder(target, tooMany)});
    if (tooMany) return;
    for (const path of below) await take(`${link}/${path.slice(prefix.length)}`, path);
  };

  for (let start = 0; start < paths.length; start += AT_ONCE)
    await Promise.all(paths.slice(start, start + AT_ONCE).map((path) => take(path, path)));
  return {files, sources, refused};
}

function linkToFolder(target: string, tooMany = false): string {
  const more = tooMany ? `, which holds more than ${BELOW_LINK_AT_MOST} files` : '';
  return `It is a link to "${target}", a folder${more}.`;
}

type LinkEnd =
  | {readonly kind: 'file'; readonly path: string; readonly size: number}
  | {readonly kind: 'directory'; readonly path: string}
  | {readonly kind: 'refused'; readonly reason: string};

/** Follows a link step by step, and no step out of the workspace. */
async function followLink(link: string, target: string, lookAt: LookAt): Promise<LinkEnd> {
  const refuse = (why: string): LinkEnd => ({
    kind: 'refused',
    reason: `It is a link to "${target}", ${why}.`,
  });
  const outside = 'which is not in the workspace; copy the file instead';
  let folder = link.split('/').slice(0, -1);
  let ahead: string[] = [];
  /** Goes on where a link leads; false where that is outside. */
  const turn = (to: string): boolean => {
    const steps = to.split('/').filter((step) => step !== '' && step !== '.');
    if (to.startsWith('/')) {
      if (`/${steps.shift() ?? ''}` !== WORKSPACE) return false;
      folder = [];
    }
    ahead = [...steps, ...ahead];
    return true;
  };
  if (!turn(target)) return refuse(outside);
  for (let links = 1; ;) {
    const step = ahead.shift();
    if (step === undefined) return {kind: 'directory', path: folder.join('/')};
    if (step === '..') {
      if (folder.pop() === undefined) return refuse(outside);
      continue;
    }
    const path = [...folder, step].join('/');
    const entry = await lookAt(path);
    if (entry === null) return refuse('which does not exist');
    if (entry.kind === 'directory') folder = [...folder, step];
    else if (entry.kind === 'symlink') {
      links += 1;
      if (links > LINKS_AT_MOST) return refuse('which leads round in a circle');
      if (!turn(entry.target)) return refuse(outside);
    } else if (ahead.length > 0) return refuse('which does not exist');
    else if (entry.kind === 'file') return {kind: 'file', path, size: entry.size};
    else
      return refuse(
        `which can't be collected: ${entry.reason.charAt(0).toLowerCase()}${entry.reason.slice(1, -1)}`,
      );
  }
}
