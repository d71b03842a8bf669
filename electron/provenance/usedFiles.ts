import type {Action} from '../../shared/project';
import {countsAsCode} from './codeFiles';
import type {ScriptScan} from './scan/scanScripts';
import {wordsOf} from './scanMemory';

/** The code files that an action used, and how that was found out. */
export interface UsedFiles {
  /** Study-relative, sorted. */
  readonly paths: readonly string[];
  readonly foundBy: 'observed' | 'scanned' | 'folder';
}

/**
 * Which of the code files an action uses: those it was seen to read, else those that its scripts
 * name, else all of them but what no script reads.
 */
export function usedFiles(
  action: Action,
  codePaths: readonly string[],
  filesRead: readonly string[] | null,
  scanned: () => ScriptScan,
): UsedFiles {
  const known = new Set(codePaths);
  const named = wordsOf(action)
    .slice(1)
    .filter((word) => known.has(word));
  if (filesRead !== null) {
    const read = [...new Set(filesRead)].filter((path) => known.has(path));
    // nothing seen of a script that must have been read: access times are not kept here
    if (named.length === 0 ? read.length > 0 : named.some((path) => read.includes(path)))
      return {paths: [...new Set([...read, ...named])].sort(), foundBy: 'observed'};
  }
  const scan = scanned();
  if (scan.certain) return {paths: scan.paths, foundBy: 'scanned'};
  // what was found counts even where no script is thought to read it, such as R's own .Rprofile
  const all = new Set([...codePaths.filter(countsAsCode), ...scan.paths]);
  return {paths: [...all].sort(), foundBy: 'folder'};
}
