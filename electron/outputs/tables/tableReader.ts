import {fork} from 'node:child_process';
import {existsSync} from 'node:fs';
import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {appError, type AppError} from '../../../shared/errors';
import {err, ok, type Result} from '../../../shared/result';
import type {ComparedRow, TableDifference} from '../../../shared/comparison';
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
import {removeAbandonedFolders, temporaryFolder} from '../../files/temporaryFolder';
import type {TablePair} from './answerComparisons';
import type {TableAnswer, TableAsk} from './answerTables';

type Answer<T> = Promise<Result<T, AppError>>;

/** Reads table files, by their absolute paths, in a process of its own: a file may bring that down, not the window. */
export type TableReader = ReturnType<typeof createTableReader>;

/** A process that answers tables, as its parent sees it. */
export interface TableProcess {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: () => void): void;
  /** Asks it to close its files and end; resolves when it has. */
  end(): Promise<void>;
}

/** Starts the bundle of `tables.worker.ts` with one argument, the folder for its tables. */
export type StartTableProcess = (
  bundle: string,
  scratch: string,
  execArgv: readonly string[],
) => TableProcess;

/** How long a process may take to remove its files before it is killed. */
const END_MS = 3000;

/** What its JavaScript may take, in MB: files lie outside of it, and one that makes more than this was made for it. */
const HEAP_LIMIT = '--max-old-space-size=256';

/** A child process of Node; it never keeps its parent alive. */
const startWithNode: StartTableProcess = (bundle, scratch, execArgv) => {
  const child = fork(bundle, [scratch], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [...execArgv],
  });
  return {
    send: (message) => void child.send(message as object),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.on('exit', listener),
    end: () =>
      new Promise((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done();
        const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
        child.on('exit', () => {
          clearTimeout(timer);
          done();
        });
        if (child.connected) child.disconnect();
      }),
  };
};

interface Answered {
  readonly id: number;
  readonly answer: TableAnswer;
}

/** A reader whose process is started at the first question, and anew after it has died. */
export function createTableReader(start: StartTableProcess = startWithNode) {
  const waiting = new Map<number, (answer: TableAnswer) => void>();
  let running: Promise<TableProcess> | null = null;
  let last = 0;
  /** What a process that died has left is being removed. */
  let removing: Promise<void> = Promise.resolve();

  const begin = async (): Promise<TableProcess> => {
    const bundle = join(__dirname, 'tables.worker.cjs');
    // of the user alone; what a process that died has left in it goes with it
    await removeAbandonedFolders('tables');
    const scratch = await temporaryFolder('tables');
    const child = existsSync(bundle)
      ? start(bundle, scratch, [HEAP_LIMIT])
      : await inPlace(scratch);
    child.onMessage((message) => {
      // the process is our own code
      const {id, answer} = message as Answered;
      const take = waiting.get(id);
      waiting.delete(id);
      take?.(answer);
    });
    child.onExit(() => {
      running = null;
      const left = [...waiting.values()];
      waiting.clear();
      for (const take of left) take(err(died));
      removing = rm(scratch, {recursive: true, force: true});
    });
    return {
      ...child,
      async end() {
        await child.end();
        await rm(scratch, {recursive: true, force: true});
      },
    };
  };

  async function ask<T>(question: TableAsk): Answer<T> {
    running ??= begin();
    const process = await running;
    last += 1;
    const id = last;
    const answer = new Promise<TableAnswer>((resolve) => waiting.set(id, resolve));
    process.send({id, ask: question});
    // each question has its own kind of answer
    return (await answer) as Result<T, AppError>;
  }

  return {
    /** `whole`: not before the file has been read to its end. */
    schema: (path: string, whole: boolean): Answer<TableSchema> =>
      ask({kind: 'schema', path, whole}),
    /** The first rows alone, read anew and not kept: for looking at many small files. */
    beginning: (path: string): Answer<TableBeginning> => ask({kind: 'beginning', path}),
    /** How many rows there are, read anew and not kept; null where the format does not say. */
    countRows: (path: string): Answer<number | null> => ask({kind: 'count', path}),
    rows: (path: string, from: number, count: number, query: TableQuery): Answer<TablePage> =>
      ask({kind: 'rows', path, from, count, query}),
    /** The figures of a column, by its place. */
    summary: (path: string, column: number): Answer<ColumnSummary> =>
      ask({kind: 'summary', path, column}),
    /** The next cell that holds a text. */
    find: (path: string, query: TableQuery, search: TableSearch): Answer<TableFind> =>
      ask({kind: 'find', path, query, search}),
    /** Answers a SELECT over the file, which it calls `data`. */
    sql: (path: string, sql: string): Answer<SqlRows> => ask({kind: 'sql', path, sql}),
    /** Ends the SELECT under way. */
    stopSql: (path: string): Answer<null> => ask({kind: 'stop-sql', path}),
    compare: (pair: TablePair): Answer<TableDifference> => ask({kind: 'compare', pair}),
    /** Rows of two versions, from place `from`, which counts from 0; those that are not the same alone where asked. */
    comparedRows: (
      pair: TablePair,
      range: {readonly from: number; readonly count: number; readonly onlyChanged: boolean},
    ): Answer<readonly ComparedRow[]> => ask({kind: 'compared-rows', pair, ...range}),
    /** How far the comparison under way is, from 0 to 1; null where there is none. `stop` ends it. */
    comparing: (stop: boolean): Answer<number | null> =>
      running === null ? Promise.resolve(ok(null)) : ask({kind: 'comparing', stop}),
    /** Lets go of a file. */
    closeTable: (path: string): Answer<null> =>
      running === null ? Promise.resolve(ok(null)) : ask({kind: 'close', path}),
    /** Ends the process. */
    async close(): Promise<void> {
      const ending = running;
      running = null;
      await ending?.then((process) => process.end());
      await removing;
    },
  };
}

const died: AppError = appError('invalid-request', 'This table can’t be shown.', {
  why: 'The part of Study Desk that reads tables ended over it. Nothing else is affected.',
  hint: 'Open it with another program.',
});

/** The same in this process: in tests of the source there is no bundle. */
async function inPlace(scratch: string): Promise<TableProcess> {
  const {createTableAnswers} = await import('./answerTables');
  const answers = createTableAnswers(scratch);
  let say: (message: unknown) => void = () => undefined;
  return {
    send(message) {
      const {id, ask} = message as {readonly id: number; readonly ask: TableAsk};
      void answers.answer(ask).then((answer) => say({id, answer}));
    },
    onMessage(listener) {
      say = listener;
    },
    onExit: () => undefined,
    end: () => answers.close(),
  };
}
