import type {AppError} from '../../shared/errors';
import type {Job} from '../../shared/job';
import {ok, type Result} from '../../shared/result';
import type {RunTarget} from '../executor/runTarget';
import {replaceFromPieces} from '../files/writeAtomically';
import {readPieces} from '../files/openFile';
import {createLineCutter, decodePiece, type LogPiece} from './logPieces';
import type {StoredLog} from './storedLog';

/** Lines of the job's own that `metadata/<action>.log` holds at most. */
const ACTION_LOG_LINES = 100_000;

/** Bytes of the other stream held back while a very long line is being written. */
const HELD_BYTES = 1024 * 1024;

/** Bytes collected before they are passed on. */
const PART_BYTES = 256 * 1024;

/** A part of a path that Windows and Unix both take as a plain name. */
function isPlainSegment(segment: string): boolean {
  return (
    segment !== '' && segment !== '.' && segment !== '..' && !/[\\:*?"<>|\p{Cc}]/u.test(segment)
  );
}

/** Study-relative path of an action's log; names that would leave `metadata/` are spelt in percent signs. */
export function actionLogFile(action: string): string {
  const segments = action
    .split('/')
    .map((segment) => (isPlainSegment(segment) ? segment : `%${encodeURIComponent(segment)}`));
  const ours = segments.length > 1 && segments[0] === 'study-desk';
  return `metadata/${ours ? '%' : ''}${segments.join('/')}.log`;
}

/** Two aligned columns as the reference prints them. */
function table(rows: readonly (readonly [string, string])[]): string {
  const width = rows.reduce((longest, [left]) => Math.max(longest, left.length), 0);
  return rows.map(([left, right]) => `  ${oneLine(left).padEnd(width)}  - ${right}\n`).join('');
}

function epochSeconds(time: string | null): string {
  return time === null ? '' : String(Math.floor(Date.parse(time) / 1000));
}

/** What the reference calls the data of a researcher's own computer. */
const LOCAL_DATABASE = 'dummy';

/** Everything below the job's own lines: what it was, how it ended, what it made (RULES "Log"). */
export function actionLogTrailer(
  job: Job,
  commit: string | null,
  database = LOCAL_DATABASE,
): string {
  const facts: readonly (readonly [string, string])[] = [
    ['job_definition_id', job.id],
    ['job_definition_request_id', job.runId],
    ['commit', job.actionCommit ?? commit ?? ''],
    ['docker_image_id', job.imageId ?? ''],
    ['exit_code', job.exitCode === null ? 'None' : String(job.exitCode)],
    ['created_at', epochSeconds(job.createdAt)],
    ['completed_at', epochSeconds(job.completedAt)],
    ['database_name', database],
    ['status_message', job.message],
    ['hint', job.hint ?? ''],
    ['kept_files', job.keptFiles ?? ''],
  ];
  const lines = facts
    .filter(([, value]) => value !== '')
    // a value with a line break would read as a new key
    .map(([key, value]) => `${key}: ${oneLine(value)}\n`);
  const outputs =
    job.outputs.length === 0
      ? '  (no outputs)\n'
      : table(job.outputs.map(({path, tier}) => [path, tier]));
  const notCollected = reasons('files that match but were not collected:', job.notCollected);
  const excluded = reasons('moderately sensitive outputs that would be kept back:', job.excluded);
  const unmatched = [
    list('patterns that no file matches:', job.unmatchedPatterns),
    list('files that no pattern matches:', job.unmatchedFiles),
  ].join('');
  return `\n\n${lines.join('')}\noutputs:\n${outputs}${notCollected}${excluded}${unmatched}`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/gu, ' ');
}

/** A heading with paths and the reason for each; nothing where there are none. */
function reasons(
  heading: string,
  files: readonly {readonly path: string; readonly reason: string}[],
): string {
  if (files.length === 0) return '';
  return `\n${heading}\n${table(files.map(({path, reason}) => [path, reason]))}`;
}

/** A heading with an entry a line; nothing where there are no entries. */
function list(heading: string, entries: readonly string[]): string {
  if (entries.length === 0) return '';
  return `\n${heading}\n${entries.map((entry) => `  ${oneLine(entry)}\n`).join('')}`;
}

/** Puts pieces together to lines with one time stamp each. */
function createLineJoiner(write: (part: Buffer) => void): (piece: LogPiece) => void {
  let open: LogPiece['stream'] | null = null;
  let held: LogPiece[] = [];
  let heldBytes = 0;

  const put = (piece: LogPiece) => {
    if (open !== piece.stream) write(Buffer.from(`${piece.time} `, 'latin1'));
    write(piece.text);
    if (piece.last) write(Buffer.from('\n'));
    open = piece.last ? null : piece.stream;
  };

  const join = (piece: LogPiece) => {
    if (open !== null && piece.stream !== open) {
      held.push(piece);
      heldBytes += piece.text.length;
      if (heldBytes <= HELD_BYTES) return;
      write(Buffer.from('\n'));
      open = null;
    } else {
      put(piece);
    }
    if (open !== null || held.length === 0) return;
    const next = held;
    held = [];
    heldBytes = 0;
    for (const waiting of next) join(waiting);
  };
  return join;
}

/**
 * A kept log as text but its first `leftOut` lines, each line whole and behind its time, in parts of a few hundred
 * kilobytes.
 */
export async function* logText(log: StoredLog, leftOut = 0): AsyncGenerator<Buffer> {
  const pieces = async function* () {
    for await (const {bytes} of log.blocksFrom(0)) yield bytes;
  };
  yield* logLines(pieces(), leftOut);
}

/** As `metadata/<action>.log` has it, of a log that is kept elsewhere, compressed or not. */
export async function* keptLogContent(log: StoredLog, trailer: string): AsyncGenerator<Buffer> {
  yield* logText(log, Math.max(0, log.totalLines - ACTION_LOG_LINES));
  yield Buffer.from(trailer);
}

/** The lines of a log as `metadata/<action>.log` has them, but the first `leftOut`. */
async function* logLines(source: AsyncIterable<Buffer>, leftOut: number): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  const write = (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
  };
  let toSkip = leftOut;
  let noted = leftOut === 0;
  const join = createLineJoiner(write);
  const cutter = createLineCutter((line) => {
    const piece = decodePiece(line);
    if (piece === null) return;
    if (toSkip > 0) {
      if (piece.last) toSkip -= 1;
      return;
    }
    if (!noted) {
      const note = `[Study Desk left out the first ${leftOut} lines here; its own copy of the log has them all]`;
      write(Buffer.from(`${piece.time} ${note}\n`));
      noted = true;
    }
    join(piece);
  });
  for await (const chunk of source) {
    cutter.push(chunk);
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  yield Buffer.concat(parts);
}

/** The whole of `metadata/<action>.log`; `attemptLog` is null where nothing was logged. */
export async function* actionLogContent(
  attemptLog: {readonly path: string; readonly totalLines: number} | null,
  trailer: string,
): AsyncGenerator<Buffer> {
  if (attemptLog !== null) {
    const leftOut = Math.max(0, attemptLog.totalLines - ACTION_LOG_LINES);
    yield* logLines(readPieces(attemptLog.path), leftOut);
  }
  yield Buffer.from(trailer);
}

/** Writes `metadata/<action>.log` of a job that has ended; the file is old or new, never torn. */
export async function writeActionLog(
  ports: {
    readonly folder: {readonly study: string};
    readonly target: Pick<RunTarget, 'database'>;
  },
  job: Job,
  commit: string | null,
  attemptLog: {readonly path: string; readonly totalLines: number} | null,
): Promise<Result<null, AppError>> {
  // of a job that printed nothing there is nothing to be read
  const lines = attemptLog?.totalLines === 0 ? null : attemptLog;
  const trailer = actionLogTrailer(job, commit, ports.target.database);
  const written = await replaceFromPieces(ports.folder.study, actionLogFile(job.action), () =>
    actionLogContent(lines, trailer),
  );
  return written.ok ? ok(null) : written;
}
