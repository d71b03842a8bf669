import {createHash} from 'node:crypto';
import {lstat, readdir, readlink, realpath, stat} from 'node:fs/promises';
import path from 'node:path';
import {type AppError, appError} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import type {StagedEntry} from '../executor/executor';
import {fileSystemError} from './fileSystemError';
import {HOST_IGNORES_CASE, PatternTree} from './patternTree';
import {isInside, recordedInStudy} from './studyPath';
import {isLeftBeside} from './writeAtomically';

/** The code a job sees, and what was left out of it though the study holds it. */
export interface StagedCode {
  readonly entries: StagedEntry[];
  /** The same key, the same entries with the same sizes and times. */
  readonly codeKey: string;
  /** Links that lead outside the study or nowhere, with what was done with them, and special files (left out). */
  readonly reported: readonly {readonly path: string; readonly reason: string}[];
}

/**
 * What becomes of links that lead outside: on a researcher's own computer they are followed, where that helps (RULES
 * "Workspace"). Where the code is somebody else's, a link could name any file of the computer: it stays a link.
 */
export type OutsideLinks = 'follow' | 'keep';

interface Walk {
  readonly root: string;
  readonly outside: OutsideLinks;
  readonly entries: StagedEntry[];
  readonly reported: {path: string; reason: string}[];
}

/** Inputs looked at together. */
const AT_A_TIME = 64;

/**
 * Everything of the study that is code (RULES "Workspace"): all but the top-level `.git` and `metadata`, every path
 * that matches an output pattern of any action, and what our own writes leave beside files. Works for the checkout of a reusable action too, with no patterns.
 */
export async function stageCode(
  studyDir: string,
  patterns: readonly string[],
  ignoreCase: boolean = HOST_IGNORES_CASE,
  outside: OutsideLinks = 'follow',
): Promise<Result<StagedCode, AppError>> {
  const tree = new PatternTree(ignoreCase);
  for (const pattern of ['.git', 'metadata', ...patterns]) tree.add(pattern);
  try {
    const walk: Walk = {root: await realpath(studyDir), outside, entries: [], reported: []};
    await walkFolder(walk, studyDir, '', [tree], []);
    walk.entries.sort((a, b) => (a.path < b.path ? -1 : 1));
    return ok({entries: walk.entries, codeKey: keyOf(walk), reported: walk.reported});
  } catch (error) {
    return err(fileSystemError("The study's code could not be read.", error));
  }
}

/** The outputs of needed actions, as they are put into a job's workspace. */
export async function stageInputs(
  studyDir: string,
  paths: readonly string[],
): Promise<Result<StagedEntry[], AppError>> {
  const entries: StagedEntry[] = [];
  for (let first = 0; first < paths.length; first += AT_A_TIME) {
    const some = paths.slice(first, first + AT_A_TIME);
    for (const staged of await Promise.all(some.map((path) => stageInput(studyDir, path)))) {
      if (!staged.ok) return staged;
      entries.push(staged.value);
    }
  }
  return ok(entries);
}

async function stageInput(
  studyDir: string,
  relative: string,
): Promise<Result<StagedEntry, AppError>> {
  const resolved = recordedInStudy(studyDir, relative);
  if (!resolved.ok) return resolved;
  // its folders may be links of the user's; one that is a link itself must not lead elsewhere
  const link = await lstat(resolved.value).catch(() => null);
  const isLink = link?.isSymbolicLink() === true;
  const real = isLink ? await realpath(resolved.value).catch(() => null) : resolved.value;
  const found = isLink && real !== null ? await stat(real).catch(() => null) : link;
  if (real === null || found === null || !found.isFile()) return err(missingInput(relative));
  if (isLink && !isInside(await realpath(studyDir), real)) return err(inputOutside(relative));
  return ok(fileEntry(relative, real, found));
}

/** Walks one folder; answers whether anything in it was left out as an output. */
async function walkFolder(
  walk: Walk,
  folder: string,
  prefix: string,
  nodes: readonly PatternTree[],
  seen: readonly string[],
): Promise<boolean> {
  const names = (await readdir(folder)).filter((name) => !isLeftBeside(name));
  const links: string[] = [];
  let leftOut = false;
  for (const name of names) {
    const next = nodes.flatMap((node) => node.step(name));
    if (next.some((node) => node.matches)) {
      leftOut = true;
      continue;
    }
    const absolute = path.join(folder, name);
    const relative = prefix === '' ? name : `${prefix}/${name}`;
    const found = await lstat(absolute).catch(() => null);
    if (found === null) {
      walk.reported.push({
        path: relative,
        reason: 'It could not be read; its name may not be UTF-8.',
      });
    } else if (found.isSymbolicLink()) {
      links.push(name);
    } else if (found.isDirectory()) {
      const before = walk.entries.push(folderEntry(relative, found));
      if (await walkFolder(walk, absolute, relative, next, seen)) {
        leftOut = true;
        // one that holds nothing but outputs is not there for the job, as on the first run
        if (walk.entries.length === before) walk.entries.pop();
      }
    } else if (found.isFile()) {
      walk.entries.push(fileEntry(relative, absolute, found));
    } else {
      walk.reported.push({path: relative, reason: 'It is not a file, folder or link.'});
    }
  }
  for (const name of links) {
    const relative = prefix === '' ? name : `${prefix}/${name}`;
    const next = nodes.flatMap((node) => node.step(name));
    await stageLink(walk, path.join(folder, name), relative, prefix === '' || leftOut, next, seen);
  }
  return leftOut;
}

/**
 * A link is copied by content where the reference goes through a folder entry by entry (the top level, and folders that
 * hold outputs), also where it leads outside the study, and kept as a link elsewhere.
 */
async function stageLink(
  walk: Walk,
  absolute: string,
  relative: string,
  byContent: boolean,
  nodes: readonly PatternTree[],
  seen: readonly string[],
): Promise<void> {
  const linkTarget = await readlink(absolute);
  const real = await realpath(absolute).catch(() => null);
  const report = (what: string): void => {
    walk.reported.push({path: relative, reason: `It is a link to "${linkTarget}", ${what}.`});
  };
  if (real === null) report('which does not exist');
  const again = real !== null && (seen.includes(real) || isInside(real, path.dirname(absolute)));
  const inside = real !== null && [walk.root, ...seen].some((folder) => isInside(folder, real));
  if (real === null || !byContent || again || (!inside && walk.outside === 'keep')) {
    if (real !== null && !inside) report('outside the study, so it was not followed');
    walk.entries.push(linkEntry(relative, linkTarget));
    return;
  }
  // a folder of outputs may lie elsewhere, on a larger disk: that is the user's choice
  if (!inside && nodes.length === 0)
    report('outside the study: its content is used here, but will be missing on the server');
  const found = await stat(real);
  if (found.isDirectory()) {
    const before = walk.entries.push(folderEntry(relative, found));
    const leftOut = await walkFolder(walk, real, relative, nodes, [...seen, real]);
    if (leftOut && walk.entries.length === before) walk.entries.pop();
  } else if (found.isFile()) {
    walk.entries.push(fileEntry(relative, real, found));
  } else {
    report('which is not a file or folder');
  }
}

interface Stat {
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly ino: number;
}

function fileEntry(relative: string, source: string, found: Stat): StagedEntry {
  const {size, mtimeMs, ctimeMs, ino} = found;
  return {
    path: relative,
    kind: 'file',
    source,
    linkTarget: null,
    mode: bits(found, 0o644),
    size,
    mtimeMs,
    ctimeMs,
    ino,
  };
}

function folderEntry(relative: string, found: Stat): StagedEntry {
  const {mtimeMs} = found;
  return {
    path: relative,
    kind: 'directory',
    source: null,
    linkTarget: null,
    mode: bits(found, 0o755),
    size: 0,
    mtimeMs,
    ctimeMs: 0,
    ino: 0,
  };
}

function linkEntry(relative: string, linkTarget: string): StagedEntry {
  return {
    path: relative,
    kind: 'symlink',
    source: null,
    linkTarget,
    mode: 0o777,
    size: 0,
    mtimeMs: 0,
    ctimeMs: 0,
    ino: 0,
  };
}

/** Windows has no permission bits worth keeping. */
function bits(found: Stat, onWindows: number): number {
  return process.platform === 'win32' ? onWindows : found.mode & 0o7777;
}

function keyOf(walk: Walk): string {
  const hash = createHash('sha256').update(walk.root);
  for (const entry of walk.entries) {
    // every output that is written changes the time of its folder, which is no change of code
    const known = entry.kind === 'directory' ? {...entry, mtimeMs: 0} : entry;
    hash.update(`\n${JSON.stringify(known)}`);
  }
  return hash.digest('hex');
}

function missingInput(relative: string): AppError {
  return appError('not-found', `The input "${relative}" no longer exists.`, {
    why: 'An action that this one needs wrote it, and it has been moved or deleted since.',
    hint: 'Rerun the action that makes it, or rerun with dependencies.',
  });
}

function inputOutside(relative: string): AppError {
  return appError(
    'file-system',
    `The input "${relative}" is a link to somewhere outside the study.`,
    {
      hint: 'Replace the link with the file itself.',
    },
  );
}
