import {Readable} from 'node:stream';
import type {Container} from 'dockerode';
import type {Staging} from '../engine/executor';
import {TIMESTAMP_FILE} from './changedPaths';
import type {CodeArchives, PackedCode} from './codeArchive';
import type {ContainerUser} from './containerSpec';
import {packEntries, packText, withParents} from './packWorkspace';
import {STAGED_LIST, stagedFiles} from './stagedList';
import {TAR_END} from './tarHeader';

/** Inputs up to this size are sent in one piece with the code. */
const ONE_PIECE_BYTES = 8 * 1024 * 1024;

/** Without a network Docker makes no hosts file; programs that talk to themselves, such as R's clusters, need one. */
const HOSTS = '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n';

/** Puts code, inputs and the timestamp file into a container that has not started, in one archive (RULES "Workspace"). */
export async function fillWorkspace(
  container: Container,
  staging: Staging,
  owner: ContainerUser | null,
  codeArchives: CodeArchives,
  signal: AbortSignal,
): Promise<void> {
  const code = await codeArchives.get(staging, owner);
  const rest = afterCode(staging, code.folders, owner);
  const body = await archiveBody(code, rest, staging);
  await container.putArchive(body, {path: '/', abortSignal: signal});
}

async function archiveBody(
  code: PackedCode,
  rest: AsyncIterable<Buffer>,
  staging: Staging,
): Promise<Buffer | NodeJS.ReadableStream> {
  const inputBytes = staging.inputs.reduce((sum, {size}) => sum + size, 0);
  if (code.buffer === null || inputBytes > ONE_PIECE_BYTES) {
    return Readable.from(joined(code.stream(), rest), {objectMode: false});
  }
  const pieces = [code.buffer];
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
