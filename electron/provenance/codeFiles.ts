import {readdirSync, realpathSync, statSync, type Dirent, type Stats} from 'node:fs';
import {dirname, join} from 'node:path';
import type {Action} from '../../shared/project';
import {HOST_IGNORES_CASE, PatternTree} from '../files/patternTree';
import {isInside} from '../files/studyPath';
import {isLeftBeside} from '../files/writeAtomically';
import {isMissing, readTrouble} from './hashCache';
import type {ScriptScan} from './scan/scanScripts';
import {wordsOf} from './scanMemory';

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
 * pattern; links are followed where their content is staged.
 */
export function codeFiles(studyDir: string, patterns: readonly string[]): CodeFiles {
  const tree = new PatternTree(HOST_IGNORES_CASE);
  for (const pattern of ['.git', 'metadata', ...patterns]) tree.add(pattern);
  const found = {paths: [] as string[], unreadable: [] as CodeFiles['unreadable'][number][]};
  walk(studyDir, '', [tree], [], found);
  found.paths.sort();
  return found;
}

interface Found {
  readonly paths: string[];
  readonly unreadable: CodeFiles['unreadable'][number][];
}

/** Answers whether anything in the folder was left out as an output; `seen` are the folders that links led to. */
function walk(
  folder: string,
  prefix: string,
  nodes: readonly PatternTree[],
  seen: readonly string[],
  found: Found,
): boolean {
  const links: string[] = [];
  let leftOut = false;
  for (const entry of entriesOf(folder, prefix, found.unreadable)) {
    const next = nodes.flatMap((node) => node.step(entry.name));
    const path = `${prefix}${entry.name}`;
    if (next.some((node) => node.matches)) leftOut = true;
    else if (entry.isFile()) found.paths.push(path);
    else if (entry.isSymbolicLink()) links.push(entry.name);
    else if (entry.isDirectory())
      leftOut = walk(join(folder, entry.name), `${path}/`, next, seen, found) || leftOut;
  }
  if (prefix === '' || leftOut)
    for (const name of links) {
      const next = nodes.flatMap((node) => node.step(name));
      takeLink(join(folder, name), `${prefix}${name}`, next, seen, found);
    }
  return leftOut;
}

function takeLink(
  absolute: string,
  path: string,
  nodes: readonly PatternTree[],
  seen: readonly string[],
  found: Found,
): void {
  let real: string;
  let behind: Stats;
  try {
    real = realpathSync(absolute);
    behind = statSync(real);
  } catch (error) {
    // one that leads nowhere is staged as it is
    if (!isMissing(error)) found.unreadable.push({path, trouble: readTrouble(error)});
    return;
  }
  if (behind.isFile()) found.paths.push(path);
  else if (behind.isDirectory() && !seen.includes(real) && !isInside(real, dirname(absolute)))
    walk(real, `${path}/`, nodes, [...seen, real], found);
}

function entriesOf(
  folder: string,
  prefix: string,
  unreadable: CodeFiles['unreadable'][number][],
): readonly Dirent[] {
  try {
    const entries = readdirSync(folder, {withFileTypes: true});
    return entries.filter(({name}) => !isLeftBeside(name));
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
 * Which of the code files an action uses: those it was seen to read with those that its scripts name, for a file that
 * is copied whole (sendfile, copy_file_range) may not be seen as read; else those that its scripts name, else all of
 * them but what no script reads.
 */
export function usedFiles(
  action: Action,
  codePaths: readonly string[],
  filesRead: readonly string[] | null,
  scan: ScriptScan,
): UsedFiles {
  const known = new Set(codePaths);
  const named = wordsOf(action)
    .slice(1)
    .filter((word) => known.has(word));
  if (filesRead !== null) {
    const read = [...new Set(filesRead)].filter((path) => known.has(path));
    // nothing seen of a script that must have been read: access times are not kept here
    if (named.length === 0 ? read.length > 0 : named.some((path) => read.includes(path)))
      return {
        paths: [...new Set([...read, ...named, ...scan.paths])].sort(),
        foundBy: 'observed',
      };
  }
  if (scan.certain) return {paths: scan.paths, foundBy: 'scanned'};
  // what was found counts even where no script is thought to read it, such as R's own .Rprofile
  const all = new Set([...codePaths.filter(countsAsCode), ...scan.paths]);
  return {paths: [...all].sort(), foundBy: 'folder'};
}
