import {outputFormatOf, type TableFormat} from '../outputFormat';
import {openArrow} from './arrowSource';
import {openCsv} from './csvSource';
import {SourceFault, type OpenFormat, type OutputSource} from './outputSource';
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
 * Opens a table file by its absolute path, with a folder for files on the way; `name` tells its format where it is kept
 * under another one. Throws a {@link SourceFault} where it can't be shown.
 */
export async function openSource(path: string, room: string, name = path): Promise<OutputSource> {
  const format = outputFormatOf(name);
  if (format.kind !== 'table')
    throw new SourceFault('By its name it is none of the tables that are shown here.', true);
  return createTableSource(path, room, await OPEN[format.format](format.gunzip)(path, room));
}
