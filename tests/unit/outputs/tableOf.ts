import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openSource} from '../../../electron/outputs/sources/openSource';
import type {OutputSource} from '../../../electron/outputs/sources/outputSource';
import {WHOLE_TABLE, type TableQuery, type TableSchema} from '../../../shared/table';

/** Everything a table file shows, once by its beginning and once by the whole file; both must be the same. */
export interface ShownTable {
  readonly schema: TableSchema;
  readonly names: readonly string[];
  readonly types: readonly (string | null)[];
  readonly values: readonly (readonly (string | null)[])[];
}

/** Opens a file for the time of `work`. */
export async function withTable<T>(
  path: string,
  work: (source: OutputSource) => Promise<T>,
): Promise<T> {
  const room = mkdtempSync(join(tmpdir(), 'study-desk-room-'));
  const source = await openSource(path, room);
  try {
    return await work(source);
  } finally {
    await source.close();
    rmSync(room, {recursive: true});
  }
}

/** Reads a whole file as it is shown. */
export const showFile = (path: string, query: TableQuery = WHOLE_TABLE): Promise<ShownTable> =>
  withTable(path, async (source) => {
    const schema = await source.whole();
    const {rows} = await source.rows(0, schema.totalRows ?? 0, query);
    return {
      schema,
      names: schema.columns.map(({name}) => name),
      types: schema.columns.map(({type}) => type),
      values: rows.map(({values}) => values),
    };
  });

/** Reads a whole text or bytes as a file of that name. */
export async function showText(
  name: string,
  content: string | Uint8Array,
  query?: TableQuery,
): Promise<ShownTable> {
  const folder = mkdtempSync(join(tmpdir(), 'study-desk-shown-'));
  try {
    writeFileSync(join(folder, name), content);
    return await showFile(join(folder, name), query);
  } finally {
    rmSync(folder, {recursive: true});
  }
}
