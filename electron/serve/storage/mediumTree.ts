import {createHash} from 'node:crypto';
import {chmod, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {OutputFile} from '../../../shared/output';
import {createCsvScan} from '../../outputs/csvScan';
import {replaceFromPieces} from '../../files/writeAtomically';
import {readPieces} from '../../files/openFile';
import {makeMediumFolder, MEDIUM_FILE} from './places';
import type {Shape} from './manifest';

/** The MEDIUM tree of one workspace. */
export interface MediumTree {
  /** Root of the tree. */
  readonly root: string;
  readonly workspace: string;
  /** The workspace's folder in the HIGH tree. */
  readonly source: string;
}

/** Copies one file over from the HIGH tree, in one step; one that is not what its job made changes nothing, and throws. */
export async function releaseFile(tree: MediumTree, {path, sha256}: OutputFile): Promise<void> {
  const source = join(tree.source, ...path.split('/'));
  const checked = async function* (): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    for await (const piece of readPieces(source)) {
      hash.update(piece);
      yield piece;
    }
    if (hash.digest('hex') !== sha256)
      throw new Error('An output changed between its job and its release');
  };
  await writeMedium(tree, path, checked);
}

/** Puts a note in the place of a file that is kept back, and takes an older copy of it away. */
export async function noteKeptBack(tree: MediumTree, path: string, reason: string): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const text = `${name} is kept back from level 4: ${reason}.\n\nIt lies with the highly sensitive outputs of this workspace.\n`;
  await writeMedium(tree, noteOf(path), () => [Buffer.from(text)]);
  await removeMedium(tree, path);
}

/** Where the note of a file that is kept back lies. */
export function noteOf(path: string): string {
  return `${path}.txt`;
}

/** Writes a file of our own into the MEDIUM tree of a workspace. */
export async function writeMedium(
  {root, workspace}: Pick<MediumTree, 'root' | 'workspace'>,
  path: string,
  content: () => AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<void> {
  const parts = ['workspaces', workspace, ...path.split('/')];
  await makeMediumFolder(root, parts.slice(0, -1));
  const folder = join(root, 'workspaces', workspace);
  const pieces = async function* (): AsyncGenerator<Buffer> {
    yield* content();
  };
  const written = await replaceFromPieces(folder, path, pieces);
  if (!written.ok) throw new Error(written.error.detail ?? written.error.message);
  await chmod(join(root, ...parts), MEDIUM_FILE);
}

/** Takes a file away; one that is not there is fine. */
export async function removeMedium(
  {root, workspace}: Pick<MediumTree, 'root' | 'workspace'>,
  path: string,
): Promise<void> {
  await rm(join(root, 'workspaces', workspace, ...path.split('/')), {force: true});
}

/** Rows and columns of a CSV file; null for any other, or one that is no text. */
export async function shapeOf(tree: MediumTree, {path}: OutputFile): Promise<Shape | null> {
  if (!path.endsWith('.csv')) return null;
  const scan = createCsvScan();
  const decoder = new TextDecoder('utf-8', {fatal: true});
  try {
    for await (const piece of readPieces(join(tree.source, ...path.split('/'))))
      scan.push(decoder.decode(piece, {stream: true}));
    scan.push(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
  const {header, rows} = scan.end();
  return {rows, columns: header.length};
}
