import type {Stats} from 'node:fs';
import {lstat, readdir, readlink} from 'node:fs/promises';
import path from 'node:path';
import type {ProducedFile, WorkspaceChanges} from '../engine/executor';
import {NOT_UTF8, refusalReason, specialKindOf} from '../files/refusalReason';
import type {StagedStamp} from './jobFolder';

interface Found {
  readonly path: string;
  readonly stat: Stats;
}

/** What a command left in its folder: new or changed files, and entries that are not collected, with the reason. */
export async function folderChanges(
  workspace: string,
  staged: ReadonlyMap<string, StagedStamp>,
): Promise<WorkspaceChanges> {
  const files: ProducedFile[] = [];
  const refused: {path: string; reason: string}[] = [];
  const untouched: string[] = [];
  const found: Found[] = [];
  await walk(workspace, Buffer.from(''), found, refused);
  const links = linksInside(found);
  for (const {path: relative, stat} of found) {
    const before = staged.get(relative);
    if (before !== undefined && before.size === stat.size && before.mtimeMs === stat.mtimeMs) {
      untouched.push(relative);
      continue;
    }
    const reason = await refusal(path.join(workspace, relative), stat, links);
    if (reason === null) files.push({path: relative, size: stat.size});
    else refused.push({path: relative, reason});
  }
  return {files, refused, untouched};
}

/** Names are read as bytes, so that one that is not UTF-8 is seen as such. */
async function walk(
  workspace: string,
  folder: Buffer,
  found: Found[],
  refused: {path: string; reason: string}[],
): Promise<void> {
  const here = Buffer.concat([Buffer.from(`${workspace}/`), folder]);
  for (const name of await readdir(here, {encoding: 'buffer'})) {
    const bytes = folder.length === 0 ? name : Buffer.concat([folder, Buffer.from('/'), name]);
    const relative = bytes.toString();
    const stat = await lstat(Buffer.concat([Buffer.from(`${workspace}/`), bytes]));
    if (stat.isDirectory()) await walk(workspace, bytes, found, refused);
    else if (Buffer.from(relative).equals(bytes)) found.push({path: relative, stat});
    else refused.push({path: relative, reason: NOT_UTF8});
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

async function refusal(
  absolute: string,
  stat: Stats,
  links: ReadonlyMap<string, number>,
): Promise<string | null> {
  const kind = specialKindOf(stat);
  // folders are walked through, not told of
  if (kind !== 'file' && kind !== 'directory')
    return refusalReason(kind, kind === 'symlink' ? await readlink(absolute) : '');
  if (stat.nlink > 1 && (links.get(identity(stat)) ?? 0) < stat.nlink) {
    return 'It is a hard link to a file outside the workspace; copy the file instead.';
  }
  return null;
}

function identity(stat: Stats): string {
  return `${stat.dev}:${stat.ino}`;
}
