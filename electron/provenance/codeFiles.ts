import {readdirSync, type Dirent} from 'node:fs';
import {join} from 'node:path';
import type {Action} from '../../shared/project';
import {PatternTree} from '../files/patternTree';
import {readTrouble} from './hashCache';
import type {ScriptScan} from './scan/scanScripts';
import {wordsOf} from './scanMemory';

const HOST_IGNORES_CASE = process.platform === 'win32' || process.platform === 'darwin';

/** Files beside the code that no script reads and everybody edits; only where the whole folder counts. */
const NOT_CODE =
  /^(project\.yaml|readme(\.\w+)?|licen[cs]e(\.\w+)?|citation\.cff|\.[^/]*(\/.*)?)$/i;

/** True for a path that counts as code where every code file counts. */
export function countsAsCode(path: string): boolean {
  return !NOT_CODE.test(path);
}

/** The code files of a study, and the folders that can't be looked into. */
export interface CodeFiles {
  /** Study-relative, sorted. */
  readonly paths: readonly string[];
  readonly unreadable: readonly {readonly path: string; readonly trouble: string}[];
}

/**
 * Every regular file that is staged as code (RULES "Workspace"): all but `.git`, `metadata` and what matches an output
 * pattern. Links are not followed.
 */
export function codeFiles(studyDir: string, patterns: readonly string[]): CodeFiles {
  const tree = new PatternTree(HOST_IGNORES_CASE);
  for (const pattern of ['.git', 'metadata', ...patterns]) tree.add(pattern);
  const found = {paths: [] as string[], unreadable: [] as CodeFiles['unreadable'][number][]};
  walk(studyDir, '', [tree], found);
  found.paths.sort();
  return found;
}

function walk(
  folder: string,
  prefix: string,
  nodes: readonly PatternTree[],
  found: {readonly paths: string[]; readonly unreadable: CodeFiles['unreadable'][number][]},
): void {
  for (const entry of entriesOf(folder, prefix, found.unreadable)) {
    const next = nodes.flatMap((node) => node.step(entry.name));
    if (next.some((node) => node.matches)) continue;
    const path = `${prefix}${entry.name}`;
    if (entry.isFile()) found.paths.push(path);
    else if (entry.isDirectory()) walk(join(folder, entry.name), `${path}/`, next, found);
  }
}

function entriesOf(
  folder: string,
  prefix: string,
  unreadable: CodeFiles['unreadable'][number][],
): readonly Dirent[] {
  try {
    return readdirSync(folder, {withFileTypes: true});
  } catch (error) {
    unreadable.push({path: prefix === '' ? '.' : prefix, trouble: readTrouble(error)});
    return [];
  }
}

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
