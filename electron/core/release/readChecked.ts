import {lstat, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {CheckedColumn, CheckFinding} from '../../../shared/check';
import {RULE_NUMBERS} from '../../../shared/disclosureRules';
import type {AppError} from '../../../shared/errors';
import {formatCount} from '../../../shared/format';
import {ok, type Result} from '../../../shared/result';
import {MOST_ROWS_AT_ONCE, WHOLE_TABLE, type TableBeginning} from '../../../shared/table';
import {mayUse} from '../../../shared/tierPolicy';
import {type CheckedTable, finding} from '../../disclosure/checkedTable';
import type {TableCheck} from '../../disclosure/checkTable';
import type {GroupCounts} from '../../disclosure/differencing';
import {isFigure, level4AfterRun} from '../../disclosure/fileRules';
import {fileInStudy} from '../../files/fileInStudy';
import {readPieces, readRegularFile} from '../../files/openFile';
import {checkModerate} from '../../outputs/checkModerate';
import {outputFormatOf} from '../../outputs/outputFormat';
import type {TableReader} from '../../outputs/tables/tableReader';
import {openThread, type Thread} from '../../threads/thread';
import {checkContent, type ContentAsk} from './checkContent';
import type {TieredFile} from '../outputs/sensitiveFiles';

/** What one file gives to the checks. */
export interface FileCheck {
  readonly findings: readonly CheckFinding[];
  /** Null for what is no table. */
  readonly rows: number | null;
  readonly columns: readonly CheckedColumn[];
  readonly groups: readonly GroupCounts[];
  readonly hasCounts: boolean;
  readonly notRead: string | null;
}

const NOTHING: FileCheck = {
  findings: [],
  rows: null,
  columns: [],
  groups: [],
  hasCounts: false,
  notRead: null,
};

/** Reads files for the checks; a file that has not changed since is not read again. */
export type FileChecks = ReturnType<typeof createFileChecks>;

/** How long that thread stays when nothing is checked. */
const IDLE_MS = 5_000;

type CheckContent = Thread<ContentAsk, TableCheck>['call'];

/** Creates it for a study. */
export function createFileChecks(studyDir: string, tables: TableReader) {
  const known = new Map<string, {readonly version: string; readonly check: FileCheck}>();
  const thread = openThread<ContentAsk, TableCheck>({
    name: 'checkContent',
    inPlace: () => checkContent,
  });
  /** The last that was asked of it; what was asked before is answered by then. */
  let last: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | null = null;
  const checkContentOf: CheckContent = async (ask) => {
    if (idle !== null) clearTimeout(idle);
    const answer = thread.call(ask);
    last = answer.catch(() => undefined);
    const mine = last;
    try {
      return await answer;
    } finally {
      if (mine === last) {
        idle = setTimeout(() => void thread.end(), IDLE_MS);
        idle.unref();
      }
    }
  };
  return {
    /** Ends the thread on which contents are held against the rules, once what it was asked is answered. */
    async close(): Promise<void> {
      await last;
      if (idle !== null) clearTimeout(idle);
      await thread.end();
    },
    /** Null where the file is gone. */
    async check(file: TieredFile): Promise<FileCheck | null> {
      const found = await fileInStudy(studyDir, file.path);
      if (!found.ok)
        return (await lstat(join(studyDir, file.path)).catch(() => null)) === null
          ? null
          : unread(file.path, sentences(found.error));
      const stats = await stat(found.value).catch(() => null);
      if (stats === null) return null;
      const version = `${file.tier} ${stats.size} ${stats.mtimeMs} ${stats.ino}`;
      const before = known.get(file.path);
      if (before?.version === version) return before.check;
      const check = await checkFile(file, found.value, stats.size, {tables, checkContentOf});
      known.set(file.path, {version, check});
      return check;
    },
  };
}

/** Who reads tables, and who holds contents against the rules. */
interface CheckedBy {
  readonly tables: TableReader;
  readonly checkContentOf: CheckContent;
}

async function checkFile(
  {path, tier}: TieredFile,
  absolute: string,
  size: number,
  by: CheckedBy,
): Promise<FileCheck> {
  if (!mayUse(tier, 'show')) return unread(path, 'Its tier does not allow it.');
  const level4 =
    tier === 'moderately_sensitive'
      ? await checkModerate({path, size}, () => readPieces(absolute))
      : null;
  const findings = level4 === null ? [] : [level4AfterRun(path, level4)];
  const content =
    size > RULE_NUMBERS.largestFile.value && outputFormatOf(path).kind !== 'table'
      ? {...NOTHING, notRead: 'It is too large to leave level 4.'}
      : await checkText(path, absolute, by);
  return {...content, findings: [...findings, ...content.findings]};
}

async function checkText(path: string, absolute: string, by: CheckedBy): Promise<FileCheck> {
  const format = outputFormatOf(path);
  if (format.kind === 'table') return checkRows(path, absolute, by);
  if (isFigure(path)) return NOTHING;
  if (format.kind === 'foreign' || format.kind === 'image')
    return {...NOTHING, notRead: 'Its content can’t be checked.'};
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(await readRegularFile(absolute));
    const kind = format.kind === 'html' || format.kind === 'json' ? format.kind : 'text';
    return {...NOTHING, ...(await by.checkContentOf({kind, path, text}))};
  } catch (error) {
    if (error instanceof TypeError) return unread(path, 'It is not UTF-8 text.');
    return unread(path, error instanceof Error ? error.message : String(error));
  }
}

/** A table, up to the most rows that leave level 4. */
async function checkRows(
  path: string,
  absolute: string,
  {tables, checkContentOf}: CheckedBy,
): Promise<FileCheck> {
  const read = await readRows(absolute, tables);
  if (!read.ok) return unread(path, sentences(read.error));
  const {columns, totalRows, notes} = read.value.schema;
  const rows = read.value.rows.map(({values}) => values);
  const table: CheckedTable = {
    path,
    columns: columns.map(({name}) => name),
    rows,
    within: null,
  };
  const more = (totalRows ?? rows.length) - rows.length;
  const ragged = notes.map((note) => finding(path, 'hard-to-check', 'info', `${note}.`));
  const checked = await checkContentOf({kind: 'table', table});
  return {
    ...checked,
    findings: [...checked.findings, ...ragged],
    rows: totalRows,
    notRead:
      more > 0
        ? `Only its first ${formatCount(rows.length)} of ${formatCount(totalRows ?? 0)} rows were looked at.`
        : null,
  };
}

/** Small tables are whole in their beginning; of others as many rows are read as may leave level 4. */
async function readRows(
  absolute: string,
  tables: TableReader,
): Promise<Result<Omit<TableBeginning, 'isAll'>, AppError>> {
  const beginning = await tables.beginning(absolute);
  if (!beginning.ok || beginning.value.isAll) return beginning;
  const schema = await tables.schema(absolute, true);
  if (!schema.ok) return schema;
  const most = Math.min(RULE_NUMBERS.mostRows.value, MOST_ROWS_AT_ONCE);
  const page = await tables.rows(absolute, 0, most, WHOLE_TABLE);
  return page.ok ? ok({schema: schema.value, rows: page.value.rows}) : page;
}

function unread(path: string, why: string): FileCheck {
  return {
    ...NOTHING,
    findings: [
      finding(path, 'not-read', 'check', `It could not be read, so it was not checked. ${why}`),
    ],
    notRead: why,
  };
}

function sentences({message, why}: AppError): string {
  return [message, why].filter((part) => part !== undefined).join(' ');
}
