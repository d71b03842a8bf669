import type {FileHandle} from 'node:fs/promises';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {type AppError, failWith} from '../../shared/errors';
import type {HtmlContents, OutputContent} from '../../shared/output';
import {assertNever, err, ok, type Result} from '../../shared/result';
import {type Tier, TIER_LABELS} from '../../shared/sensitivity';
import {mayUse, type OutputUse} from '../../shared/tierPolicy';
import {recordedFile} from '../files/fileInStudy';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {isOdd, openFile} from '../files/openFile';
import {type OutputFormat, outputFormatOf} from './outputFormat';
import {readTextHead} from './outputText';
import {readTextPage, type TextFile} from './textPages';

/** Text shown of long JSON, in bytes. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024;

/** Markdown up to this size is laid out; a longer one is shown as text. */
const MAX_MARKDOWN_BYTES = 2 * 1024 * 1024;

/** Largest PDF, in bytes. */
const MAX_PDF_BYTES = 64 * 1024 * 1024;

/** Bytes shown of a file that nothing else can be shown of. */
const HEAD_BYTES = 4096;

/** JSON up to this size is laid out; a longer one is shown as it is, cut. */
const MAX_JSON_BYTES = 5 * 1024 * 1024;

/** Largest picture, in bytes. */
const MAX_IMAGE_BYTES = 32 * 1024 * 1024;

/** Largest HTML page, in bytes. */
const MAX_HTML_BYTES = 64 * 1024 * 1024;

/**
 * The gate: only a file with a tier, that is a known output of this study, is opened, and only where its tier allows that
 * use (shared/tierPolicy) and it really lies inside the study. Answers its absolute path.
 */
export async function shownOutput(
  studyDir: string,
  path: string,
  tier: Tier | null,
  use: OutputUse = 'show',
): Promise<Result<string, AppError>> {
  if (mayUse(tier, use)) return recordedFile(studyDir, path);
  if (tier !== null)
    return failWith(
      'invalid-request',
      `"${path}" stays where it is: it is ${TIER_LABELS[tier].toLowerCase()}.`,
      {
        why: 'Such files never leave through Study Desk, as on the server they can’t be seen at all.',
      },
    );
  return failWith('invalid-request', `"${path}" is not an output of this study.`, {
    why: 'Study Desk shows only files that an action lists under its outputs.',
    hint: 'Open it with "Show in folder" instead.',
  });
}

/**
 * An output's content in a shape the window can show; of a table only that it is one.
 * An HTML output answers with an empty address: the window's host gives it one on its own origin.
 */
export async function readOutput(
  studyDir: string,
  path: string,
  tier: Tier | null,
): Promise<Result<OutputContent, AppError>> {
  const found = await shownOutput(studyDir, path, tier);
  return found.ok ? readAs(found.value, path) : found;
}

/** The content of a file, by its absolute path, in the format that `name` says: it may be a copy under another name. */
export async function readAs(path: string, name: string): Promise<Result<OutputContent, AppError>> {
  try {
    const {file, stats} = await openFile(path);
    try {
      return ok(await shownOr(file, stats.size, contentOf(outputFormatOf(name), file, stats.size)));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isOdd(error)) return ok(notAFile());
    return err(fileSystemError(`"${name}" could not be read.`, error));
  }
}

/** Content that can't be shown is answered with the reason and the file's first bytes: there is never nothing. */
async function shownOr(
  file: FileHandle,
  size: number,
  content: Promise<OutputContent | Refusal>,
): Promise<OutputContent> {
  const found = await content.catch((error: unknown) => refusalOf(error));
  if (!(found instanceof Refusal)) return found;
  const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
  const {bytesRead} = await file.read(head, 0, head.length, 0);
  // a view of its own buffer, so that nothing else goes to the window with it
  return {
    kind: 'unsupported',
    reason: found.reason,
    head: new Uint8Array(head.subarray(0, bytesRead)),
    size,
  };
}

/** Why a file's content is not shown. */
class Refusal {
  constructor(readonly reason: string) {}
}

function refusalOf(error: unknown): Refusal {
  const code = systemErrorCode(error);
  if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR')
    return new Refusal('It is compressed, but not a whole gzip file.');
  if (code === 'ERR_BUFFER_TOO_LARGE') return new Refusal('Unpacked, it is too large.');
  throw error;
}

function notAFile(): OutputContent {
  const reason = 'It is not a regular file.';
  return {kind: 'unsupported', reason, head: new Uint8Array(0), size: 0};
}

/** What `read` finds in the text of a file, however else it is shown; by the same gate as its content. */
export async function readOutputText<T>(
  found: Result<string, AppError>,
  path: string,
  read: (text: TextFile) => Promise<T | null>,
): Promise<Result<T, AppError>> {
  if (!found.ok) return found;
  try {
    const {file, stats} = await openFile(found.value);
    try {
      const answer = await read({file, size: stats.size, gunzip: /\.(gz|svgz)$/i.test(path)});
      if (answer !== null) return ok(answer);
      return failWith('invalid-request', `"${path}" is no text.`);
    } finally {
      await file.close();
    }
  } catch (error) {
    return err(fileSystemError(`"${path}" could not be read.`, error));
  }
}

async function contentOf(
  format: OutputFormat,
  file: FileHandle,
  size: number,
): Promise<OutputContent | Refusal> {
  switch (format.kind) {
    case 'table':
      return {kind: 'table'};
    case 'json':
      return readJson(file, size, format.gunzip);
    case 'image':
      return readImage(file, size, format);
    case 'html':
      return readHtml(file, size);
    case 'markdown':
      return readMarkdown(file, size);
    case 'pdf':
      return readPdf(file, size);
    case 'text':
      return readText({file, size, gunzip: format.gunzip});
    case 'foreign':
      return new Refusal(`It is ${format.name}, which other programs show better.`);
    default:
      return assertNever(format);
  }
}

async function readText(text: TextFile): Promise<OutputContent | Refusal> {
  const page = await readTextPage(text, 0);
  return page === null ? notText() : {kind: 'text', ...page};
}

async function readJson(
  file: FileHandle,
  size: number,
  isGzip: boolean,
): Promise<OutputContent | Refusal> {
  const head = await readTextHead(file, {gunzip: isGzip, maxBytes: MAX_JSON_BYTES});
  if (head === null) return notText();
  if (head.truncated) {
    return {kind: 'json', text: head.text.slice(0, MAX_TEXT_BYTES), truncated: true};
  }
  try {
    JSON.parse(head.text);
    return {kind: 'json', text: head.text, truncated: false};
  } catch {
    // not JSON after all, or one value per line
    return readText({file, size, gunzip: isGzip});
  }
}

async function readHtml(file: FileHandle, size: number): Promise<OutputContent | Refusal> {
  if (size > MAX_HTML_BYTES) return tooLarge(size, MAX_HTML_BYTES);
  const head = await readTextHead(file, {gunzip: false, maxBytes: MAX_HTML_BYTES});
  if (head === null) return new Refusal('Its content is not what its name says.');
  return {kind: 'html', url: '', holds: htmlContents(head.text)};
}

async function readMarkdown(file: FileHandle, size: number): Promise<OutputContent | Refusal> {
  const head = await readTextHead(file, {gunzip: false, maxBytes: MAX_MARKDOWN_BYTES});
  if (head === null) return notText();
  if (head.truncated) return readText({file, size, gunzip: false});
  return {kind: 'markdown', text: head.text};
}

async function readPdf(file: FileHandle, size: number): Promise<OutputContent | Refusal> {
  if (size > MAX_PDF_BYTES) return tooLarge(size, MAX_PDF_BYTES);
  const bytes = await file.readFile();
  // some programs write a few bytes before it
  const isPdf = bytes.subarray(0, 1024).includes('%PDF-');
  return isPdf
    ? {kind: 'pdf', bytes: new Uint8Array(bytes)}
    : new Refusal('Its content is not what its name says.');
}

async function readImage(
  file: FileHandle,
  size: number,
  {mediaType, gunzip: isGzip}: {readonly mediaType: string; readonly gunzip: boolean},
): Promise<OutputContent | Refusal> {
  if (size > MAX_IMAGE_BYTES) return tooLarge(size, MAX_IMAGE_BYTES);
  const stored = await file.readFile();
  const bytes = isGzip
    ? await promisify(gunzip)(stored, {maxOutputLength: MAX_IMAGE_BYTES})
    : stored;
  if (!looksLike(mediaType, bytes)) return new Refusal('Its content is not what its name says.');
  // a view of its own buffer, so that nothing else goes to the window with it
  return {kind: 'image', mediaType, bytes: new Uint8Array(bytes)};
}

function looksLike(mediaType: string, bytes: Uint8Array): boolean {
  const starts = (...signature: readonly number[]): boolean =>
    signature.every((byte, index) => bytes[index] === byte);
  switch (mediaType) {
    case 'image/png':
      return starts(0x89, 0x50, 0x4e, 0x47);
    case 'image/jpeg':
      return starts(0xff, 0xd8, 0xff);
    case 'image/gif':
      return starts(0x47, 0x49, 0x46, 0x38);
    default:
      return /<svg[\s>]/i.test(new TextDecoder().decode(bytes.subarray(0, 64 * 1024)));
  }
}

function notText(): Refusal {
  return new Refusal('Its content is binary, so it is left to other programs.');
}

function tooLarge(size: number, limit: number): Refusal {
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
  return new Refusal(`It is ${megabytes(size)} large; up to ${megabytes(limit)} are shown here.`);
}

/** Most hosts that are named. */
const MOST_HOSTS = 20;

const COMMENT = /<!--[\s\S]*?-->/g;
const SCRIPT = /<script\b/gi;
const HANDLER = /<[a-z][^>]*?\son[a-z]+\s*=/gi;
const SCRIPT_ADDRESS = /\b(?:href|action|src)\s*=\s*["']?\s*javascript:/gi;
/** What a page fetches by itself: not where its links lead. */
const FETCHED =
  /<(?:script|img|iframe|frame|embed|object|audio|video|source|track|input|image|use)\b[^>]*?\s(?:src|srcset|data|poster|href|xlink:href)\s*=\s*["']?\s*((?:https?:|wss?:)?\/\/[^"'\s>]+)|<link\b[^>]*?\shref\s*=\s*["']?\s*((?:https?:)?\/\/[^"'\s>]+)|(?:url\(|@import)\s*["']?\s*((?:https?:)?\/\/[^"')\s;]+)/gi;

/**
 * What of a page is not carried out while it is shown without scripts and network, as its text shows it: scripts may
 * ask for more than is written in it.
 */
export function htmlContents(html: string): HtmlContents {
  const text = html.replace(COMMENT, '');
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const hosts = new Set<string>();
  let requests = 0;
  for (const [, source, link, style] of text.matchAll(FETCHED)) {
    requests += 1;
    hosts.add(hostOf(source ?? link ?? style ?? ''));
  }
  return {
    scripts: count(SCRIPT) + count(HANDLER) + count(SCRIPT_ADDRESS),
    requests,
    hosts: [...hosts].slice(0, MOST_HOSTS),
  };
}

function hostOf(address: string): string {
  return /^(?:[a-z]+:)?\/\/([^/?#]+)/i.exec(address)?.[1] ?? address;
}
