import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {plainPath, type DummyData} from '../../../shared/dataset';
import type {DummyHeader, ProblemInput} from '../../ehrql/problems';
import {fileInStudy} from '../../files/fileInStudy';
import type {StudyState} from '../studyState';

/** The files that ehrQL takes for tables: the name of the table, and the format. */
const TABLE = /^(.+?)\.(?:csv|csv\.gz|arrow)$/;

/** The columns of an action's dummy data, as far as they can be read; what can't be is for ehrQL to report. */
export async function dummyHeaders(
  state: StudyState,
  {kind, path}: DummyData,
): Promise<Pick<ProblemInput, 'dummyFile' | 'dummyTables'>> {
  const none = {dummyFile: null, dummyTables: null};
  if (path === null) return none;
  const given = plainPath(path).replace(/\/+$/, '');
  if (kind === 'file')
    return {...none, dummyFile: TABLE.test(given) ? await headerOf(state, given) : null};
  const files = await filesIn(state.dir, given);
  if (files === null) return none;
  const dummyTables = new Map<string, DummyHeader>();
  for (const file of files) {
    const header = await headerOf(state, `${given}/${file}`);
    if (header !== null) dummyTables.set(TABLE.exec(file)?.[1] ?? file, header);
  }
  return {...none, dummyTables};
}

/** The dummy tables in a folder of the study, by path. */
export async function tablesIn(dir: string, folder: string): Promise<readonly string[]> {
  return ((await filesIn(dir, folder)) ?? []).map((name) => `${folder}/${name}`).sort();
}

async function filesIn(dir: string, folder: string): Promise<readonly string[] | null> {
  const names = await readdir(join(dir, folder)).catch(() => null);
  return names?.filter((name) => TABLE.test(name)) ?? null;
}

async function headerOf(
  {dir, context: {tables}}: StudyState,
  path: string,
): Promise<DummyHeader | null> {
  const file = await fileInStudy(dir, path);
  if (!file.ok) return null;
  const schema = await tables.schema(file.value, false);
  await tables.closeTable(file.value);
  return schema.ok ? {path, columns: schema.value.columns.map(({name}) => name)} : null;
}
