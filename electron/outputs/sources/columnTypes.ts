import type {ColumnType} from '../../../shared/table';
import type {StoredColumn, TableIntake} from '../tables/tableStore';

/** A type that a column of texts may stand for: which texts are of it, and what they are compared as. */
interface TextType {
  readonly type: ColumnType;
  readonly sqlType: string;
  /** True in SQL for a text of this type. */
  readonly test: (column: string) => string;
}

const matches = (column: string, pattern: string): string =>
  `regexp_full_match(${column}, '${pattern}')`;

/** From narrow to wide; a number with a zero in front, such as 007, is a name. */
const TEXT_TYPES: readonly TextType[] = [
  {
    type: 'integer',
    sqlType: 'BIGINT',
    test: (column) => matches(column, '-?(0|[1-9][0-9]{0,17})'),
  },
  {
    type: 'integer',
    sqlType: 'HUGEINT',
    test: (column) => matches(column, '-?(0|[1-9][0-9]{0,36})'),
  },
  {
    type: 'number',
    sqlType: 'DOUBLE',
    test: (column) =>
      matches(column, '[+-]?((0|[1-9][0-9]*)(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?'),
  },
  {
    type: 'boolean',
    sqlType: 'BOOLEAN',
    test: (column) => matches(column, 'true|false|TRUE|FALSE|True|False'),
  },
  {
    type: 'date',
    sqlType: 'DATE',
    test: (column) =>
      `(${matches(column, '[0-9]{4}-[0-9]{2}-[0-9]{2}')} AND TRY_CAST(${column} AS DATE) IS NOT NULL)`,
  },
];

const TEXT = {type: 'text', sqlType: 'VARCHAR'} as const;

/** True in SQL for a text that stands for a value that was taken out before release. */
export function isRedacted(column: string): string {
  return `coalesce(lower(${column}) IN ('[redacted]', 'redacted'), false)`;
}

/** Columns asked about at once: each pattern takes megabytes while it is used. */
const AT_ONCE = 8;

/**
 * What the texts of a table stand for, by all of them: a type only where every text is of it, apart from empty ones
 * and `NA`, and those that say they are redacted. The texts stay what is shown.
 */
export async function typesOfTexts(
  intake: TableIntake,
  names: readonly string[],
): Promise<readonly StoredColumn[]> {
  const columns: StoredColumn[] = [];
  for (let from = 0; from < names.length; from += AT_ONCE) {
    const some = names.slice(from, from + AT_ONCE);
    // most columns fall out of most types within their first rows
    const inHead = await fits(intake, some, from, 'raw LIMIT 2000', () => TEXT_TYPES);
    const inAll = await fits(intake, some, from, 'raw', (at) => inHead[at] ?? []);
    some.forEach((name, at) => {
      const {type, sqlType} = inAll[at]?.[0] ?? TEXT;
      columns.push({name, type, sqlType, kept: 'VARCHAR'});
    });
  }
  return columns;
}

/** For each column the types of `candidates` that all its texts are of, those it has none of left out. */
async function fits(
  intake: TableIntake,
  names: readonly string[],
  from: number,
  rows: string,
  candidates: (at: number) => readonly TextType[],
): Promise<readonly (readonly TextType[])[]> {
  const asked = names.map((_, at) => candidates(at));
  const questions = asked.flatMap((types, at) => {
    const column = `c${from + at}`;
    const filled = `${column} IS NOT NULL AND ${column} <> '' AND ${column} <> 'NA' AND NOT ${isRedacted(column)}`;
    return types.map(({test}) => `bool_and(${test(column)}) FILTER (WHERE ${filled})`);
  });
  if (questions.length === 0) return asked;
  const [answers = []] = await intake.texts(
    `SELECT ${questions.join(', ')} FROM (SELECT * FROM ${rows})`,
  );
  let next = 0;
  // null: no text yet that could show it
  const isHead = rows !== 'raw';
  return asked.map((types) =>
    types.filter(() => {
      const answer = answers[next++] ?? null;
      return answer === 'true' || (answer === null && isHead);
    }),
  );
}
