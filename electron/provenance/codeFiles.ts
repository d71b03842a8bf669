import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {PatternTree} from '../files/patternTree';

const HOST_IGNORES_CASE = process.platform === 'win32' || process.platform === 'darwin';

/** Files beside the code that no script reads and everybody edits; only where the whole folder counts. */
const NOT_CODE =
  /^(project\.yaml|readme(\.\w+)?|licen[cs]e(\.\w+)?|citation\.cff|\.[^/]*(\/.*)?)$/i;

/** True for a path that counts as code where every code file counts. */
export function countsAsCode(path: string): boolean {
  return !NOT_CODE.test(path);
}

/**
 * Every regular file that is staged as code (RULES "Workspace"), study-relative and sorted: all but
 * `.git`, `metadata` and what matches an output pattern. Links are not followed.
 */
export function codeFiles(studyDir: string, patterns: readonly string[]): readonly string[] {
  const tree = new PatternTree(HOST_IGNORES_CASE);
  for (const pattern of ['.git', 'metadata', ...patterns]) tree.add(pattern);
  const files: string[] = [];
  walk(studyDir, '', [tree], files);
  return files.sort();
}

function walk(
  folder: string,
  prefix: string,
  nodes: readonly PatternTree[],
  files: string[],
): void {
  for (const entry of readdirSync(folder, {withFileTypes: true})) {
    const next = nodes.flatMap((node) => node.step(entry.name));
    if (next.some((node) => node.matches)) continue;
    const path = `${prefix}${entry.name}`;
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory()) walk(join(folder, entry.name), `${path}/`, next, files);
  }
}
