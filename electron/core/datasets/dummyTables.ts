import {createHash, randomUUID} from 'node:crypto';
import {mkdir, readdir, stat} from 'node:fs/promises';
import {dirname, join, posix} from 'node:path';
import {promisify} from 'node:util';
import {gunzip, gzip} from 'node:zlib';
import {tablesFolder, type MadeTables, type TableText} from '../../../shared/dataset';
import {openDummyTable} from '../../../shared/dummyTable';
import {appError, type AppError, failWith} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import {changedMeanwhile, replaceText} from '../../files/codeFile';
import {fileInStudy} from '../../files/fileInStudy';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {readRegularFile} from '../../files/openFile';
import {resolveInStudy} from '../../files/studyPath';
import {writeFileAtomically} from '../../files/writeAtomically';
import {matchesPattern} from '../../study/outputPattern';
import type {Answer} from '../studyContext';
import type {StudyState} from '../studyState';
import {ehrqlActions} from './definitions';

/** Characters of a table that can be edited: what the window may send in one piece. */
const MOST_TEXT = 16 * 1024 * 1024;

/** Tables as they were made, and the texts of the files that they would replace. */
interface Kept {
  readonly made: MadeTables;
  readonly files: readonly {
    readonly path: string;
    readonly before: string | null;
    readonly after: string;
  }[];
}

/** The dummy tables of a study: placed once what they replace has been seen, and edited; outputs never are. */
export class DummyTables {
  private kept: Kept | null = null;
  /** Folders that hold dummy tables though no run line names them yet. */
  private readonly placed = new Set<string>();

  constructor(private readonly state: StudyState) {}

  /** Keeps tables that ehrQL made, by file name, until they are placed or others are made. */
  async keep(folder: string, texts: ReadonlyMap<string, string>): Answer<MadeTables> {
    const files: Kept['files'][number][] = [];
    const tables: MadeTables['tables'][number][] = [];
    for (const [name, after] of texts) {
      const path = `${folder}/${name}`;
      const found = await this.textThere(path);
      if (!found.ok) return found;
      const before = found.value;
      const read = openDummyTable(after);
      if (!read.ok)
        return failWith('job-failed', `ehrQL made no table ${name}.`, {why: read.error});
      files.push({path, before, after});
      tables.push({
        ...{path, rows: read.value.rows.length, columns: read.value.columns},
        replaces: before === null ? 'nothing' : before === after ? 'same' : 'other',
        was: before === null || before === after ? null : extentOf(before),
      });
    }
    const there = await readdir(join(this.state.dir, folder)).catch(() => []);
    const others = there
      .filter((name) => /\.(?:csv|csv\.gz|arrow)$/.test(name) && !texts.has(name))
      .map((name) => `${folder}/${name}`);
    const made = {id: randomUUID(), folder, tables, others};
    this.kept = {made, files};
    return ok(made);
  }

  /** Why tables can't be placed in a folder; null where they can. */
  refusalOf(folder: string): AppError | null {
    const resolved = resolveInStudy(this.state.dir, `${folder}/table.csv`);
    if (!resolved.ok) return resolved.error;
    const refused = (why: string) =>
      appError('invalid-request', `Dummy tables can’t be placed in ${folder}.`, {
        ...{why, hint: 'Choose another folder, such as `dummy_tables`.'},
      });
    if (/^(?:\.git|metadata)(?:\/|$)/.test(folder))
      return refused('The folder is not one for files of the study’s own.');
    const output = (this.state.snapshot().project?.actions ?? [])
      .flatMap(({outputs}) => outputs)
      .find(({pattern}) => posix.dirname(pattern) === folder);
    return output === undefined ? null : refused(`${output.pattern} is an output of the study.`);
  }

  /** Writes the tables that were made, each in one step, where what they replace is still what was seen. */
  async place(id: string): Answer<null> {
    const {kept} = this;
    if (kept?.made.id !== id)
      return failWith('not-found', 'These dummy tables are no longer kept.', {
        hint: 'Make them anew.',
      });
    for (const {path, before} of kept.files) {
      const now = await this.textThere(path);
      if (!now.ok) return now;
      if (now.value !== before) return err(changedMeanwhile(path));
    }
    for (const {path, before, after} of kept.files) {
      if (before === after) continue;
      const target = resolveInStudy(this.state.dir, path);
      if (!target.ok) return target;
      try {
        await mkdir(dirname(target.value), {recursive: true});
      } catch (error) {
        return err(fileSystemError(`${kept.made.folder} could not be made.`, error));
      }
      const written = await replaceText(target.value, path, before, after);
      if (!written.ok) return written;
    }
    this.placed.add(kept.made.folder);
    this.kept = null;
    return ok(null);
  }

  /** The text of a dummy table, to be edited. */
  async read(path: string): Answer<TableText> {
    const found = await this.bytesOf(path);
    if (!found.ok) return found;
    const text = found.value.bytes.toString('utf8');
    if (!found.value.bytes.equals(Buffer.from(text, 'utf8')))
      return failWith('invalid-request', `${path} is not all UTF-8 text.`, {
        why: 'Saving it would lose the characters that can’t be read.',
        hint: 'Save it as UTF-8 with another program first.',
      });
    if (text.length > MOST_TEXT)
      return failWith('invalid-request', `${path} is too large to be edited here.`, {
        hint: 'Make fewer patients, or edit it with another program.',
      });
    return ok({text, version: versionOf(found.value.stored)});
  }

  /** Writes an edited table in one step, where it is still `version` on disk; answers what it is now. */
  async save(path: string, version: string, text: string): Answer<TableText> {
    const found = await this.bytesOf(path);
    if (!found.ok) return found;
    if (versionOf(found.value.stored) !== version) return err(changedMeanwhile(path));
    const bytes = Buffer.from(text, 'utf8');
    try {
      const {file} = found.value;
      const stored = path.endsWith('.gz') ? await promisify(gzip)(bytes) : bytes;
      await writeFileAtomically(file, stored, (await stat(file)).mode & 0o777);
      return ok({text, version: versionOf(stored)});
    } catch (error) {
      return err(fileSystemError(`${path} could not be written.`, error));
    }
  }

  private async bytesOf(path: string): Answer<{
    readonly file: string;
    readonly stored: Buffer;
    readonly bytes: Buffer;
  }> {
    const refused = this.readOnly(path);
    if (refused !== null) return failWith('invalid-request', `${path} can’t be edited.`, refused);
    const found = await fileInStudy(this.state.dir, path);
    if (!found.ok) return found;
    try {
      const stored = await readRegularFile(found.value);
      const bytes = path.endsWith('.gz')
        ? await promisify(gunzip)(stored, {maxOutputLength: 4 * MOST_TEXT})
        : stored;
      return ok({file: found.value, stored, bytes});
    } catch (error) {
      return err(fileSystemError(`${path} can't be read.`, error));
    }
  }

  /** Why a file can't be edited as a dummy table; null where it can. */
  private readOnly(path: string): {readonly why: string; readonly hint?: string} | null {
    const outputs = (this.state.snapshot().project?.actions ?? []).flatMap((each) => each.outputs);
    if (
      this.state.history.output(path) !== null ||
      outputs.some(({pattern}) => matchesPattern(pattern, path))
    )
      return {why: 'It is an output: only the action that makes it may change it.'};
    if (!/\.csv(?:\.gz)?$/.test(path)) return {why: 'Only dummy tables in .csv or .csv.gz can be.'};
    const folders = new Set<string | null>([
      ...this.placed,
      ...ehrqlActions(this.state).map(tablesFolder),
    ]);
    return folders.has(posix.dirname(path))
      ? null
      : {
          why: 'It is no dummy table: no run line names its folder.',
          hint: 'Add `--dummy-tables` with its folder to the run line.',
        };
  }

  /** The text of a file; null where there is none. */
  private async textThere(path: string): Promise<Result<string | null, AppError>> {
    const target = resolveInStudy(this.state.dir, path);
    if (!target.ok) return target;
    try {
      return ok((await readRegularFile(target.value)).toString('utf8'));
    } catch (error) {
      return systemErrorCode(error) === 'ENOENT'
        ? ok(null)
        : err(fileSystemError(`${path} can't be read.`, error));
    }
  }
}

/** The rows and columns of a table; null of what is none. */
function extentOf(text: string): MadeTables['tables'][number]['was'] {
  const read = openDummyTable(text);
  return read.ok ? {rows: read.value.rows.length, columns: read.value.columns} : null;
}

function versionOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
