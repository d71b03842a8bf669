import {constants} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';
import {promisify} from 'node:util';
import {gunzip} from 'node:zlib';
import {appError, type AppError} from '../../shared/errors';
import type {OutputContent} from '../../shared/output';
import {assertNever, err, ok, type Result} from '../../shared/result';
import type {Tier} from '../../shared/sensitivity';
import {mayUse} from '../../shared/tierPolicy';
import {recordedFile} from '../files/fileInStudy';
import {fileSystemError, systemErrorCode} from '../files/fileSystemError';
import {layOutJson} from './layOutJson';
import {outputFormatOf, type OutputFormat} from './outputFormat';
import {readTextHead} from './outputText';

/** Text shown of a long file, in bytes. */
const MAX_TEXT_BYTES = 2 * 1024 * 1024;

/** JSON up to this size is laid out; a longer one is shown as it is, cut. */
const MAX_JSON_BYTES = 5 * 1024 * 1024;

/** Largest picture, in bytes. */
const MAX_IMAGE_BYTES = 32 * 1024 * 1024;

/** Largest HTML page, in bytes. */
const MAX_HTML_BYTES = 64 * 1024 * 1024;

/**
 * The gate: only a file with a tier, that is a known output of this study, is opened, and only where its tier may be
 * shown (shared/tierPolicy) and it lies inside the study, or behind a folder that is a link there. Answers its absolute
 * path.
 */
export async function shownOutput(
  studyDir: string,
  path: string,
  tier: Tier | null,
): Promise<Result<string, AppError>> {
  if (mayUse(tier, 'show')) return recordedFile(studyDir, path);
  return err(
    appError('invalid-request', `"${path}" is not an output of this study.`, {
      why: 'Study Desk shows only files that an action lists under its outputs.',
      hint: 'Open it with "Show in folder" instead.',
    }),
  );
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
  let file: FileHandle | null = null;
  try {
    // a pipe in the file's place must not hold us up
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = await file.stat();
    if (!stats.isFile()) return ok(unsupported('It is not a regular file.'));
    return ok(await contentOf(outputFormatOf(name), file, stats.size));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'Z_DATA_ERROR' || code === 'Z_BUF_ERROR') {
      return ok(unsupported('It is compressed, but not a whole gzip file.'));
    }
    if (code === 'ERR_BUFFER_TOO_LARGE') return ok(unsupported('Unpacked, it is too large.'));
    return err(fileSystemError(`"${name}" could not be read.`, error));
  } finally {
    await file?.close();
  }
}

async function contentOf(
  format: OutputFormat,
  file: FileHandle,
  size: number,
): Promise<OutputContent> {
  switch (format.kind) {
    case 'table':
      return {kind: 'table'};
    case 'json':
      return readJson(file, format.gunzip);
    case 'image':
      return readImage(file, size, format);
    case 'html':
      if (size > MAX_HTML_BYTES) return tooLarge(size, MAX_HTML_BYTES);
      return {kind: 'html', url: ''};
    case 'text': {
      const head = await readTextHead(file, {...format, maxBytes: MAX_TEXT_BYTES});
      return head === null ? notText() : {kind: 'text', ...head};
    }
    case 'foreign':
      return unsupported(`It is ${format.name}, which other programs show better.`);
    default:
      return assertNever(format);
  }
}

async function readJson(file: FileHandle, isGzip: boolean): Promise<OutputContent> {
  const head = await readTextHead(file, {gunzip: isGzip, maxBytes: MAX_JSON_BYTES});
  if (head === null) return notText();
  if (head.truncated) {
    return {kind: 'json', text: head.text.slice(0, MAX_TEXT_BYTES), truncated: true};
  }
  try {
    JSON.parse(head.text);
    return {kind: 'json', text: layOutJson(head.text), truncated: false};
  } catch {
    // not JSON after all, or one value per line
    return {kind: 'text', ...head};
  }
}

async function readImage(
  file: FileHandle,
  size: number,
  {mediaType, gunzip: isGzip}: {readonly mediaType: string; readonly gunzip: boolean},
): Promise<OutputContent> {
  if (size > MAX_IMAGE_BYTES) return tooLarge(size, MAX_IMAGE_BYTES);
  const stored = await file.readFile();
  const bytes = isGzip
    ? await promisify(gunzip)(stored, {maxOutputLength: MAX_IMAGE_BYTES})
    : stored;
  if (!looksLike(mediaType, bytes)) return unsupported('Its content is not what its name says.');
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

function unsupported(reason: string): OutputContent {
  return {kind: 'unsupported', reason};
}

function notText(): OutputContent {
  return unsupported('Its content is binary, so it is left to other programs.');
}

function tooLarge(size: number, limit: number): OutputContent {
  const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MiB`;
  return unsupported(`It is ${megabytes(size)} large; up to ${megabytes(limit)} are shown here.`);
}
