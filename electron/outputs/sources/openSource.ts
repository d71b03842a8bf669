import {openFile} from '../../files/openFile';
import {outputFormatOf, type TableFormat} from '../outputFormat';
import {openArrow} from './arrowSource';
import {openCsv} from './csvSource';
import type {TableBeginning} from '../../../shared/table';
import {SourceFault, type OpenFormat, type OutputSource, type TableReading} from './outputSource';
import {openParquet} from './parquetSource';
import {openRds} from './rdsSource';
import {openStata} from './stataSource';
import {createTableSource} from './tableSource';

/** Who opens each format. */
const OPEN: Readonly<Record<TableFormat, (gunzip: boolean) => OpenFormat>> = {
  csv: (gunzip) => (path) => openCsv(path, {delimiter: ',', gunzip}),
  tsv: (gunzip) => (path) => openCsv(path, {delimiter: '\t', gunzip}),
  parquet: () => openParquet,
  arrow: () => openArrow,
  stata: openStata,
  rds: () => openRds,
};

/**
 * Opens a table file by its absolute path, with a folder for files on the way; `name` shows its format where it is kept
 * under another one. Throws a {@link SourceFault} where it can't be shown.
 */
export async function openSource(
  path: string,
  scratch: string,
  name = path,
): Promise<OutputSource> {
  return createTableSource(path, scratch, await openReading(path, scratch, name));
}

/** The first rows of a table file, without the rest being brought in: small ones are whole so in a few milliseconds. */
export async function readBeginning(path: string, scratch: string): Promise<TableBeginning> {
  const {schema, head} = await openReading(path, scratch, path);
  return {
    schema,
    rows: head.map((values, at) => ({row: at + 1, values})),
    isAll: schema.totalRows === head.length,
  };
}

/** How many rows a table file has, as the whole of it would be shown, without its rows being brought in. */
export async function countRows(path: string, scratch: string): Promise<number | null> {
  const {schema, countRows: count} = await openReading(path, scratch, path);
  return schema.totalRows ?? (await count?.()) ?? null;
}

async function openReading(path: string, scratch: string, name: string): Promise<TableReading> {
  const format = outputFormatOf(name);
  if (format.kind !== 'table')
    throw new SourceFault('By its name it is none of the tables that are shown here.', true);
  // some formats are read by others' code, which would wait for a pipe
  await (await openFile(path)).file.close();
  return OPEN[format.format](format.gunzip)(path, scratch);
}
