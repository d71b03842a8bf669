import {stat} from 'node:fs/promises';
import type {RowCount} from '../../../shared/output';
import {ok} from '../../../shared/result';
import type {TableSchema} from '../../../shared/table';
import {outputFormatOf, type OutputFormat} from '../../outputs/outputFormat';
import type {TableReader} from '../../outputs/tables/tableReader';
import type {Answer} from '../studyContext';

/** How many rows tables have, by their absolute paths; a file that has not changed is not counted again. */
export interface RowCounts {
  /** A table that is too large to be read for that alone, or can't be read, is not counted. */
  of(file: string): Answer<RowCount>;
  /** Opens a table, and takes down what that finds, however large it is. */
  whenOpened(file: string, open: () => Answer<TableSchema>): Answer<TableSchema>;
}

/** Most bytes of a file that is read only because its name is in view; of formats that are unpacked or read whole, fewer. */
const MOST_BYTES = {pieces: 32 * 1024 ** 2, whole: 2 * 1024 ** 2};

/** Creates it. */
export function createRowCounts(tables: TableReader): RowCounts {
  const known = new Map<string, {readonly version: string; readonly rows: RowCount}>();
  return {
    async of(file) {
      const format = outputFormatOf(file);
      if (format.kind !== 'table') return ok('no table');
      const found = await versionOf(file);
      if (found === null) return ok('not counted');
      const before = known.get(file);
      if (before?.version === found.version) return ok(before.rows);
      if (found.size > mostBytes(format)) return ok('not counted');
      const counted = await tables.countRows(file);
      // a file that can't be read says so when it is opened
      const rows = (counted.ok ? counted.value : null) ?? 'not counted';
      known.set(file, {version: found.version, rows});
      return ok(rows);
    },
    async whenOpened(file, open) {
      const found = await versionOf(file);
      const schema = await open();
      if (found !== null && schema.ok && schema.value.complete)
        known.set(file, {version: found.version, rows: schema.value.totalRows ?? 'not counted'});
      return schema;
    },
  };
}

function mostBytes({format, gunzip}: Extract<OutputFormat, {kind: 'table'}>): number {
  return gunzip || format === 'rds' ? MOST_BYTES.whole : MOST_BYTES.pieces;
}

/** Distinguishes a file from the one that was there before. */
async function versionOf(
  file: string,
): Promise<{readonly version: string; readonly size: number} | null> {
  const found = await stat(file).catch(() => null);
  if (found?.isFile() !== true) return null;
  return {version: `${found.size} ${found.mtimeMs} ${found.ino}`, size: found.size};
}
