import type {ProducedFile} from '../engine/executor';

/** How chosen files are taken out: each alone, or all with one archive of the folder they share. */
export type CollectPlan =
  | {readonly kind: 'each'; readonly paths: readonly string[]}
  | {readonly kind: 'folder'; readonly folder: string; readonly wanted: ReadonlySet<string>};

/** What one more archive costs, counted in bytes that could be streamed meanwhile. */
const BYTES_PER_CALL = 2 * 1024 * 1024;

/**
 * Chooses the cheaper way. `present` is everything known to lie in the workspace: an archive of a folder carries all of
 * it, wanted or not. The folder is study-relative, `''` for the workspace itself.
 */
export function collectPlan(
  wanted: readonly string[],
  present: readonly ProducedFile[],
): CollectPlan {
  const folder = sharedFolder(wanted);
  const inFolder = folder === '' ? '' : `${folder}/`;
  const chosen = new Set(wanted);
  const unwantedBytes = present
    .filter(({path}) => path.startsWith(inFolder) && !chosen.has(path))
    .reduce((sum, {size}) => sum + size, 0);
  return wanted.length > 1 && unwantedBytes < (wanted.length - 1) * BYTES_PER_CALL
    ? {kind: 'folder', folder, wanted: chosen}
    : {kind: 'each', paths: wanted};
}

/** The deepest folder that all paths lie in. */
export function sharedFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const parts = Array.isArray(first) ? first : [];
  const same = others.reduce((length, other) => {
    let index = 0;
    while (index < length && parts[index] === other[index]) index += 1;
    return index;
  }, parts.length);
  return parts.slice(0, same).join('/');
}
