import {createHash} from 'node:crypto';
import {spawn, type ChildProcessWithoutNullStreams} from 'node:child_process';
import {chmod, rm, stat, utimes} from 'node:fs/promises';
import path, {join} from 'node:path';
import * as z from 'zod';
import {type AppError, appError, failWith} from '../../shared/errors';
import {err, ok, type Result} from '../../shared/result';
import {shellWord} from '../../shared/shellWord';
import {openToAppend, parseJson, readJson} from '../files/openFile';
import {resolveInStudy} from '../files/studyPath';
import {replaceFromPieces, writeFileAtomically} from '../files/writeAtomically';
import {sshTo} from '../network/ssh';
import {FOLLOWED} from '../runs/lockHolder';
import {readScript} from './scripts';

/** Where copies lie in the user's cache. */
export const FOLLOWED_COPIES = 'followed';
/** Files larger than this stay where they are, in bytes. */
export const LARGEST_COPIED = 256 * 1024 ** 2;
/** How often it is looked there what has changed, in seconds. */
const LOOK_SECONDS = 2;
/** Milliseconds for which a link may be silent before it counts as lost. */
const SILENT_MS = 30_000;
/** How much of what `ssh` says is kept, in characters. */
const SAID_MAX = 2000;

const KnownFiles = z.record(z.string(), z.tuple([z.number(), z.number()]));

/** What a copy of an exported folder on another computer says of itself: whose, and its files by size and time there. */
const Followed = z.object({format: z.literal(1), from: z.string(), files: KnownFiles});
type Followed = z.infer<typeof Followed>;

/** A file, or what it has grown by: so many bytes come behind this line. */
const SentFile = z.object({
  path: z.string(),
  from: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  at: z.number(),
  mode: z.number().int(),
});
type SentFile = z.infer<typeof SentFile>;

/** A line that comes over the link. */
const Said = z.union([
  SentFile,
  z.object({gone: z.array(z.string())}),
  z.object({look: z.object({files: z.number(), large: z.array(z.string())})}),
  z.object({stopped: z.string().nullable()}),
  z.object({refused: z.string()}),
]);

/** An exported folder on another computer. */
interface Place {
  readonly ssh: readonly string[];
  readonly host: string;
  readonly folder: string;
}

/** Where an address leads: `[user@]host:folder` or `ssh://[user@]host[:port]/folder`; null for a folder of this computer. */
export function placeOf(address: string): Place | null {
  const short = /^(?:([^@/:\s]+)@)?([^@/:\s]{2,}):(?!\/\/)(.+)$/u.exec(address);
  const text =
    short === null ? address : `ssh://${short[1] === undefined ? '' : `${short[1]}@`}${short[2]}`;
  if (!/^ssh:\/\/[^\s/]/u.test(text)) return null;
  try {
    const url = new URL(text);
    const ssh = sshTo(url);
    if (ssh === null) return null;
    const folder = short?.[3] ?? decodeURIComponent(url.pathname).replace(/^\/~\//u, '~/');
    return {ssh, host: url.hostname, folder: folder.replace(/^~\//u, './')};
  } catch {
    return null; // no host, port or escape that there can be
  }
}

/** The name of a place's copy, by which its study is known on screen: what is behind the last `-` makes it the only one. */
export function copyName({host, folder}: Place, address: string): string {
  const mark = createHash('sha256').update(address).digest('hex').slice(0, 12);
  return `${path.posix.basename(folder)}@${host}`.replace(/[^\w.@-]+/gu, '_') + `-${mark}`;
}

/** Whose copy a study's folder is; null where it is none. */
export async function followedFrom(study: string): Promise<string | null> {
  return (await readFollowed(path.dirname(study)))?.from ?? null;
}

async function readFollowed(copy: string): Promise<Followed | null> {
  const read = Followed.safeParse(await readJson(join(copy, FOLLOWED)));
  return read.success ? read.data : null;
}

/** How a link is held. */
export interface LinkHooks {
  readonly signal: AbortSignal;
  /** Called with each file that has come. */
  readonly onFile?: (path: string) => void;
  /** Called whenever all that has changed there is here, with the files that stayed there for their size. */
  readonly onLook: (large: readonly string[]) => void;
}

/** Brings to `copy` what changes in the folder at an address until the link ends; answers why it has. */
export async function holdLink(copy: string, from: string, hooks: LinkHooks): Promise<AppError> {
  const place = placeOf(from);
  if (place === null) return appError('invalid-request', `"${from}" is no address.`);
  const before = (await readFollowed(copy))?.files ?? {};
  const files: Followed['files'] = {};
  for (const [name, known] of Object.entries(before)) {
    const found = await stat(join(copy, name)).catch(() => null);
    // what was changed here comes anew
    if (found?.size === known[0] && Math.round(found.mtimeMs) === known[1]) files[name] = known;
  }
  const link = await openLink(place, {files, most: LARGEST_COPIED, every: LOOK_SECONDS});
  const stop = () => link.child.kill();
  hooks.signal.addEventListener('abort', stop);
  const silent = setTimeout(stop, SILENT_MS);
  let isNoted = false;
  try {
    for (;;) {
      const said = hooks.signal.aborted ? null : await link.next();
      if (said === null) return await link.ended(`The link to ${place.host} was lost.`);
      silent.refresh();
      if ('path' in said) {
        const content = link.bytes(said.bytes, () => silent.refresh());
        files[said.path] = await putFile(copy, said, content);
        hooks.onFile?.(said.path);
        isNoted = false;
      } else if ('gone' in said) {
        isNoted = false;
        for (const name of said.gone) {
          delete files[name];
          await rm(inCopy(copy, name), {force: true});
        }
      } else if ('look' in said) {
        if (!isNoted)
          await writeFileAtomically(
            join(copy, FOLLOWED),
            JSON.stringify({format: 1, from, files} satisfies Followed),
          );
        isNoted = true;
        hooks.onLook(said.look.large);
      } else if ('refused' in said) return noExport(place);
    }
  } catch (error) {
    if (error instanceof TornLink) return await link.ended(`The link to ${place.host} was lost.`);
    return appError('file-system', `What ${place.host} sends could not be written here.`, {
      why: error instanceof Error ? error.message : String(error),
    });
  } finally {
    clearTimeout(silent);
    hooks.signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Interrupts the Snakemake that runs in the folder at an address. */
export async function stopThere(from: string): Promise<Result<null, AppError>> {
  const place = placeOf(from);
  if (place === null) return failWith('invalid-request', `"${from}" is no address.`);
  const link = await openLink(place, {stop: true});
  try {
    const said = await link.next();
    if (said === null) return err(await link.ended(`${place.host} could not be asked to stop it.`));
    if ('refused' in said) return err(noExport(place));
    if (!('stopped' in said) || said.stopped === null) return ok(null);
    return failWith('invalid-request', said.stopped);
  } finally {
    link.child.kill();
  }
}

function noExport({host, folder}: Place): AppError {
  return appError('not-found', `"${folder}" on ${host} is no exported folder.`, {
    hint: 'Give the folder that `study-desk export snakemake` has written: the one with `Snakefile` in it.',
  });
}

/** Where a file of that name lies in the copy. Throws for one outside it: what comes over a link is not trusted. */
function inCopy(copy: string, name: string): string {
  const found = resolveInStudy(copy, name);
  if (!found.ok || !/^(study|work)\//u.test(name))
    throw new Error(`"${name}" is no file of a study.`);
  return found.value;
}

/** Puts a file in its place, or adds to it what it has grown by, with the time that it has there. */
async function putFile(
  copy: string,
  {path: name, from, bytes, at, mode}: SentFile,
  content: AsyncIterable<Buffer>,
): Promise<[size: number, at: number]> {
  const target = inCopy(copy, name);
  if (from === 0) {
    const written = await replaceFromPieces(copy, name, () => content);
    if (!written.ok) throw new Error(written.error.why ?? written.error.message);
  } else {
    const file = await openToAppend(target, 0o600);
    try {
      for await (const piece of content) await file.appendFile(piece);
    } finally {
      await file.close();
    }
  }
  await chmod(target, (mode & 0o777) | 0o600);
  await utimes(target, at / 1000, at / 1000);
  return [from + bytes, at];
}

/** Runs our script there by the user's own ssh: it comes with the question, and nothing of it is written there. */
async function openLink({ssh, host, folder}: Place, question: object) {
  const script = Buffer.from(await readScript('follow.py'));
  const start = 'import sys; r = sys.stdin.buffer; exec(r.read(int(r.readline())))';
  const command = `cd ${shellWord(folder)} && exec python3 -I -S -c ${shellWord(start)}`;
  const child = spawn('ssh', ['-o', 'ServerAliveInterval=5', ...ssh, command], {windowsHide: true});
  const {stdin, stdout, stderr} = child;
  let said = '';
  stderr.setEncoding('utf8').on('data', (piece: string) => {
    said = `${said}${piece}`.slice(-SAID_MAX);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error) => {
      said = `${said}\n${error.message}`;
      resolve();
    });
  });
  // reported at the end of the process, with what it said
  stdin.on('error', () => undefined);
  stdin.write(`${script.length}\n`);
  stdin.write(script);
  stdin.write(`${JSON.stringify(question)}\n`);
  return {
    child,
    ...readLink(stdout),
    async ended(message: string): Promise<AppError> {
      await ended;
      const why = said.trim().split('\n').at(-1) ?? '';
      return appError('network', message, {
        ...(why === '' ? {} : {why: `ssh says: ${why}`}),
        hint: `Look whether \`ssh ${host}\` works without asking anything, and has Python 3.8 or newer.`,
      });
    },
  };
}

/** The link ended amid a file. */
class TornLink extends Error {}

/** Lines of JSON, and the bytes behind some of them. */
function readLink(stdout: ChildProcessWithoutNullStreams['stdout']) {
  const pieces: AsyncIterator<Buffer> = stdout[Symbol.asyncIterator]();
  let rest: Buffer = Buffer.alloc(0);
  const more = async (): Promise<Buffer | null> => {
    const found = await pieces.next().catch(() => null);
    return found === null || found.done === true ? null : found.value;
  };
  return {
    /** Null once there is nothing more. */
    async next(): Promise<z.infer<typeof Said> | null> {
      let end = rest.indexOf('\n');
      while (end === -1) {
        const piece = await more();
        if (piece === null) return null;
        rest = Buffer.concat([rest, piece]);
        end = rest.indexOf('\n');
      }
      const line = rest.subarray(0, end).toString();
      rest = rest.subarray(end + 1);
      return Said.parse(parseJson(line));
    },
    /** Throws where the link ends before all of them have come. */
    async *bytes(count: number, onPiece: () => void): AsyncGenerator<Buffer> {
      for (let left = count; left > 0;) {
        const piece = rest.length > 0 ? rest : await more();
        if (piece === null) throw new TornLink();
        onPiece();
        rest = piece.subarray(left);
        const taken = piece.subarray(0, left);
        left -= taken.length;
        yield taken;
      }
    },
  };
}
