import {readdir, realpath, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {HOST_IGNORES_CASE, PatternTree} from './patternTree';
import {isInside} from './studyPath';
import {isLeftBeside} from './writeAtomically';

/** A write that was cut short is known by its file's not having changed for so long, in milliseconds. */
export const ABANDONED_MS = 10_000;

/** Folders that nothing of ours writes into, and which can be huge; `metadata` is cleared by whoever runs the study. */
const SKIPPED = new Set(['.git', 'metadata']);
const SKIPPED_EVERYWHERE = new Set(['node_modules', 'venv', '.venv', 'renv', '__pycache__']);

/** A file of ours that a kill has left beside a file of the study. */
export interface FileLeftBeside {
  /** Study-relative, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** It holds what the file beside it was before; else a new content that was not finished. */
  readonly isEarlier: boolean;
}

/**
 * What writes and swaps that were cut short have left among the files of a study, by path: files of exactly the names that
 * we give (`isLeftBeside`) which nobody is writing any more. Links are followed on the way to outputs alone.
 */
export async function findLeftBeside(
  studyDir: string,
  outputPatterns: readonly string[],
  now: number,
): Promise<readonly FileLeftBeside[]> {
  const root = await realpath(studyDir);
  const found: FileLeftBeside[] = [];
  const tree = new PatternTree(HOST_IGNORES_CASE);
  for (const pattern of outputPatterns) tree.add(pattern);

  const lookAt = async (path: string): Promise<void> => {
    const stats = await stat(join(root, path)).catch(() => null);
    if (stats === null || now - Math.max(stats.mtimeMs, stats.ctimeMs) <= ABANDONED_MS) return;
    found.push({path, bytes: stats.size, isEarlier: path.endsWith('.old')});
  };
  const walk = async (folder: string, nodes: readonly PatternTree[]): Promise<void> => {
    const entries = await readdir(join(root, folder), {withFileTypes: true}).catch(() => []);
    for (const entry of entries) {
      const {name} = entry;
      if (SKIPPED_EVERYWHERE.has(name) || (folder === '' && SKIPPED.has(name))) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      const next = nodes.flatMap((node) => node.step(name));
      if (entry.isFile() && isLeftBeside(name)) await lookAt(path);
      else if (entry.isDirectory()) await walk(path, next);
      else if (entry.isSymbolicLink() && next.length > 0 && (await leadsOut(path)))
        await walk(path, next);
    }
  };
  /** What lies in the study is come to without the link. */
  const leadsOut = async (path: string): Promise<boolean> => {
    const real = await realpath(join(root, path)).catch(() => null);
    return real !== null && !isInside(root, real) && !isInside(real, root);
  };
  await walk('', [tree]);
  return found.sort((one, other) => (one.path < other.path ? -1 : 1));
}
