import type {Container} from 'dockerode';
import * as z from 'zod';
import type {Staging} from '../executor/executor';
import {unfit, WORKSPACE, type WorkspaceEntry} from '../files/workspaceEntries';
import {isMissingPath} from './engineError';
import type {ChangesReply} from './engineReplies';
import {type EntryHeader, readArchive} from './readArchive';

/** Written last, as the reference does to recognise new files (RULES "Workspace"). */
export const TIMESTAMP_FILE = '.opensafely-timestamp';

const DELETED = 2;

/**
 * The workspace paths that a job made or changed, from the engine's list of changes. What was staged is listed there
 * too and left out, unless it is known to be `modified`; so are folders, as far as something below them is listed.
 */
export function changedPaths(
  changes: ChangesReply,
  staged: ReadonlySet<string>,
  modified: ReadonlySet<string>,
): readonly string[] {
  const prefix = `${WORKSPACE}/`;
  const paths = changes
    .filter(({Path, Kind}) => Kind !== DELETED && Path.startsWith(prefix))
    .map(({Path}) => Path.slice(prefix.length));
  const folders = new Set(paths.flatMap(parentsOf));
  return paths.filter(
    (path) =>
      path !== TIMESTAMP_FILE && !folders.has(path) && (modified.has(path) || !staged.has(path)),
  );
}

/** Workspace paths without folders, and those of the staged ones whose content was changed. */
export interface WorkspaceListing {
  readonly paths: readonly string[];
  readonly modified: readonly string[];
}

/** The workspace paths that a job made or changed, from a list of all there are. */
export function writtenPaths(
  listing: WorkspaceListing,
  staged: ReadonlySet<string>,
): readonly string[] {
  const modified = new Set(listing.modified);
  return listing.paths.filter(
    (path) => path !== TIMESTAMP_FILE && (modified.has(path) || !staged.has(path)),
  );
}

/** The folders above a path, nearest first. */
export function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    parents.push(path.slice(0, at));
  }
  return parents;
}

/** A file or link put into a workspace before the start. */
const stagedFile = z.object({path: z.string(), size: z.number(), mtimeMs: z.number()});
export type StagedFile = z.infer<typeof stagedFile>;

/**
 * Beside the workspace, a container keeps the list of what was put into it: after a restart of ours it says what the
 * command wrote from what it was given.
 */
export const STAGED_LIST = '.study-desk-staged.json';

export function stagedFiles({code, inputs}: Staging): readonly StagedFile[] {
  return [...code, ...inputs]
    .filter(({kind}) => kind !== 'directory')
    .map(({path, size, mtimeMs}) => ({path, size, mtimeMs}));
}

/** Reads the list back from a container. */
export async function readStagedList(container: Container): Promise<readonly StagedFile[]> {
  let text = '';
  await readArchive(container, `/${STAGED_LIST}`, async (_name, _header, content) => {
    for await (const chunk of content) text += String(chunk);
  });
  return z.array(stagedFile).parse(JSON.parse(text));
}

/** What the archive of a workspace shows of it. */
export interface ArchivedWorkspace extends WorkspaceListing {
  /** By path, folders too. */
  readonly entries: ReadonlyMap<string, WorkspaceEntry>;
}

/** A workspace with more content than this is not read through only to list it. */
const MOST_BYTES = 256 * 1024 ** 2;

/** Ends the reading of an archive that has grown too long. */
class TooMuch extends Error {}

/**
 * Lists the workspace of a container that has ended by the headers of its archive; null where it holds too much for
 * that. The engine's own list of changes walks through the whole image on some storage drivers, which takes seconds.
 */
export async function listWorkspace(
  container: Container,
  staged: readonly StagedFile[],
): Promise<ArchivedWorkspace | null> {
  const stagedBytes = staged.reduce((sum, {size}) => sum + size, 0);
  if (stagedBytes > MOST_BYTES) return null;
  const known = new Map(staged.map((file) => [file.path, file]));
  const paths: string[] = [];
  const modified: string[] = [];
  let bytes = 0;
  try {
    const entries = await readEntries(container, '', (path, {type, size, mtime}) => {
      bytes += size ?? 0;
      if (bytes > MOST_BYTES) throw new TooMuch();
      if (type === 'directory') return;
      paths.push(path);
      const before = known.get(path);
      if (before === undefined || mtime === undefined) return;
      const stagedSecond = Math.floor(before.mtimeMs / 1000);
      if (before.size !== size || Math.floor(mtime.getTime() / 1000) !== stagedSecond)
        modified.push(path);
    });
    return {paths, modified, entries};
  } catch (error) {
    if (error instanceof TooMuch) return null;
    // a command may have removed the workspace itself
    if (isMissingPath(error)) return {paths: [], modified: [], entries: new Map()};
    throw error;
  }
}

/** Reads through the archive of a workspace folder (`''` for all of it) and lists what lies there, by workspace path. */
export async function readEntries(
  container: Container,
  folder: string,
  onEntry: (path: string, header: EntryHeader) => void = () => undefined,
): Promise<ReadonlyMap<string, WorkspaceEntry>> {
  const entries = new Map<string, WorkspaceEntry>();
  const source = folder === '' ? WORKSPACE : `${WORKSPACE}/${folder}`;
  const above = source.slice(source.lastIndexOf('/') + 1).length + 1;
  const pathOf = (name: string): string =>
    `${folder === '' ? '' : `${folder}/`}${name.slice(above)}`;
  await readArchive(container, source, async (name, header) => {
    const path = pathOf(name);
    if (name.length <= above) return;
    onEntry(path, header);
    // such a name can't be asked for
    if (path.includes('\ufffd')) return;
    const {type, size, linkname} = header;
    if (type === 'directory') entries.set(path.replace(/\/$/, ''), {kind: 'directory'});
    else if (type === 'symlink') entries.set(path, {kind: 'symlink', target: linkname ?? ''});
    else if (type === 'fifo') entries.set(path, unfit('pipe'));
    else if (type === 'socket') entries.set(path, unfit('socket'));
    // one more name of a file that came before
    else if (type === 'link') {
      const first = entries.get(pathOf(linkname ?? ''));
      if (first !== undefined) entries.set(path, first);
    } else if (type === 'file' || type === 'contiguous-file')
      entries.set(path, {kind: 'file', size: size ?? 0});
    else entries.set(path, unfit('device'));
  });
  return entries;
}
