import type {Stats} from 'node:fs';
import {lstat, readdir, readlink} from 'node:fs/promises';
import path from 'node:path';
import type {WorkspaceChanges} from '../executor/executor';
import {
  entryOf,
  examineEntries,
  type ExaminedEntries,
  type LookAt,
  NOT_UTF8,
  WORKSPACE,
} from '../files/workspaceEntries';
import type {StagedStamp} from './jobFolder';

interface Found {
  readonly path: string;
  readonly stat: Stats;
}

/** What a command left in its folder, and where those of its files lie that were found by links. */
export async function folderChanges(
  workspace: string,
  staged: ReadonlyMap<string, StagedStamp>,
): Promise<WorkspaceChanges & Pick<ExaminedEntries, 'sources'>> {
  const found: Found[] = [];
  const unnamed: string[] = [];
  await walk(workspace, Buffer.from(''), found, unnamed);
  const isUntouched = ({path: relative, stat}: Found): boolean => {
    const before = staged.get(relative);
    return before !== undefined && before.size === stat.size && before.mtimeMs === stat.mtimeMs;
  };
  const pathOf = (entry: Found): string => entry.path;
  const {files, refused, sources} = await examineEntries(
    found.filter((entry) => !isUntouched(entry)).map(pathOf),
    found.map(pathOf),
    lookInFolder(workspace, linksInside(found)),
  );
  return {
    files,
    sources,
    refused: [...refused, ...unnamed.map((each) => ({path: each, reason: NOT_UTF8}))],
    untouched: found.filter(isUntouched).map(pathOf),
  };
}

/** Names are read as bytes, so that one that is not UTF-8 is seen as such. */
async function walk(
  workspace: string,
  folder: Buffer,
  found: Found[],
  unnamed: string[],
): Promise<void> {
  const here = Buffer.concat([Buffer.from(`${workspace}/`), folder]);
  for (const name of await readdir(here, {encoding: 'buffer'})) {
    const bytes = folder.length === 0 ? name : Buffer.concat([folder, Buffer.from('/'), name]);
    const relative = bytes.toString();
    const stat = await lstat(Buffer.concat([Buffer.from(`${workspace}/`), bytes]));
    if (stat.isDirectory()) await walk(workspace, bytes, found, unnamed);
    else if (Buffer.from(relative).equals(bytes)) found.push({path: relative, stat});
    else unnamed.push(relative);
  }
}

/** How many names each file with several has in the folder. */
function linksInside(found: readonly Found[]): ReadonlyMap<string, number> {
  const links = new Map<string, number>();
  for (const {stat} of found) {
    if (stat.nlink > 1) links.set(identity(stat), (links.get(identity(stat)) ?? 0) + 1);
  }
  return links;
}

function lookInFolder(workspace: string, links: ReadonlyMap<string, number>): LookAt {
  return async (relative) => {
    const absolute = path.join(workspace, relative);
    const stat = await lstat(absolute).catch(() => null);
    if (stat === null) return null;
    if (stat.isFile() && stat.nlink > 1 && (links.get(identity(stat)) ?? 0) < stat.nlink)
      return {
        kind: 'unfit',
        reason: 'It is a hard link to a file outside the workspace; copy the file instead.',
      };
    return entryOf(stat, async () => asInContainer(workspace, await readlink(absolute)));
  };
}

/** A link's target by the name that the workspace has in a container, where it leads into the job's own folder. */
function asInContainer(workspace: string, target: string): string {
  if (!path.isAbsolute(target)) return target.split(path.sep).join('/');
  const inside = path.relative(workspace, target);
  if (path.isAbsolute(inside) || inside.split(path.sep)[0] === '..') return target;
  return path.posix.join(WORKSPACE, ...inside.split(path.sep));
}

function identity(stat: Stats): string {
  return `${stat.dev}:${stat.ino}`;
}
