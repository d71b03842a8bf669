import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';
import type {z} from 'zod';
import {writeFileAtomically} from '../files/writeAtomically';
import {sha256Of} from './hashCache';
import type {FileManifest, SuccessRecord, UpToDateMark} from './successRecord';
import {fileManifest, successRecord, upToDateMark} from './successRecord';

/** Successes of one action that are kept, for offering their outputs back. */
const KEPT_PER_ACTION = 10;
/** Lines no longer wanted beyond which the file is written anew without them. */
const MOST_SPARE_LINES = 2000;

/**
 * The remembered successes and marks of a study: one line each, added at the end, so that a crash
 * can cost no more than the last line. Lists of files are kept once each, by their digest. For use in
 * a worker: it writes synchronously, since waiting for thousands of small answers costs more than they do.
 */
export class SuccessStore {
  private readonly successFile: string;
  private readonly markFile: string;
  private readonly manifestFolder: string;
  private readonly manifests = new Map<string, FileManifest>();
  private successes = new Map<string, SuccessRecord[]>();
  private marks = new Map<string, UpToDateMark>();
  private lines = 0;
  private kept = 0;
  private seen = '';

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
    this.kept = 0;
    const records = readLines(this.successFile, successRecord);
    this.lines = records.length;
    for (const record of records) this.take(record);
    this.marks = new Map(readLines(this.markFile, upToDateMark).map((mark) => [mark.action, mark]));
  }

  /** Successes of an action, the latest last. */
  of(action: string): readonly SuccessRecord[] {
    return this.successes.get(action) ?? [];
  }

  latest(action: string): SuccessRecord | null {
    return this.successes.get(action)?.at(-1) ?? null;
  }

  markOf(action: string): UpToDateMark | null {
    return this.marks.get(action) ?? null;
  }

  /** Every mark that was ever given, oldest first. */
  allMarks(): readonly UpToDateMark[] {
    return readLines(this.markFile, upToDateMark);
  }

  async add(record: SuccessRecord): Promise<void> {
    this.refresh();
    appendFileSync(this.successFile, `${JSON.stringify(record)}\n`, {mode: 0o600});
    this.take(record);
    this.lines += 1;
    if (this.lines > this.kept + MOST_SPARE_LINES) await this.compact();
    this.seen = `${fileStamp(this.successFile)} ${fileStamp(this.markFile)}`;
  }

  addMark(mark: UpToDateMark): void {
    appendFileSync(this.markFile, `${JSON.stringify(mark)}\n`, {mode: 0o600});
    this.refresh();
  }

  /** Keeps a list of files and answers its digest. */
  keepManifest(manifest: FileManifest): string {
    const text = JSON.stringify(Object.fromEntries(Object.entries(manifest).sort()));
    const digest = sha256Of(text);
    if (this.manifests.has(digest)) return digest;
    const file = join(this.manifestFolder, `${digest}.json`);
    if (textOf(file) !== text) {
      mkdirSync(this.manifestFolder, {recursive: true, mode: 0o700});
      // not synced: its name tells whether it is whole, and one that a power cut took is written again
      const temporary = `${file}.${process.pid}.tmp`;
      writeFileSync(temporary, text, {mode: 0o600});
      renameSync(temporary, file);
    }
    this.manifests.set(digest, manifest);
    return digest;
  }

  /** A kept list of files; null where it was lost. */
  manifest(digest: string): FileManifest | null {
    const known = this.manifests.get(digest);
    if (known !== undefined) return known;
    try {
      const text = readFileSync(join(this.manifestFolder, `${digest}.json`), 'utf8');
      const manifest = fileManifest.parse(JSON.parse(text));
      this.manifests.set(digest, manifest);
      return manifest;
    } catch {
      return null;
    }
  }

  private take(record: SuccessRecord): void {
    const kept = this.successes.get(record.action) ?? [];
    kept.push(record);
    if (kept.length > KEPT_PER_ACTION) kept.shift();
    else this.kept += 1;
    this.successes.set(record.action, kept);
  }

  private async compact(): Promise<void> {
    const kept = [...this.successes.values()].flat();
    await writeFileAtomically(
      this.successFile,
      kept.map((record) => `${JSON.stringify(record)}\n`).join(''),
    );
    this.lines = kept.length;
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function fileStamp(file: string): string {
  try {
    const {size, mtimeMs, ino} = statSync(file);
    return `${size}-${mtimeMs}-${ino}`;
  } catch {
    return '-';
  }
}

/** The lines of a file that can be understood; a line cut off by a crash is passed over. */
function readLines<T>(file: string, shape: z.ZodType<T>): readonly T[] {
  const text = textOf(file) ?? '';
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      const parsed = shape.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
