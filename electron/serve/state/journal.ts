import {mkdir, stat, type FileHandle} from 'node:fs/promises';
import {dirname} from 'node:path';
import * as z from 'zod';
import {openToAppend, parseJson, readRegularFile} from '../../files/openFile';
import {systemErrorCode} from '../../files/fileSystemError';
import {writeFileAtomically} from '../../files/writeAtomically';
import {ServedJob, ServedRequest} from '../records';

/** What changed at one moment: all of it is on disk, or none. */
const Entry = z.object({
  request: ServedRequest.optional(),
  jobs: z.array(ServedJob).default([]),
  /** Messages of protocol v1 that are still to be delivered, in place of those before. */
  outbox: z.array(z.object({id: z.string(), url: z.string(), body: z.unknown()})).optional(),
});
type Entry = z.infer<typeof Entry>;

/** A message of protocol v1 that is still to be delivered. */
export type Undelivered = NonNullable<Entry['outbox']>[number];

/** What a journal came to. */
export interface JournalContent {
  readonly requests: ReadonlyMap<string, ServedRequest>;
  readonly jobs: ReadonlyMap<string, ServedJob>;
  readonly outbox: readonly Undelivered[];
  /** Lines that could not be read: what a kill left half written, or damage. */
  readonly unreadable: number;
}

/** Writes changes behind each other; several that come together share one wait for the disk. */
export type Journal = Awaited<ReturnType<typeof beginJournal>>;

/** Reads a journal; null where there is none, which is what the loss of a runner's state looks like. */
export async function readJournal(path: string): Promise<JournalContent | null> {
  let text: string;
  try {
    text = (await readRegularFile(path)).toString();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
  const requests = new Map<string, ServedRequest>();
  const jobs = new Map<string, ServedJob>();
  let outbox: readonly Undelivered[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const read = Entry.safeParse(parseJson(line));
    if (!read.success) {
      unreadable += 1;
      continue;
    }
    const {request, outbox: left} = read.data;
    if (request !== undefined) requests.set(request.id, request);
    for (const job of read.data.jobs) jobs.set(job.id, job);
    if (left !== undefined) outbox = left;
  }
  return {requests, jobs, outbox, unreadable};
}

/** Reads a journal again and again, for who looks at it often: one that has not changed since is not read anew. */
export function createJournalReader(): typeof readJournal {
  let last: {readonly file: string; readonly content: JournalContent | null} | null = null;
  return async (path) => {
    const found = await stat(path).catch(() => null);
    const file = [path, found?.ino, found?.size, found?.mtimeMs].join('\n');
    // of what comes while it is read, the next look finds another size
    if (last?.file !== file) last = {file, content: await readJournal(path)};
    return last.content;
  };
}

/** Writes everything that is known as a journal of its own, without what has been overtaken, and opens it to be gone on with. */
export async function beginJournal(path: string, content: JournalContent) {
  await mkdir(dirname(path), {recursive: true, mode: 0o700});
  await writeFileAtomically(path, textOf(content), 0o600);
  let file: FileHandle = await openToAppend(path, 0o600);
  let waiting: string[] = [];
  let mustLast = false;
  let next: Promise<void> | null = null;
  let current: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const lines = waiting;
    const lasts = mustLast;
    waiting = [];
    mustLast = false;
    next = null;
    await file.appendFile(lines.join(''));
    if (lasts) await file.datasync();
  };
  const behind = (work: () => Promise<void>): Promise<void> => {
    const mine = current.then(work);
    current = mine.catch(() => undefined);
    return mine;
  };

  return {
    /** Resolves once the change is with the system, which a kill of ours does not touch; a lasting one also once on the disk. */
    append(entry: Partial<z.input<typeof Entry>>, lasting: boolean): Promise<void> {
      mustLast ||= lasting;
      waiting.push(`${JSON.stringify(entry)}\n`);
      next ??= behind(write);
      return next;
    },
    /** Writes everything anew in place of what has been overtaken; what is appended meanwhile comes behind it. */
    rewrite: (anew: JournalContent): Promise<void> =>
      behind(async () => {
        await writeFileAtomically(path, textOf(anew), 0o600);
        const before = file;
        file = await openToAppend(path, 0o600);
        await before.close();
      }),
    async close(): Promise<void> {
      await current;
      await file.close();
    },
  };
}

function textOf({requests, jobs, outbox}: JournalContent): string {
  const lines = [
    ...[...requests.values()].map((request) => ({request})),
    ...[...jobs.values()].map((job) => ({jobs: [job]})),
    {outbox},
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
