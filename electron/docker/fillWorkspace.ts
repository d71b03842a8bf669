import {createWriteStream} from 'node:fs';
import {rm} from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {Container} from 'dockerode';
import type {Staging} from '../executor/executor';
import {removeAbandonedFolders, temporaryFolder} from '../files/temporaryFolder';
import {readPieces} from '../files/openFile';
import type {ContainerUser} from './containerSpec';
import {packEntries, packText, plainFolder, TAR_END, withParents} from './packWorkspace';
import {STAGED_LIST, stagedFiles, TIMESTAMP_FILE} from './workspaceListing';

/** Packed code up to this size stays in memory; more goes to a temporary file. */
const MEMORY_BYTES = 32 * 1024 * 1024;
/** What an archive adds to each file, at least. */
const ENTRY_BYTES = 1024;
/** Codes kept packed: the study's own and a reusable action's or two. */
const KEPT = 3;

/** Code packed once. */
export interface PackedCode {
  /** Folders it holds, with the workspace itself. */
  readonly folders: ReadonlySet<string>;
  /** The bytes where they are in memory; null where they are in a file. */
  readonly buffer: Buffer | null;
  stream(): AsyncIterable<Buffer>;
}

/** Keeps the packed code of the last few code keys, so that unchanged code is not packed again for each job. */
export class CodeArchives {
  private readonly packed = new Map<string, Promise<PackedCode>>();
  private folder: Promise<string> | null = null;
  private files = 0;

  /** The packed code of a staging: packed now, or earlier. */
  async get(staging: Staging, owner: ContainerUser | null): Promise<PackedCode> {
    const known = this.packed.get(staging.codeKey) ?? this.pack(staging, owner);
    this.packed.delete(staging.codeKey);
    this.packed.set(staging.codeKey, known);
    for (const key of [...this.packed.keys()].slice(0, -KEPT)) this.packed.delete(key);
    return known.catch((error: unknown) => {
      this.packed.delete(staging.codeKey);
      throw error;
    });
  }

  /** Removes temporary files. */
  async close(): Promise<void> {
    this.packed.clear();
    if (this.folder === null) return;
    const folder = await this.folder;
    this.folder = null;
    await rm(folder, {recursive: true, force: true});
  }

  private async pack(staging: Staging, owner: ContainerUser | null): Promise<PackedCode> {
    const entries = [plainFolder(''), ...withParents(staging.code, new Set())];
    const folders = new Set(
      entries.filter(({kind}) => kind === 'directory').map((entry) => entry.path),
    );
    const bytes = entries.reduce((sum, {size}) => sum + size + ENTRY_BYTES, 0);
    if (bytes > MEMORY_BYTES) {
      const file = await this.packToFile(packEntries(entries, owner));
      return {folders, buffer: null, stream: () => readPieces(file)};
    }
    const pieces: Buffer[] = [];
    for await (const piece of packEntries(entries, owner)) pieces.push(piece);
    const buffer = Buffer.concat(pieces);
    return {folders, buffer, stream: () => Readable.from([buffer]) as AsyncIterable<Buffer>};
  }

  /** Files of earlier keys stay until `close`, since a job may still be reading them. */
  private async packToFile(content: AsyncIterable<Buffer>): Promise<string> {
    this.folder ??= removeAbandonedFolders('code').then(() => temporaryFolder('code'));
    this.files += 1;
    const file = path.join(await this.folder, `${this.files}.tar`);
    await pipeline(content, createWriteStream(file, {mode: 0o600}));
    return file;
  }
}

/** Inputs up to this size are sent in one piece with the code. */
const ONE_PIECE_BYTES = 8 * 1024 * 1024;

/** Without a network Docker makes no hosts file; programs that talk to themselves, such as R's clusters, need one. */
const HOSTS = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';

/** What of a workspace is put into its container: all at once, or the inputs after the code. */
export type WorkspacePart = 'all' | 'inputs';

/**
 * Puts code, inputs and the timestamp file into a container that has not started, in one archive, or the code alone and
 * later the inputs; each ends with the timestamp (RULES "Workspace").
 */
export async function fillWorkspace(
  container: Container,
  staging: Staging,
  owner: ContainerUser | null,
  codeArchives: CodeArchives,
  signal: AbortSignal,
  part: WorkspacePart,
): Promise<void> {
  const code = await codeArchives.get(staging, owner);
  const body = await archiveBody(
    part === 'inputs' ? null : code,
    afterCode(staging, code.folders, owner),
    staging,
  );
  await container.putArchive(body, {path: '/', abortSignal: signal});
}

async function archiveBody(
  code: PackedCode | null,
  rest: AsyncIterable<Buffer>,
  staging: Staging,
): Promise<Buffer | NodeJS.ReadableStream> {
  const inputBytes = staging.inputs.reduce((sum, {size}) => sum + size, 0);
  if (code?.buffer === null || inputBytes > ONE_PIECE_BYTES) {
    const parts = code === null ? [rest] : [code.stream(), rest];
    return Readable.from(joined(...parts), {objectMode: false});
  }
  const pieces = code === null ? [] : [code.buffer];
  for await (const piece of rest) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* joined(...parts: readonly AsyncIterable<Buffer>[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield* part;
}

async function* afterCode(
  staging: Staging,
  codeFolders: ReadonlySet<string>,
  owner: ContainerUser | null,
): AsyncGenerator<Buffer> {
  yield* packEntries(withParents(staging.inputs, codeFolders), owner);
  yield packText('etc/hosts', HOSTS, null);
  yield packText(STAGED_LIST, JSON.stringify(stagedFiles(staging)), null);
  const nanoseconds = `${BigInt(Date.now()) * 1_000_000n}`;
  yield packText(`workspace/${TIMESTAMP_FILE}`, nanoseconds, owner);
  yield TAR_END;
}
