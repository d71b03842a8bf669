import type {ColumnType} from '../../../shared/table';
import {sqlName, sqlText} from '../../../shared/tableSql';
import {takeIn, type StoredColumn} from '../tables/tableStore';
import {HEAD_ROWS, SourceFault, type TableReading} from './outputSource';

const TYPES: readonly (readonly [RegExp, ColumnType])[] = [
  [/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/, 'integer'],
  [/^(FLOAT|DOUBLE|DECIMAL.*)$/, 'number'],
  [/^BOOLEAN$/, 'boolean'],
  [/^DATE$/, 'date'],
  [/^TIME( .*)?$/, 'time'],
  [/^TIMESTAMP.*$/, 'timestamp'],
  [/^(VARCHAR|UUID)$/, 'text'],
];

/** The type of a column by DuckDB's name of it. */
export function typeOfSql(sqlType: string): ColumnType {
  return TYPES.find(([pattern]) => pattern.test(sqlType))?.[1] ?? 'other';
}

/** Opens a Parquet file, which says itself what its columns are. */
export async function openParquet(path: string, scratch: string): Promise<TableReading> {
  const intake = await takeIn(path, scratch, 1000);
  try {
    const source = `read_parquet(${sqlText(intake.path)})`;
    const described = await intake.texts(
      `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`,
    );
    const columns = described.map(([name, sqlType]): StoredColumn => {
      const kept = sqlType ?? 'VARCHAR';
      return {
        name: name ?? '',
        type: typeOfSql(kept),
        sqlType: kept,
        kept,
      };
    });
    const [[total] = []] = await intake.texts(`SELECT count(*) FROM ${source}`);
    const list = columns.map(({name}) => sqlName(name)).join(', ');
    const head = await intake.texts(`SELECT ${list} FROM ${source} LIMIT ${HEAD_ROWS}`);
    const notes = columns.some(({kept}) => kept === 'TIMESTAMP WITH TIME ZONE')
      ? ['Times of a time zone are shown in UTC.']
      : [];
    return {
      schema: {
        format: 'parquet',
        columns: columns.map(({name, type}) => ({name, type})),
        totalRows: Number(total),
        notes,
        complete: false,
      },
      head,
      async load(into) {
        await into.loadParquet();
        return {columns, notes};
      },
    };
  } catch (error) {
    throw new SourceFault(
      `It can’t be read as Parquet: ${error instanceof Error ? error.message.split('\n')[0] : ''}`,
    );
  } finally {
    await intake.discard();
  }
}
