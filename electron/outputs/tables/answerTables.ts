import {stat} from 'node:fs/promises';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import type {ColumnSummary, TablePage, TableQuery, TableSchema} from '../../../shared/table';
import {fileSystemError, systemErrorCode} from '../../files/fileSystemError';
import {openSource} from '../sources/openSource';
import {SourceFault, type OutputSource} from '../sources/outputSource';

/** What can be asked of a table file, by its absolute path. */
export type TableAsk =
  | {readonly kind: 'schema'; readonly path: string; readonly whole: boolean}
  | {
      readonly kind: 'rows';
      readonly path: string;
      readonly from: number;
      readonly count: number;
      readonly query: TableQuery;
    }
  | {readonly kind: 'summary'; readonly path: string}
  | {readonly kind: 'close'; readonly path: string};

/** The answer to each kind of question. */
export type TableAnswer = Result<
  TableSchema | TablePage | readonly ColumnSummary[] | null,
  AppError
>;

/** Files that are kept open; the one not asked for longest is closed for a new one. */
const KEPT_OPEN = 3;

interface OpenFile {
  /** Tells a file from the one that was there before. */
  readonly version: string;
  readonly source: Promise<OutputSource>;
}

/**
 * Answers questions about table files, which stay open between them; a file made anew is opened anew.
 * Tables are kept in `room`, a folder that is the caller's to remove.
 */
export function createTableAnswers(room: string): {
  answer(ask: TableAsk): Promise<TableAnswer>;
  close(): Promise<void>;
} {
  const files = new Map<string, OpenFile>();

  const shut = async (path: string): Promise<void> => {
    const file = files.get(path);
    files.delete(path);
    await file?.source.then((source) => source.close()).catch(() => undefined);
  };

  const sourceOf = async (path: string): Promise<OutputSource> => {
    const {size, mtimeMs, ino} = await stat(path);
    const version = `${size} ${mtimeMs} ${ino}`;
    const open = files.get(path);
    if (open?.version === version) {
      files.delete(path);
      files.set(path, open);
      return open.source;
    }
    if (open !== undefined) void shut(path);
    const source = openSource(path, room);
    files.set(path, {version, source});
    source.catch(() => {
      if (files.get(path)?.source === source) files.delete(path);
    });
    const [oldest] = files.keys();
    if (files.size > KEPT_OPEN && oldest !== undefined) void shut(oldest);
    return source;
  };

  const carryOut = async (ask: TableAsk): Promise<Exclude<TableAnswer, {ok: false}>['value']> => {
    if (ask.kind === 'close') {
      await shut(ask.path);
      return null;
    }
    const source = await sourceOf(ask.path);
    switch (ask.kind) {
      case 'schema':
        return ask.whole ? source.whole() : source.schema();
      case 'rows':
        return source.rows(ask.from, ask.count, ask.query);
      case 'summary':
        return source.summary();
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
  return appError('invalid-request', 'This table can’t be shown.', {
    why: 'Its content is not what its name says, or it is damaged.',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  });
}
