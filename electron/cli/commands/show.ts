import {stat} from 'node:fs/promises';
import {resolve} from 'node:path';
import {formatCount, formatPlural} from '../../../shared/format';
import {type AppError, failWith} from '../../../shared/errors';
import {ok, type Result} from '../../../shared/result';
import {
  MOST_ROWS_AT_ONCE,
  type ColumnSummary,
  type TableQuery,
  type TableRow,
  type TableSchema,
} from '../../../shared/table';
import {reportError, type CommandContext} from '../command';
import {EXIT, type ExitCode} from '../exitCodes';
import {columns} from '../render';

/** The options of `show`. */
export interface ShowOptions {
  /** Places of the first and the last row, from 1; the last one may be Infinity. */
  readonly rows?: readonly [number, number];
  /** A column's name, with `:desc` behind it for the other direction. */
  readonly sort?: string;
  readonly where?: string;
  readonly summary: boolean;
}

/** Rows of text that are lined up with each other. */
const LINED_UP = 1000;

/** `show`: a table as the window shows it. Needs no study and no engine. */
export async function showCommand(
  context: CommandContext,
  path: string,
  options: ShowOptions,
): Promise<ExitCode> {
  const file = await fileAt(context.projectDir, path);
  const {tables} = await context.core();
  const schema = await tables.schema(file, true);
  if (!schema.ok) return reportError(context, schema.error);
  const query = queryOf(schema.value, options);
  if (!query.ok) return reportError(context, query.error);

  if (options.summary) {
    const summary: ColumnSummary[] = [];
    for (const at of schema.value.columns.keys()) {
      const figures = await tables.summary(file, at);
      if (!figures.ok) return reportError(context, figures.error);
      summary.push(figures.value);
    }
    printHead(context, path, schema.value);
    printSummary(context, summary);
    return EXIT.done;
  }

  const [first, last] = options.rows ?? [1, Infinity];
  const read = (from: number) =>
    tables.rows(file, from, Math.min(MOST_ROWS_AT_ONCE, last - from), query.value);
  // asked before anything is said: a condition that can't be used leaves nothing on standard output
  let page = await read(first - 1);
  if (!page.ok) return reportError(context, page.error);
  printHead(context, path, schema.value);
  const {matching} = page.value;
  if (matching !== null && matching !== schema.value.totalRows)
    context.console.warn(
      `${formatCount(matching)} of ${formatPlural(schema.value.totalRows ?? 0, 'row')} fit.`,
    );
  let from = first - 1;
  while (page.ok && page.value.rows.length > 0) {
    printRows(context, schema.value, page.value.rows);
    from += page.value.rows.length;
    if (from >= last || from >= (matching ?? 0)) return EXIT.done;
    page = await read(from);
  }
  return page.ok ? EXIT.done : reportError(context, page.error);
}

/** A path of the study folder, else of the current one. */
async function fileAt(projectDir: string, path: string): Promise<string> {
  const inStudy = resolve(projectDir, path);
  return (await stat(inStudy).catch(() => null)) === null ? resolve(path) : inStudy;
}

function queryOf(schema: TableSchema, {sort, where}: ShowOptions): Result<TableQuery, AppError> {
  const condition = where ?? null;
  if (sort === undefined) return ok({sort: null, where: condition});
  const names = schema.columns.map(({name}) => name);
  // a name may itself end with `:desc`
  const isName = names.includes(sort);
  const descending = !isName && sort.endsWith(':desc');
  const column = names.indexOf(isName ? sort : sort.replace(/:(desc|asc)$/, ''));
  if (column >= 0) return ok({sort: {column, descending}, where: condition});
  return failWith('invalid-request', `There is no column "${sort}" to sort by.`, {
    hint: `Its columns are ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
  });
}

function printHead({console}: CommandContext, path: string, schema: TableSchema): void {
  const {format, columns: all, totalRows, notes} = schema;
  console.json({path, format, columns: all, totalRows, notes});
  const size = `${formatPlural(totalRows ?? 0, 'row')}, ${formatPlural(all.length, 'column')}`;
  console.print(`${path}: ${format}, ${size}`);
  for (const note of notes) console.print(note);
  console.print('');
}

function printRows(
  {console}: CommandContext,
  schema: TableSchema,
  rows: readonly TableRow[],
): void {
  for (const {row, values} of rows) console.json({row, values});
  for (let from = 0; from < rows.length; from += LINED_UP) {
    const some = rows.slice(from, from + LINED_UP);
    const lines = columns([
      ['', ...schema.columns.map(({name}) => oneLine(name))],
      ...some.map(({row, values}) => [String(row), ...values.map((value) => oneLine(value ?? ''))]),
    ]);
    for (const line of lines) console.print(line);
  }
}

function printSummary({console}: CommandContext, summary: readonly ColumnSummary[]): void {
  for (const column of summary) console.json(column);
  const lines = columns([
    ['column', 'type', 'missing', 'redacted', 'distinct', 'min', 'smallest non-zero', 'max', 'sum'],
    ...summary.map(({name, type, missing, redacted, distinct, min, smallestNonZero, max, sum}) => [
      oneLine(name),
      type,
      formatCount(missing),
      formatCount(redacted),
      formatCount(distinct),
      ...[min, smallestNonZero, max, sum].map((text) => oneLine(text ?? '')),
    ]),
  ]);
  for (const line of lines) console.print(line);
}

/** A cell on one line of the terminal. */
function oneLine(text: string): string {
  return text.replace(/\r\n|[\r\n]/g, '↵').replaceAll('\t', ' ');
}
