import {stat} from 'node:fs/promises';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import type {
  ColumnSummary,
  SqlRows,
  TableBeginning,
  TableFind,
  TablePage,
  TableQuery,
  TableSchema,
  TableSearch,
} from '../../../shared/table';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {countRows, openSource, readBeginning} from '../sources/openSource';
import {SourceFault, type OutputSource} from '../sources/outputSource';
import {
  createComparisons,
  type ComparisonAnswer,
  type ComparisonAsk,
  type TableFile,
  type UseTables,
} from './answerComparisons';

/** What can be asked of a table file, by its absolute path, or of two. */
export type TableAsk =
  | ComparisonAsk
  | {readonly kind: 'schema'; readonly path: string; readonly whole: boolean}
  | {
      readonly kind: 'rows';
      readonly path: string;
      readonly from: number;
      readonly count: number;
      readonly query: TableQuery;
    }
  | {readonly kind: 'beginning'; readonly path: string}
  | {readonly kind: 'count'; readonly path: string}
  | {readonly kind: 'summary'; readonly path: string; readonly column: number}
  | {
      readonly kind: 'find';
      readonly path: string;
      readonly query: TableQuery;
      readonly search: TableSearch;
    }
  | {readonly kind: 'sql'; readonly path: string; readonly sql: string}
  | {readonly kind: 'stop-sql'; readonly path: string}
  | {readonly kind: 'close'; readonly path: string};

/** The answer to each kind of question. */
export type TableAnswer = Result<
  TableSchema | TableBeginning | TablePage | ColumnSummary | TableFind | SqlRows | ComparisonAnswer,
  AppError
>;

/** Files that are kept open beside those in use; the one not asked for longest is closed for a new one. */
const KEPT_OPEN = 3;

interface OpenFile {
  /** Differs from that of the file that was there before. */
  readonly version: string;
  readonly source: Promise<OutputSource>;
  /** How many questions are asked of it just now. */
  uses: number;
  /** It is to be closed once none does. */
  ending: boolean;
}

/**
 * Answers questions about table files, which stay open between them; a file made anew is opened anew.
 * Tables are kept in `scratch`, a folder that is the caller's to remove.
 */
export function createTableAnswers(scratch: string): {
  answer(ask: TableAsk): Promise<TableAnswer>;
  close(): Promise<void>;
} {
  const files = new Map<string, OpenFile>();

  const end = async (path: string, file: OpenFile): Promise<void> => {
    file.ending = true;
    if (file.uses > 0) return;
    if (files.get(path) === file) files.delete(path);
    await file.source
      .then((source) => {
        comparisons.forget(source);
        return source.close();
      })
      .catch(() => undefined);
  };
  const shut = async (path: string): Promise<void> => {
    const file = files.get(path);
    if (file !== undefined) await end(path, file);
  };

  const opened = async ({path, name}: TableFile): Promise<OpenFile> => {
    const {size, mtimeMs, ino} = await stat(path);
    const version = `${size} ${mtimeMs} ${ino}`;
    const open = files.get(path);
    if (open?.version === version) {
      files.delete(path);
      files.set(path, open);
      open.ending = false;
      return open;
    }
    if (open !== undefined) void shut(path);
    const source = openSource(path, scratch, name);
    const file: OpenFile = {version, source, uses: 0, ending: false};
    files.set(path, file);
    source.catch(() => {
      if (files.get(path)?.source === source) files.delete(path);
    });
    const [oldest] = [...files].find(([, {uses}]) => uses === 0) ?? [];
    if (files.size > KEPT_OPEN && oldest !== undefined && oldest !== path) void shut(oldest);
    return file;
  };

  const useTables: UseTables = async (wanted, work) => {
    const used: (readonly [string, OpenFile])[] = [];
    try {
      for (const each of wanted) {
        const file = await opened(each);
        file.uses += 1;
        used.push([each.path, file]);
      }
      return await work(await Promise.all(used.map(([, {source}]) => source)));
    } finally {
      for (const [path, file] of used) {
        file.uses -= 1;
        if (file.ending) void end(path, file);
      }
    }
  };
  const comparisons = createComparisons(useTables);

  /** What is being asked is not closed for another file meanwhile, which would bring the process down. */
  const onTable = <T>(path: string, work: (source: OutputSource) => Promise<T>): Promise<T> =>
    useTables([{path, name: path}], async ([source]) => {
      if (source === undefined) throw new Error(`${path} was not opened`);
      return work(source);
    });

  const carryOut = async (ask: TableAsk): Promise<Exclude<TableAnswer, {ok: false}>['value']> => {
    switch (ask.kind) {
      case 'close':
        await shut(ask.path);
        return null;
      case 'beginning':
        return readBeginning(ask.path, scratch);
      case 'count':
        return countRows(ask.path, scratch);
      case 'schema':
        return onTable(ask.path, async (source) => (ask.whole ? source.whole() : source.schema()));
      case 'rows':
        return onTable(ask.path, (source) => source.rows(ask.from, ask.count, ask.query));
      case 'summary':
        return onTable(ask.path, (source) => source.summary(ask.column));
      case 'find':
        return onTable(ask.path, (source) => source.find(ask.query, ask.search));
      case 'sql':
        return onTable(ask.path, (source) => source.sql(ask.sql));
      case 'stop-sql':
        return onTable(ask.path, async (source) => {
          source.stopSql();
          return null;
        });
      default:
        return comparisons.answer(ask);
    }
  };

  return {
    async answer(ask) {
      try {
        return ok(await carryOut(ask));
      } catch (error) {
        return err(errorOf(error));
      }
    },
    async close() {
      await Promise.all([...files.keys()].map(shut));
    },
  };
}

function errorOf(error: unknown): AppError {
  if (error instanceof SourceFault)
    return error.ofRequest
      ? appError('invalid-request', error.message)
      : appError('invalid-request', 'This table can’t be shown.', {why: error.message});
  if (systemErrorCode(error) !== null)
    return fileSystemError('The table could not be read.', error);
  if (error instanceof Error && error.message.startsWith('Out of Memory'))
    return appError('invalid-request', 'This table can’t be shown.', {
      why: 'It needs more memory than a table may take here.',
      hint: 'Open it with another program.',
      detail: error.message,
    });
  return appError('invalid-request', 'This table can’t be shown.', {
    why: 'Its content is not what its name says, or it is damaged.',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
