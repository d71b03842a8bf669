import {lstat} from 'node:fs/promises';
import {openFile, readPieces} from '../files/openFile';
import type {ActionLogFile} from '../../shared/log';
import {cutBlocks, type LogBlock} from './logBlocks';
import {createLineCutter, TIME_LENGTH} from './logPieces';
import type {StoredLog} from './storedLog';

/** Bytes of a log up to which its blocks are kept in memory; those of a larger one are read anew each time. */
const KEPT_BYTES = 32 * 1024 * 1024;

/** Bytes of the part below the lines that are read. */
const HEADER_BYTES = 4 * 1024 * 1024;

const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/;
const NO_TIME = ' '.repeat(TIME_LENGTH);

/** A `metadata/<action>.log` that was opened: its lines, and the part below them. */
export interface ReferenceLog extends StoredLog {
  /** All below the first empty line; '' where there is none. */
  readonly trailer: string;
}

/**
 * Opens `metadata/<action>.log` as `opensafely run` writes it (RULES "Log"); null where there is no such file, which a
 * link is not. Which stream a line came from is not kept there: all count as stdout.
 */
export async function openReferenceLog(path: string): Promise<ReferenceLog | null> {
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() !== true) return null;
  const keep = found.size <= KEPT_BYTES;
  const kept: LogBlock[] = [];
  let totalLines = 0;
  let trailer = '';
  const pieces = logPieces(path, (text) => {
    trailer = text;
  });
  for await (const block of cutBlocks(pieces, 0)) {
    totalLines += block.lines;
    if (keep) kept.push(block);
  }
  return {
    totalLines,
    trailer,
    async *blocksFrom(line) {
      const blocks = keep ? kept : cutBlocks(logPieces(path), 0);
      for await (const block of blocks) if (block.line + block.lines > line) yield block;
    },
    close: async () => undefined,
  };
}

/** Bytes at the end of a log in which the part below its lines is looked for first. */
const END_BYTES = 64 * 1024;

/**
 * The part below the lines of `metadata/<action>.log`; null where there is no such file. Of a long log only the end is
 * read, as long as its last line with a time is there.
 */
export async function readTrailer(path: string): Promise<string | null> {
  const end = await readEnd(path);
  if (end === null) return (await openReferenceLog(path))?.trailer ?? null;
  const lines = end.split(/\r?\n/);
  const last = lines.reduce(
    (found, line, at) => (STAMP.test(line.slice(0, TIME_LENGTH + 1)) ? at : found),
    -1,
  );
  const empty = last < 0 ? -1 : lines.indexOf('', last);
  if (empty < 0) return (await openReferenceLog(path))?.trailer ?? null;
  return lines.slice(empty + 1).join('\n');
}

/** The end of a long log; null for one that is not long, or is no file. */
async function readEnd(path: string): Promise<string | null> {
  const found = await lstat(path).catch(() => null);
  if (found?.isFile() !== true || found.size <= END_BYTES) return null;
  const {file} = await openFile(path);
  try {
    const bytes = Buffer.alloc(END_BYTES);
    const {bytesRead} = await file.read(bytes, 0, END_BYTES, found.size - END_BYTES);
    return bytes.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The lines of the file as pieces of a kept log; calls `onTrailer` with the part below them. */
async function* logPieces(
  path: string,
  onTrailer: (text: string) => void = () => undefined,
): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  let time = NO_TIME;
  let below: string[] | null = null;
  let belowBytes = 0;
  const cutter = createLineCutter((raw) => {
    const line = raw.at(-1) === 13 ? raw.subarray(0, -1) : raw;
    if (below !== null) {
      belowBytes += line.length + 1;
      if (belowBytes <= HEADER_BYTES) below.push(line.toString('utf8'));
    } else if (line.length === 0) {
      below = [];
    } else {
      const stamped = STAMP.test(line.toString('latin1', 0, TIME_LENGTH + 1));
      if (stamped) time = line.toString('latin1', 0, TIME_LENGTH);
      const text = stamped ? line.subarray(TIME_LENGTH + 1) : line;
      lines.push(Buffer.concat([Buffer.from(`${time}o`, 'latin1'), text, Buffer.from('\n')]));
    }
  });
  for await (const chunk of readPieces(path)) {
    cutter.push(chunk);
    if (lines.length === 0) continue;
    yield Buffer.concat(lines);
    lines = [];
  }
  // a last line without its end
  cutter.push(Buffer.from('\n'));
  yield Buffer.concat(lines);
  onTrailer((below ?? []).join('\n'));
}

/** The part below the lines of an action's log, in the words of the file. */
export function trailerFacts(
  trailer: string,
): Omit<ActionLogFile, 'jobId' | 'action' | 'path'> & {readonly jobId: string | null} {
  const facts = new Map<string, string>();
  const sections: {heading: string; rows: string[]}[] = [];
  for (const line of trailer.split('\n')) {
    const [, fact, value] = /^(\w+): (.*)$/.exec(line) ?? [];
    const section = sections.at(-1);
    if (/^\S.*:$/.test(line)) sections.push({heading: line.slice(0, -1), rows: []});
    else if (section === undefined && fact !== undefined) facts.set(fact, value ?? '');
    else if (/^\s+\S/.test(line)) section?.rows.push(line.trim());
  }
  const outputs = sections.find(({heading}) => heading === 'outputs');
  return {
    jobId: facts.get('job_definition_id') ?? null,
    message: facts.get('status_message') ?? null,
    exitCode: exitCodeOf(facts.get('exit_code')),
    image: facts.get('docker_image_id') ?? null,
    commit: facts.get('commit') ?? null,
    hint: facts.get('hint') ?? null,
    createdAt: timeOf(facts.get('created_at')),
    completedAt: timeOf(facts.get('completed_at')),
    outputs: (outputs?.rows ?? []).flatMap((row) => {
      const [, path, tier] = /^(.*\S)\s+-\s+(\w+)$/.exec(row) ?? [];
      return path === undefined || tier === undefined ? [] : [{path, tier}];
    }),
    notes: sections.filter((each) => each !== outputs && each.rows.length > 0),
  };
}

function exitCodeOf(text: string | undefined): number | null {
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : null;
}

/** Seconds since 1970 as ISO 8601 UTC. */
function timeOf(seconds: string | undefined): string | null {
  return seconds !== undefined && /^\d{1,11}$/.test(seconds)
    ? new Date(Number(seconds) * 1000).toISOString()
    : null;
}
