import type {ChangesReply} from './engineReplies';

/** Where a job's workspace is in its container. */
export const WORKSPACE = '/workspace';
/** Written last, as the reference does to tell new files from old ones (RULES "Workspace"). */
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
