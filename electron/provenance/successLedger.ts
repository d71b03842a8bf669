import {
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import * as z from 'zod';
import {formatPlural} from '../../shared/format';
import {systemErrorCode} from '../files/fileSystemError';
import {metadataDir} from '../files/metadataDir';
import {readRegularFileSync} from '../files/openFile';
import {setFolderAside} from '../files/setAside';
import {syncFile, syncFolder} from '../files/syncToDisk';
import {writeFileAtomically} from '../files/writeAtomically';
import {readTrouble, sha256Of} from './hashCache';

const outputFile = z.object({
  path: z.string(),
  tier: z.enum(['highly_sensitive', 'moderately_sensitive', 'minimally_sensitive']),
  size: z.number(),
  sha256: z.string(),
});

/**
 * One success of an action with everything its outputs were made from: a job's own, or one whose outputs were put back
 * from the cache since (`restoredAt`). A line of the ledger; the job's id joins it with the record of its run.
 */
export const successRecord = z.object({
  format: z.literal(1),
  action: z.string(),
  jobId: z.string(),
  /** ISO 8601 UTC. */
  completedAt: z.string(),
  /** When these outputs were taken from the cache again; null for a job's own. */
  restoredAt: z.string().nullable(),
  /** No job here made them: they came from elsewhere, at `restoredAt`. */
  supplied: z.object({from: z.string(), on: z.string()}).exactOptional(),
  runLine: z.string(),
  configJson: z.string().nullable(),
  imageId: z.string().nullable(),
  actionCommit: z.string().nullable(),
  /** `tier: pattern`, sorted. */
  outputPatterns: z.array(z.string()),
  /** How the code files were found out. */
  codeFoundBy: z.enum(['observed', 'scanned', 'folder', 'commit']),
  /** Digest of the list of code files, kept apart as many actions share it. */
  codeManifest: z.string(),
  /** Digest of the list of all code files there were, used or not. */
  codeListing: z.string(),
  inputManifest: z.string(),
  /** Inputs that the job was not seen to read; without it what was read could not be seen. */
  inputsNotRead: z.array(z.string()).optional(),
  outputs: z.array(outputFile),
});

/** One whose outputs were put back from the cache. */
export type RestoredSuccess = SuccessRecord & {readonly restoredAt: string};

/** One success of an action. */
export type SuccessRecord = Readonly<z.infer<typeof successRecord>>;

/** The user's word that an action is up to date; a line of `marks.jsonl`. */
const upToDateMark = z.object({
  format: z.literal(1),
  action: z.string(),
  /** The success it speaks of. */
  jobId: z.string(),
  reason: z.string(),
  markedAt: z.string(),
  /** Digest of the differences there were when it was given: any other difference ends it. */
  differences: z.string(),
  /** The out-of-date actions upstream that it covers, with the digest of their differences. */
  upstream: z.record(z.string(), z.string()),
});

/** The user's word that an action is up to date. */
export type UpToDateMark = Readonly<z.infer<typeof upToDateMark>>;

/** Files and their SHA-256 by study-relative path; null for one that changed while the job ran. */
const fileManifest = z.record(z.string(), z.string().nullable());

/** Files and their SHA-256 by study-relative path. */
export type FileManifest = Readonly<z.infer<typeof fileManifest>>;

/** Successes of one action that are kept, for offering their outputs back. */
const KEPT_PER_ACTION = 10;
/** Lines no longer wanted beyond which the file is written anew without them. */
const MOST_SPARE_LINES = 2000;

/** Where the ledger of a study and all that belongs to it lie. */
export function provenanceFolder(studyDir: string): string {
  return join(metadataDir(studyDir), 'provenance');
}

/** The file of successes, as people see it. */
export const LEDGER_PATH = 'metadata/study-desk/provenance/successes.jsonl';

/** The lines of a file, and how much of it could not be had. */
export interface ReadLines<T> {
  readonly records: readonly T[];
  /** Lines that can't be understood: damaged, or cut off by a crash. */
  readonly unread: number;
  /** The last line has no end: what is added must not be joined to it. */
  readonly isTorn: boolean;
  /** Why the file can't be read at all; null where it can, or where there is none. */
  readonly trouble: string | null;
}

/**
 * The successes and marks of a study: one line each, added at the end, so that a crash can cost no more than the last
 * line. Lists of files are kept once each, by their digest. What can't be read is shown with the file's name, as a success
 * without its line must never pass for one that was compared. For use in a worker: it writes synchronously, since waiting
 * for thousands of small answers costs more than they do.
 */
export class SuccessLedger {
  private readonly successFile: string;
  private readonly markFile: string;
  private readonly manifestFolder: string;
  private readonly manifests = new Map<string, FileManifest>();
  /** Files whose names, and lists whose content, would outlast a power cut. */
  private readonly lasting = new Set<string>();
  private successes = new Map<string, SuccessRecord[]>();
  /** Restored ones beyond those that are kept of their actions. */
  private olderRestored: SuccessRecord[] = [];
  private marks = new Map<string, UpToDateMark>();
  private lines = 0;
  private kept = 0;
  private seen = '';
  private unread = 0;
  private isTorn = false;
  private trouble: string | null = null;

  constructor(folder: string) {
    this.successFile = join(folder, 'successes.jsonl');
    this.markFile = join(folder, 'marks.jsonl');
    this.manifestFolder = join(folder, 'manifests');
  }

  /** Takes in what other processes have written since. */
  refresh(): void {
    const now = `${fileStamp(this.successFile)} ${fileStamp(this.markFile)}`;
    if (now === this.seen) return;
    this.seen = now;
    this.successes = new Map();
    this.olderRestored = [];
    this.kept = 0;
    const {records, unread, isTorn, trouble} = readLines(this.successFile, successRecord);
    this.unread = unread;
    this.isTorn = isTorn;
    this.trouble = trouble;
    this.lines = records.length;
    for (const record of records) this.take(record);
    const marks = readLines(this.markFile, upToDateMark).records;
    this.marks = new Map(marks.map((mark) => [mark.action, mark]));
  }

  /** Successes of an action, the latest last. */
  of(action: string): readonly SuccessRecord[] {
    return this.successes.get(action) ?? [];
  }

  /**
   * The record of the success that an action's outputs are from, given the latest job known to have succeeded: that
   * job's own, or a later one (of another process, say). Null where that job has none.
   */
  recordOf(action: string, jobId: string, completedAt: string): SuccessRecord | null {
    const kept = this.of(action);
    const last = kept.at(-1) ?? null;
    if (last === null || kept.some((record) => record.jobId === jobId)) return last;
    return (last.restoredAt ?? last.completedAt) > completedAt ? last : null;
  }

  /** Why a job that succeeded has no record, as far as that is known. */
  whyNoRecord(): string {
    if (this.trouble !== null)
      return `\`${LEDGER_PATH}\`, which says what its outputs were made from, can't be read. ${this.trouble}`;
    const missing = 'has no record of what its outputs were made from';
    if (this.unread === 0) return `\`${LEDGER_PATH}\` ${missing}`;
    return `\`${LEDGER_PATH}\` ${missing}, and ${formatPlural(this.unread, 'line')} of it can't be read`;
  }

  markOf(action: string): UpToDateMark | null {
    return this.marks.get(action) ?? null;
  }

  /** Every mark that was ever given, oldest first. */
  allMarks(): readonly UpToDateMark[] {
    return readLines(this.markFile, upToDateMark).records;
  }

  /** Adds successes; resolves once they, and the lists of files that they name, would outlast a power cut. */
  async add(records: readonly SuccessRecord[]): Promise<void> {
    if (records.length === 0) return;
    this.refresh();
    const added = records.map(lineOf).join('');
    append(this.successFile, `${this.isTorn ? '\n' : ''}${added}`);
    this.isTorn = false;
    for (const record of records) this.take(record);
    this.lines += records.length;
    const lists = records.flatMap(({codeManifest, inputManifest, codeListing}) => [
      codeManifest,
      inputManifest,
      codeListing,
    ]);
    await this.makeLast([
      this.successFile,
      ...new Set(lists.map((digest) => this.manifestFile(digest))),
    ]);
    if (this.lines > this.kept + MOST_SPARE_LINES) await this.compact();
    this.seen = `${fileStamp(this.successFile)} ${fileStamp(this.markFile)}`;
  }

  /** Adds these successes, as put back at a time: all in one step or, on any fault and also after a kill, none. */
  async addRestored(
    earlier: readonly {readonly record: SuccessRecord}[],
    restoredAt: string,
  ): Promise<void> {
    this.refresh();
    const before = existsSync(this.successFile)
      ? readRegularFileSync(this.successFile)
      : Buffer.alloc(0);
    const added = earlier.map(({record}) => lineOf({...record, restoredAt})).join('');
    const content = Buffer.concat([before, Buffer.from(`${this.isTorn ? '\n' : ''}${added}`)]);
    await writeFileAtomically(this.successFile, content, 0o600);
    this.refresh();
  }

  /** Forgets one success, in one step. */
  async forget(jobId: string): Promise<void> {
    this.refresh();
    const lines = readRegularFileSync(this.successFile).toString('utf8').split('\n');
    const kept = lines.filter((line) => decoded(line, successRecord)?.jobId !== jobId);
    await writeFileAtomically(this.successFile, kept.join('\n'), 0o600);
    this.refresh();
  }

  /** Adds a mark; resolves once it would outlast a power cut. */
  async addMark(mark: UpToDateMark): Promise<void> {
    append(this.markFile, `${JSON.stringify(mark)}\n`);
    this.refresh();
    await this.makeLast([this.markFile]);
  }

  /** Keeps a list of files and answers its digest. */
  keepManifest(manifest: FileManifest): string {
    const text = JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()));
    const digest = sha256Of(text);
    if (this.manifests.has(digest)) return digest;
    const file = this.manifestFile(digest);
    if (textOf(file) !== text) {
      mkdirSync(this.manifestFolder, {recursive: true, mode: 0o700});
      // synced with the success that names it
      const temporary = `${file}.${process.pid}.tmp`;
      writeFileSync(temporary, text, {mode: 0o600});
      setFolderAside(file);
      renameSync(temporary, file);
    }
    this.manifests.set(digest, manifest);
    return digest;
  }

  /** A kept list of files; null where it was lost or is no longer what was kept. */
  manifest(digest: string): FileManifest | null {
    const known = this.manifests.get(digest);
    if (known !== undefined) return known;
    const text = textOf(this.manifestFile(digest));
    const parsed = text === null || sha256Of(text) !== digest ? null : decoded(text, fileManifest);
    if (parsed !== null) this.manifests.set(digest, parsed);
    return parsed;
  }

  /** Where a kept list of files lies, as people see it. */
  manifestPath(digest: string): string {
    return `metadata/study-desk/provenance/manifests/${digest}.json`;
  }

  private manifestFile(digest: string): string {
    return join(this.manifestFolder, `${digest}.json`);
  }

  /** Waits for the disk: for what is added to a file each time, for its name and for a list of files once. */
  private async makeLast(files: readonly string[]): Promise<void> {
    const fresh = files.filter((file) => !this.lasting.has(file));
    const grown = files.filter((file) => dirname(file) !== this.manifestFolder);
    await Promise.all([...new Set([...fresh, ...grown])].map(syncFile));
    await Promise.all([...new Set(fresh.map((file) => dirname(file)))].map(syncFolder));
    for (const file of fresh) this.lasting.add(file);
  }

  private take(record: SuccessRecord): void {
    const kept = this.successes.get(record.action) ?? [];
    kept.push(record);
    const dropped = kept.length > KEPT_PER_ACTION ? kept.shift() : undefined;
    // what the user decided is kept for ever, and it is little
    if (dropped !== undefined && dropped.restoredAt !== null) this.olderRestored.push(dropped);
    if (dropped === undefined || dropped.restoredAt !== null) this.kept += 1;
    this.successes.set(record.action, kept);
  }

  private async compact(): Promise<void> {
    const kept = [...this.olderRestored, ...[...this.successes.values()].flat()];
    await writeFileAtomically(this.successFile, kept.map(lineOf).join(''));
    this.lines = kept.length;
  }
}

function lineOf(record: SuccessRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** Adds to a file, made where it is missing. A pipe in its place is an error, and not waited for. */
function append(file: string, text: string): void {
  const {O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK} = constants;
  const flags = O_WRONLY | O_APPEND | O_CREAT | (process.platform === 'win32' ? 0 : O_NONBLOCK);
  const opened = openSync(file, flags, 0o600);
  try {
    appendFileSync(opened, text);
  } finally {
    closeSync(opened);
  }
}

function textOf(file: string): string | null {
  try {
    return readRegularFileSync(file).toString('utf8');
  } catch {
    return null;
  }
}

function fileStamp(file: string): string {
  try {
    const {size, mtimeMs, ctimeMs, ino} = statSync(file);
    return `${size}-${mtimeMs}-${ctimeMs}-${ino}`;
  } catch {
    return '-';
  }
}

function decoded<T>(text: string, shape: z.ZodType<T>): T | null {
  try {
    const parsed = shape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The lines of a file that can be understood, and what of it can't be; `onFault` gets the reason why it can't be read at all. */
function readLines<T>(
  file: string,
  shape: z.ZodType<T>,
  isWanted = (_: string) => true,
  onFault: (error: unknown) => void = () => undefined,
): ReadLines<T> {
  const records: T[] = [];
  let unread = 0;
  try {
    const text = readRegularFileSync(file).toString('utf8');
    for (const line of text.split('\n')) {
      if (line === '' || !isWanted(line)) continue;
      const record = decoded(line, shape);
      if (record === null) unread += 1;
      else records.push(record);
    }
    return {records, unread, isTorn: text !== '' && !text.endsWith('\n'), trouble: null};
  } catch (error) {
    onFault(error);
    const trouble = systemErrorCode(error) === 'ENOENT' ? null : readTrouble(error);
    return {records: [], unread: 0, isTorn: false, trouble};
  }
}

/** All successes of a study that its ledger holds, oldest first; none where it can't be read. */
export function readSuccesses(studyDir: string): readonly SuccessRecord[] {
  return readLines(join(provenanceFolder(studyDir), 'successes.jsonl'), successRecord).records;
}

/**
 * The successes whose outputs were put back from the cache, oldest first. Read without the others, which are many and
 * wanted only by a check. None where the ledger can't be read, unless `onFault`, which gets the reason, throws.
 */
export function readRestored(
  studyDir: string,
  onFault?: (error: unknown) => void,
): readonly RestoredSuccess[] {
  const file = join(provenanceFolder(studyDir), 'successes.jsonl');
  const lines = readLines(
    file,
    successRecord,
    (line) => !line.includes('"restoredAt":null'),
    onFault,
  );
  return lines.records.flatMap((record) => {
    const {restoredAt} = record;
    return restoredAt === null ? [] : [{...record, restoredAt}];
  });
}
