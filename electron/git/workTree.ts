import {createHash} from 'node:crypto';
import {lstatSync, readdirSync, readlinkSync, type Stats} from 'node:fs';
import path from 'node:path';
import git from 'isomorphic-git';
import {readRegularFileSync} from '../files/openFile';
import type {GitFolder} from './gitFolder';
import {readIndex, type IndexEntry} from './indexFile';
import {inStudy} from './openRepository';
import type {ChangedFile} from './repositoryLook';

type Repository = Parameters<typeof git.statusMatrix>[0];

/** A file as a tree has it. */
interface TreeFile {
  readonly oid: string;
  readonly mode: number;
}

const LINK = 0o120000;
const SUBMODULE = 0o160000;
const KIND = 0o170000;
const EXECUTABLE = 0o100;
/** Larger files of which the time alone differs count as changed. */
const MOST_HASHED = 256 * 1024 ** 2;

/** What of repositories stays the same from one look to the next: trees by their id, and what files hold by their times. */
const trees = new Map<
  string,
  readonly {
    readonly path: string;
    readonly mode: number;
    readonly oid: string;
    readonly isTree: boolean;
  }[]
>();
const hashes = new Map<string, {readonly stamp: string; readonly oids: readonly string[]}>();
/** Entries after which the memory begins anew. */
const MOST_KEPT = 200_000;

/** What is looked at: the part of a repository below `prefix`, but what `isLeftOut` names. */
export interface WorkTreePart {
  readonly folder: GitFolder;
  readonly commit: string | null;
  readonly prefix: string;
  readonly isLeftOut: (file: string) => boolean;
}

/**
 * The files of a working tree that are not as its commit has them, below `prefix` and relative to it, by name. As git does, a file
 * whose size and time are those of the index is not read. Rejects where the index or an object can't be read.
 */
export async function changesIn(
  repository: Repository,
  {folder, commit, prefix, isLeftOut}: WorkTreePart,
): Promise<readonly ChangedFile[]> {
  const isPart = (file: string): boolean =>
    (prefix === '' || file.startsWith(`${prefix}/`)) && !isLeftOut(file);
  const entries = await readIndex(folder.gitDir);
  const writtenAt =
    lstatSync(path.join(folder.gitDir, 'index'), {throwIfNoEntry: false})?.mtimeMs ?? 0;
  const head =
    commit === null ? new Map<string, TreeFile>() : await filesOf(repository, commit, prefix);
  const ways = await waysOf(repository, folder);
  const found = new Map<string, ChangedFile['change']>();
  const known = new Set<string>();
  for (const entry of entries) {
    known.add(entry.path);
    if (!isPart(entry.path)) continue;
    if (entry.stage !== 0) found.set(entry.path, 'conflicted');
    else {
      const change = changeOf(entry, head.get(entry.path) ?? null, {folder, writtenAt, ...ways});
      if (change !== null) found.set(entry.path, change);
    }
  }
  for (const [file, {oid}] of head) {
    if (known.has(file) || !isPart(file)) continue;
    known.add(file);
    const absolute = Buffer.from(path.join(folder.root, file));
    const stats = lstatSync(absolute, {throwIfNoEntry: false});
    if (stats === undefined || stats.isDirectory()) found.set(file, 'deleted');
    else if (!contentIs(absolute, stats, oid, ways)) found.set(file, 'changed');
  }
  for (const file of await untrackedIn(repository, folder.root, prefix, known, isPart))
    found.set(file, 'untracked');
  return [...found]
    .map(([file, change]) => ({path: inStudy(file, prefix), change}))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** What a file is, by its mode. */
export function kindOf({mode}: Pick<TreeFile, 'mode'>): 'file' | 'link' | 'submodule' {
  const kind = mode & KIND;
  return kind === SUBMODULE ? 'submodule' : kind === LINK ? 'link' : 'file';
}

/** Files of a commit below a folder, each by its path in the repository. */
export async function filesOf(
  repository: Repository,
  commit: string,
  prefix: string,
): Promise<ReadonlyMap<string, TreeFile>> {
  const files = new Map<string, TreeFile>();
  await readTree(repository, commit, '', prefix, files);
  return files;
}

async function readTree(
  repository: Repository,
  oid: string,
  below: string,
  prefix: string,
  into: Map<string, TreeFile>,
): Promise<void> {
  let entries = trees.get(oid);
  if (entries === undefined) {
    const {tree} = await git.readTree({...repository, oid});
    entries = tree.map((entry) => ({
      ...{path: entry.path, oid: entry.oid, mode: parseInt(entry.mode, 8)},
      isTree: entry.type === 'tree',
    }));
    if (trees.size > MOST_KEPT) trees.clear();
    trees.set(oid, entries);
  }
  for (const entry of entries) {
    const file = `${below}${entry.path}`;
    if (!entry.isTree) {
      if (prefix === '' || file.startsWith(`${prefix}/`)) into.set(file, entry);
    } else if (isOnWay(file, prefix))
      await readTree(repository, entry.oid, `${file}/`, prefix, into);
  }
}

/** True for a folder that leads to `prefix`, or lies in it. */
function isOnWay(folder: string, prefix: string): boolean {
  return prefix === '' || `${prefix}/`.startsWith(`${folder}/`) || folder.startsWith(`${prefix}/`);
}

/** Files of a checkout, which is no repository itself, that are not as a commit has them, or that it has not; but what `isLeftOut` names. */
export async function notAsCommitted(
  repository: Repository,
  {commit, prefix, isLeftOut}: Omit<WorkTreePart, 'folder'> & {readonly commit: string},
  checkout: string,
  present: readonly string[],
): Promise<readonly string[]> {
  const fresh = new Set(present);
  const found: string[] = [];
  for (const [file, entry] of await filesOf(repository, commit, prefix)) {
    const name = inStudy(file, prefix);
    fresh.delete(name);
    if (isLeftOut(name) || kindOf(entry) === 'submodule') continue;
    const path = Buffer.from(`${checkout}/${name}`);
    const stats = lstatSync(path, {throwIfNoEntry: false});
    if (stats === undefined || !contentIs(path, stats, entry.oid, AS_IS)) found.push(name);
  }
  return [...found, ...fresh];
}

const AS_IS: Ways = {convertsLines: false, usesModes: false};

/** How files are made into what git keeps. */
interface Ways {
  /** Line ends of Windows may be kept as those of others. */
  readonly convertsLines: boolean;
  /** Who may run a file is looked at. */
  readonly usesModes: boolean;
}

async function waysOf(repository: Repository, {root, commonDir}: GitFolder): Promise<Ways> {
  const read = async (name: string): Promise<string> =>
    String(
      await git
        .getConfig({...repository, gitdir: commonDir, path: `core.${name}`})
        .catch(() => undefined),
    );
  const autocrlf = await read('autocrlf');
  let attributes = '';
  try {
    attributes = readRegularFileSync(path.join(root, '.gitattributes'), 1024 ** 2).toString('utf8');
  } catch {
    // most have none
  }
  return {
    convertsLines:
      /^(?:true|input)$/.test(autocrlf) ||
      process.platform === 'win32' ||
      /\b(?:text|eol|crlf)\b/.test(attributes),
    usesModes: process.platform !== 'win32' && (await read('filemode')) !== 'false',
  };
}

function changeOf(
  entry: IndexEntry,
  head: TreeFile | null,
  look: Ways & {readonly folder: GitFolder; readonly writtenAt: number},
): ChangedFile['change'] | null {
  if (kindOf(entry) === 'submodule') return null;
  const file = Buffer.concat([Buffer.from(`${look.folder.root}${path.sep}`), entry.name]);
  const stats = entry.isSkipped ? null : (lstatSync(file, {throwIfNoEntry: false}) ?? 'gone');
  if (stats === 'gone' || (stats !== null && stats.isDirectory()))
    return head === null ? null : 'deleted';
  if (head === null) return 'added';
  if (stats === null) return entry.oid === head.oid ? null : 'changed';
  if (stats.isSymbolicLink() !== (kindOf(head) === 'link')) return 'changed';
  if (look.usesModes && stats.isFile() && ((stats.mode ^ head.mode) & EXECUTABLE) !== 0)
    return 'changed';
  // written in the moment of the index or later: its time says nothing
  const isRacy = entry.mtimeMs >= Math.floor(look.writtenAt);
  const isAsIndexed =
    !isRacy &&
    stats.size % 2 ** 32 === entry.size &&
    Math.abs(stats.mtimeMs - entry.mtimeMs) < 0.01;
  if (isAsIndexed) return entry.oid === head.oid ? null : 'changed';
  return contentIs(file, stats, head.oid, look) ? null : 'changed';
}

/** Whether a file holds what git keeps under an id, in one of the ways that it may be kept. */
function contentIs(file: Buffer, stats: Stats, oid: string, ways: Ways): boolean {
  const stamp = [stats.size, stats.mtimeMs, stats.ctimeMs, stats.ino, ways.convertsLines].join(' ');
  const key = file.toString('latin1');
  const before = hashes.get(key);
  if (before?.stamp === stamp) return before.oids.includes(oid);
  if (stats.size > MOST_HASHED || !(stats.isFile() || stats.isSymbolicLink())) return false;
  const content = stats.isSymbolicLink()
    ? readlinkSync(file, {encoding: 'buffer'})
    : contentOf(file);
  if (content === null) return false;
  const oids = [idOf(content)];
  // neither needs the rules by which git chooses: what is kept tells
  if (ways.convertsLines && content.includes('\r\n'))
    oids.push(idOf(Buffer.from(content.toString('latin1').replace(/\r\n/g, '\n'), 'latin1')));
  const sha256 = createHash('sha256').update(content).digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256}\nsize ${content.length}\n`;
  oids.push(idOf(Buffer.from(pointer)));
  if (hashes.size > MOST_KEPT) hashes.clear();
  hashes.set(key, {stamp, oids});
  return oids.includes(oid);
}

/** Null where it can't be read, as under a name that is no text: it then counts as changed. */
function contentOf(file: Buffer): Buffer | null {
  try {
    return readRegularFileSync(file.toString('utf8'));
  } catch {
    return null;
  }
}

/** The id under which git keeps a file. */
function idOf(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** Files that git does not know and does not ignore; repositories inside are left alone. */
async function untrackedIn(
  repository: Repository,
  root: string,
  prefix: string,
  known: ReadonlySet<string>,
  isPart: (file: string) => boolean,
): Promise<readonly string[]> {
  const folders = new Set<string>();
  for (const file of known)
    for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1)) {
      const folder = file.slice(0, at);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const below = folder === '' ? '' : `${folder}/`;
    for (const entry of readdirSync(path.join(root, folder), {withFileTypes: true})) {
      const file = `${below}${entry.name}`;
      const isFolder = entry.isDirectory();
      if (entry.name === '.git' || (known.has(file) && !isFolder) || !isPart(file)) continue;
      if (!isFolder && !entry.isFile() && !entry.isSymbolicLink()) continue;
      const name = isFolder ? `${file}/` : file;
      if (isFolder && folders.has(file)) await walk(file);
      else if (await git.isIgnored({...repository, filepath: name})) continue;
      else if (!isFolder) found.push(file);
      else if (lstatSync(path.join(root, file, '.git'), {throwIfNoEntry: false}) === undefined)
        await walk(file);
    }
  };
  await walk(prefix);
  return found;
}
