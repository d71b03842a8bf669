import type {Action} from '../../shared/project';
import {scanScripts} from './scan/scanScripts';

/** The code files that an action used, and how that was found out. */
export interface UsedFiles {
  /** Study-relative, sorted. */
  readonly paths: readonly string[];
  readonly foundBy: 'observed' | 'scanned' | 'folder';
}

/**
 * Which of the code files an action uses: those it was seen to read, else those that its script
 * names, else all of them. `countsAsCode` leaves out what no script reads where all of them count.
 */
export function usedFiles(
  action: Action,
  codePaths: readonly string[],
  filesRead: readonly string[] | null,
  readText: (path: string) => string | null,
  countsAsCode: (path: string) => boolean,
): UsedFiles {
  const known = new Set(codePaths);
  const words = wordsOf(action);
  const named = words.slice(1).filter((word) => known.has(word));
  if (filesRead !== null) {
    const read = [...new Set(filesRead)].filter((path) => known.has(path));
    // nothing seen of a script that must have been read: access times are not kept here
    if (named.length === 0 ? read.length > 0 : named.some((path) => read.includes(path)))
      return {paths: [...new Set([...read, ...named])].sort(), foundBy: 'observed'};
  }
  const scan = scanScripts(words, codePaths, readText);
  if (scan.certain) return {paths: scan.paths, foundBy: 'scanned'};
  // what was found counts even where no script is thought to read it, such as R's own .Rprofile
  const all = new Set([...codePaths.filter(countsAsCode), ...scan.paths]);
  return {paths: [...all].sort(), foundBy: 'folder'};
}

/** The words that say what an action runs: its image, and all that the container is given, the config too. */
export function wordsOf(action: Action): readonly string[] {
  return [action.run.argv[0] ?? '', ...action.containerArgs];
}
