import {randomBytes} from 'node:crypto';
import {extname} from 'node:path';
import type {Study} from '../core/study';
import {readRegularFile} from '../files/openFile';
import {OUTPUT_MEDIA_TYPES} from '../app/outputProtocol';

/** How long an address may be asked after it was given, in milliseconds. */
const VALID_MS = 60_000;
/** Largest HTML output or picture shown in a frame, in bytes. */
const MOST_SHOWN = 64 * 1024 * 1024;
/** Bytes that wait to be fetched; the oldest give way. */
const MOST_WAITING = 256 * 1024 * 1024;

/** What an address leads to. */
export interface Found {
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  readonly type: string;
  /** Under which name it is saved; null where it is shown. */
  readonly saveAs: string | null;
  /** An HTML output, or a picture in one. */
  readonly isOutput: boolean;
  /** Called with whether it was sent to its end. */
  readonly sent: (whole: boolean) => void;
}

type Entry =
  | {readonly kind: 'content'; readonly found: Found; readonly size: number}
  | {readonly kind: 'output'; readonly studyDir: string; readonly taken: Set<string>};

/** Addresses that work once, for what a frame, a picture or a download loads by itself and so without the session's secret. */
export type OnceAddresses = ReturnType<typeof createOnceAddresses>;

/** Each address holds 256 random bits; `studyOf` knows the studies that are open. */
export function createOnceAddresses(studyOf: (dir: string) => Study | null) {
  const entries = new Map<string, Entry>();
  let waiting = 0;

  function add(entry: Entry): string {
    const token = randomBytes(32).toString('base64url');
    entries.set(token, entry);
    if (entry.kind === 'content') waiting += entry.size;
    setTimeout(() => remove(token), VALID_MS).unref();
    for (const [oldest, each] of entries) {
      if (waiting <= MOST_WAITING || oldest === token) break;
      if (each.kind === 'content') remove(oldest);
    }
    return `once/${token}`;
  }

  function remove(token: string): void {
    const entry = take(token);
    if (entry?.kind === 'content') entry.found.sent(false);
  }

  function take(token: string): Entry | undefined {
    const entry = entries.get(token);
    entries.delete(token);
    if (entry?.kind === 'content') waiting -= entry.size;
    return entry;
  }

  async function outputAt(
    {studyDir, taken}: Extract<Entry, {kind: 'output'}>,
    path: string,
  ): Promise<Found | null> {
    const type = OUTPUT_MEDIA_TYPES[extname(path).toLowerCase()];
    if (type === undefined || taken.has(path)) return null;
    taken.add(path);
    const file = await studyOf(studyDir)?.outputs.fileOf(path, 'show');
    if (file?.ok !== true) return null;
    const body = await readRegularFile(file.value, MOST_SHOWN);
    return {body, type, saveAs: null, isOutput: true, sent: () => undefined};
  }

  return {
    /** Bytes for a page that asked for them. */
    bytes: (body: Uint8Array): string =>
      add({
        kind: 'content',
        size: body.byteLength,
        found: {
          body,
          type: 'application/octet-stream',
          saveAs: null,
          isOutput: false,
          sent: () => undefined,
        },
      }),
    /** A file to be saved; `sent` is called with whether it was fetched to its end. */
    download: (
      body: Uint8Array | AsyncIterable<Uint8Array>,
      saveAs: string,
      sent: (whole: boolean) => void,
    ): string =>
      add({
        kind: 'content',
        size: body instanceof Uint8Array ? body.byteLength : 0,
        found: {body, type: 'application/octet-stream', saveAs, isOutput: false, sent},
      }),
    /** An HTML output; it and each picture beside it that it shows can be loaded once. */
    output: (studyDir: string, path: string): string =>
      `${add({kind: 'output', studyDir, taken: new Set()})}/${path.split('/').map(encodeURIComponent).join('/')}`,
    /** What the part of a path behind `once/` leads to; null for what is unknown, used or too old. */
    async find(rest: string): Promise<Found | null> {
      const slash = rest.indexOf('/');
      const token = slash === -1 ? rest : rest.slice(0, slash);
      const entry = entries.get(token);
      if (entry === undefined) return null;
      if (entry.kind === 'output')
        return slash === -1 ? null : outputAt(entry, decodeURIComponent(rest.slice(slash + 1)));
      if (slash !== -1) return null;
      take(token);
      return entry.found;
    },
  };
}
