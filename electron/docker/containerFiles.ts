import {Readable} from 'node:stream';
import type {Container} from 'dockerode';
import type {FileSink, ProducedFile} from '../executor/executor';
import {type LookAt, unfit, WORKSPACE} from '../files/workspaceEntries';
import {openArchive} from './engineArchive';
import type {EngineConnection} from './engineConnection';
import {failedStatus} from './engineError';
import {type PathStat, pathStat} from './engineReplies';
import {type EntryReader, readArchive} from './readArchive';
import {readOneFile} from './readOneFile';

/** Go's file mode bits. */
const MODE = {
  directory: 0x80000000,
  symlink: 0x8000000,
  device: 0x4000000,
  pipe: 0x2000000,
  socket: 0x1000000,
} as const;
const STAT_HEADER = 'x-docker-container-path-stat';

/** Asks the engine about workspace paths, one at a time. */
export function lookByEngine(container: Container): LookAt {
  return async (path) => {
    let stat: PathStat;
    try {
      stat = await statPath(container, path);
    } catch (error) {
      if (failedStatus(error) !== 404) throw error;
      return null;
    }
    if ((stat.mode & MODE.directory) !== 0) return {kind: 'directory'};
    if ((stat.mode & MODE.symlink) !== 0)
      return {kind: 'symlink', target: (await readTarget(container, path)) ?? stat.linkTarget};
    if ((stat.mode & MODE.device) !== 0) return unfit('device');
    if ((stat.mode & MODE.pipe) !== 0) return unfit('pipe');
    if ((stat.mode & MODE.socket) !== 0) return unfit('socket');
    return {kind: 'file', size: stat.size};
  };
}

/** Where a link leads as it was made: the engine's own answer has gone all the way, perhaps by what lies outside. */
async function readTarget(container: Container, path: string): Promise<string | null> {
  let target: string | null = null;
  await readArchive(container, `${WORKSPACE}/${path}`, async (_name, {type, linkname}) => {
    if (type === 'symlink') target ??= linkname ?? null;
  });
  return target;
}

/**
 * Streams the planned files to `sink`, one at a time, and those that were found by links: by path, the workspace path of
 * the regular file.
 */
export async function takeFiles(
  engine: EngineConnection,
  containerId: string,
  plan: CollectPlan,
  sources: ReadonlyMap<string, string>,
  sink: FileSink,
  signal: AbortSignal,
): Promise<void> {
  const takeOne = async (path: string, from = path): Promise<void> => {
    const source = `${WORKSPACE}/${from}`;
    const archive = await openArchive(engine, containerId, source, signal);
    await readOneFile(archive, source, (size, content) => sink(path, size, content));
  };
  for (const [path, from] of sources) await takeOne(path, from);
  if (plan.kind === 'each') {
    for (const path of plan.paths) await takeOne(path);
    return;
  }
  const container = (await engine.client()).getContainer(containerId);
  const left = new Set(plan.wanted);
  await readFolder(
    container,
    plan.folder,
    async (path, {type, size}, content) => {
      if (!left.has(path) || type !== 'file') return;
      left.delete(path);
      await sink(path, size ?? 0, content);
    },
    signal,
  );
  for (const path of left) await takeOne(path);
}

/** Reads an archive of a workspace folder; entries come with their workspace path. */
async function readFolder(
  container: Container,
  folder: string,
  onEntry: EntryReader,
  signal?: AbortSignal,
): Promise<void> {
  const source = folder === '' ? WORKSPACE : `${WORKSPACE}/${folder}`;
  const strip = source.slice(source.lastIndexOf('/') + 1).length + 1;
  const prefix = folder === '' ? '' : `${folder}/`;
  await readArchive(
    container,
    source,
    (name, header, content) => onEntry(`${prefix}${name.slice(strip)}`, header, content),
    signal,
  );
}

async function statPath(container: Container, path: string): Promise<PathStat> {
  const reply: unknown = await container.infoArchive({path: `${WORKSPACE}/${path}`});
  const header = replyHeaders(reply)[STAT_HEADER];
  if (reply instanceof Readable) reply.resume();
  if (typeof header !== 'string') throw new Error(`The engine did not describe ${path}`);
  return pathStat.parse(JSON.parse(Buffer.from(header, 'base64').toString()));
}

function replyHeaders(reply: unknown): Readonly<Record<string, unknown>> {
  if (typeof reply !== 'object' || reply === null || !('headers' in reply)) return {};
  return reply.headers as Readonly<Record<string, unknown>>;
}

/** How chosen files are taken out: each alone, or all with one archive of the folder they share. */
export type CollectPlan =
  | {readonly kind: 'each'; readonly paths: readonly string[]}
  | {readonly kind: 'folder'; readonly folder: string; readonly wanted: ReadonlySet<string>};

/** What one more archive costs, counted in bytes that could be streamed meanwhile. */
const BYTES_PER_CALL = 2 * 1024 * 1024;

/**
 * Chooses the cheaper way. `present` is everything known to lie in the workspace: an archive of a folder carries all of
 * it, wanted or not. The folder is study-relative, `''` for the workspace itself.
 */
export function collectPlan(
  wanted: readonly string[],
  present: readonly ProducedFile[],
): CollectPlan {
  const folder = sharedFolder(wanted);
  const inFolder = folder === '' ? '' : `${folder}/`;
  const chosen = new Set(wanted);
  const unwantedBytes = present
    .filter(({path}) => path.startsWith(inFolder) && !chosen.has(path))
    .reduce((sum, {size}) => sum + size, 0);
  return wanted.length > 1 && unwantedBytes < (wanted.length - 1) * BYTES_PER_CALL
    ? {kind: 'folder', folder, wanted: chosen}
    : {kind: 'each', paths: wanted};
}

/** The deepest folder that all paths lie in. */
export function sharedFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map((path) => path.split('/').slice(0, -1));
  const parts = Array.isArray(first) ? first : [];
  const same = others.reduce((length, other) => {
    let index = 0;
    while (index < length && parts[index] === other[index]) index += 1;
    return index;
  }, parts.length);
  return parts.slice(0, same).join('/');
}
