import {mkdir, rm, stat, chmod} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Job} from '../../../shared/job';
import type {Action} from '../../../shared/project';
import {isThere, readJson, readPieces} from '../../files/openFile';
import {writeFileAtomically, replaceFromPieces} from '../../files/writeAtomically';
import {actionLogFile} from '../../logs/actionLog';
import {matchOutputs} from '../../outputs/matchOutputs';
import type {ServeConfig} from '../config';
import type {ServedJob} from '../records';
import {Manifest, mediumManifest, obsoletePaths, updatedManifest, type Shape} from './manifest';
import {HIGH_FILE, HIGH_FOLDER, workspaceFolder, makeMediumFolder, MEDIUM_FILE} from './places';
import {layOutForV1} from './v1Tree';
import {createHash} from 'node:crypto';
import type {OutputFile} from '../../../shared/output';
import {createCsvScan} from '../../outputs/csvScan';

const MANIFEST = 'metadata/manifest.json';

/** A job that has succeeded, whose outputs lie in the HIGH tree. */
export interface Succeeded {
  readonly served: ServedJob;
  readonly job: Job;
  readonly action: Action;
  /** Paths of what the action made the last time. */
  readonly before: readonly string[];
}

/** What is under way in each workspace: one job at a time, as they share a manifest. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Brings the MEDIUM tree of a workspace up to date after a job: moderately sensitive files that pass the checks of level 4 are copied,
 * for others a note says why not; then the manifests, and last the removal of what the action does not make any more. Safe to
 * do again after a kill at any point. Answers the paths that were removed.
 */
export function publishOutputs(
  config: Pick<ServeConfig, 'high' | 'medium' | 'mediumLogs' | 'protocol'>,
  done: Succeeded,
): Promise<readonly string[]> {
  const {workspace} = done.served;
  const mine = (queues.get(workspace) ?? Promise.resolve()).then(() => publish(config, done));
  const settled = mine.catch(() => undefined);
  queues.set(workspace, settled);
  void settled.then(() => {
    if (queues.get(workspace) === settled) queues.delete(workspace);
  });
  return mine;
}

async function publish(
  {
    high,
    medium,
    mediumLogs,
    protocol,
  }: Pick<ServeConfig, 'high' | 'medium' | 'mediumLogs' | 'protocol'>,
  {served, job, action, before}: Succeeded,
): Promise<readonly string[]> {
  const {workspace} = served;
  const source = workspaceFolder(high, workspace);
  const tree: MediumTree = {root: medium, workspace, source};
  const paths = job.outputs.map(({path}) => path);
  const made = new Set(paths);
  const keptBack = new Map(job.excluded.map(({path, reason}) => [path, reason]));
  const shapes = new Map<string, Shape>();

  const manifestFile = join(source, ...MANIFEST.split('/'));
  const read = Manifest.safeParse(await readJson(manifestFile));
  const known = read.success ? read.data : null;
  const ofOthers = new Set(
    Object.entries(known?.outputs ?? {})
      .filter(([, output]) => output.action !== served.action)
      .map(([path]) => path),
  );
  /** Paths that are outputs themselves, of this action or another: no note goes there, and none is taken away. */
  const taken = new Set([...made, ...ofOthers]);

  for (const output of job.outputs) {
    const {path, tier} = output;
    if (tier !== 'moderately_sensitive') {
      // it may have been of another tier before
      await removeMedium(tree, path);
      continue;
    }
    const shape = await shapeOf(tree, output);
    if (shape !== null) shapes.set(path, shape);
    const reason = keptBack.get(path);
    if (reason === undefined) {
      await releaseFile(tree, output);
      if (!taken.has(noteOf(path))) await removeMedium(tree, noteOf(path));
    } else if (taken.has(noteOf(path))) await removeMedium(tree, path);
    else await noteKeptBack(tree, path, reason);
  }
  // what matches a pattern and is no file of the workspace, such as a link that leads out of it
  for (const {path} of job.notCollected) {
    const [match] = matchOutputs(action.outputs, [path]).matched;
    if (match?.tier === 'moderately_sensitive' && !taken.has(noteOf(path)))
      await noteKeptBack(tree, path, 'it is no plain file of the workspace');
  }

  const outputsBefore = Object.entries(known?.outputs ?? {})
    .filter(([, output]) => output.action === served.action)
    .map(([path]) => path);
  const obsolete = obsoletePaths([...new Set([...before, ...outputsBefore])], paths, ofOthers);
  const manifest = updatedManifest(known, {
    job: served,
    endedAt: Math.floor(Date.parse(job.completedAt ?? '') / 1000) || served.updatedAt,
    outputs: job.outputs,
    excluded: keptBack,
    shapes,
    obsolete,
  });
  await mkdir(dirname(manifestFile), {recursive: true, mode: HIGH_FOLDER});
  await writeFileAtomically(manifestFile, JSON.stringify(manifest, null, 1), HIGH_FILE);
  const released = Buffer.from(JSON.stringify(mediumManifest(manifest), null, 1));
  await writeMedium(tree, MANIFEST, () => [released]);
  if (mediumLogs) await releaseLog(tree, actionLogFile(served.action));
  for (const path of obsolete) {
    await removeMedium(tree, path);
    if (!taken.has(noteOf(path))) await removeMedium(tree, noteOf(path));
    await rm(join(source, ...path.split('/')), {force: true});
  }
  if (protocol === 'v1') await layOutForV1({high, medium}, workspace, action, job);
  return obsolete;
}

async function releaseLog(tree: MediumTree, logFile: string): Promise<void> {
  const file = join(tree.source, ...logFile.split('/'));
  if ((await stat(file).catch(() => null)) === null) return;
  await writeMedium(tree, logFile, () => readPieces(file));
}

/** True where every file that a job made is still there, as large as it was. */
export async function areOutputsPresent(
  high: string,
  workspace: string,
  job: Job,
): Promise<boolean> {
  const folder = workspaceFolder(high, workspace);
  for (const {path, size} of job.outputs) {
    const found = await stat(join(folder, ...path.split('/'))).catch(() => null);
    if (found?.isFile() !== true || found.size !== size) return false;
  }
  return true;
}

/** True for a workspace that was put away: an archive of it, and no folder. */
export async function isArchived(
  {high, archives}: Pick<ServeConfig, 'high' | 'archives'>,
  workspace: string,
): Promise<boolean> {
  if (await isThere(workspaceFolder(high, workspace))) return false;
  for (const ending of ['tar.gz', 'tar.zstd', 'tar.xz'])
    if (await isThere(join(archives, `${workspace}.${ending}`))) return true;
  return false;
}

/** The MEDIUM tree of one workspace. */
interface MediumTree {
  /** Root of the tree. */
  readonly root: string;
  readonly workspace: string;
  /** The workspace's folder in the HIGH tree. */
  readonly source: string;
}

/** Copies one file over from the HIGH tree, in one step; one that is not what its job made changes nothing, and throws. */
async function releaseFile(tree: MediumTree, {path, sha256}: OutputFile): Promise<void> {
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
async function noteKeptBack(tree: MediumTree, path: string, reason: string): Promise<void> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const text = `${name} is kept back from level 4: ${reason}.\n\nIt lies with the highly sensitive outputs of this workspace.\n`;
  await writeMedium(tree, noteOf(path), () => [Buffer.from(text)]);
  await removeMedium(tree, path);
}

/** Where the note of a file that is kept back lies. */
function noteOf(path: string): string {
  return `${path}.txt`;
}

/** Writes a file of our own into the MEDIUM tree of a workspace. */
async function writeMedium(
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
async function removeMedium(
  {root, workspace}: Pick<MediumTree, 'root' | 'workspace'>,
  path: string,
): Promise<void> {
  await rm(join(root, 'workspaces', workspace, ...path.split('/')), {force: true});
}

/** Rows and columns of a CSV file; null for any other, or one that is no text. */
async function shapeOf(tree: MediumTree, {path}: OutputFile): Promise<Shape | null> {
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
