/** Formats of tables; `sources/` holds a file for each. */
export type TableFormat = 'csv' | 'tsv' | 'parquet' | 'arrow' | 'stata' | 'rds';

/** How an output is shown, by its name. */
export type OutputFormat =
  | {readonly kind: 'table'; readonly format: TableFormat; readonly gunzip: boolean}
  | {readonly kind: 'json'; readonly gunzip: boolean}
  | {readonly kind: 'image'; readonly mediaType: string; readonly gunzip: boolean}
  | {readonly kind: 'html'}
  | {readonly kind: 'markdown'}
  | {readonly kind: 'pdf'}
  | {readonly kind: 'text'; readonly gunzip: boolean}
  /** Known, and for other programs; `name` says what it is. */
  | {readonly kind: 'foreign'; readonly name: string};

const FOREIGN: Readonly<Record<string, string>> = {
  rdata: 'R objects',
  rda: 'R objects',
  ster: 'Stata estimates',
  gph: 'a Stata graph',
  sav: 'an SPSS data set',
  pkl: 'a Python object',
  xlsx: 'an Excel workbook',
  docx: 'a Word document',
  zip: 'an archive',
  tar: 'an archive',
  sqlite: 'a database',
  db: 'a database',
};

/** The format by a file's name; what is not known is tried as text. */
export function outputFormatOf(path: string): OutputFormat {
  const lower = path.toLowerCase();
  const gunzip = lower.endsWith('.gz');
  const name = gunzip ? lower.slice(0, -'.gz'.length) : lower;
  const extension = /\.([a-z0-9]+)$/.exec(name)?.[1] ?? '';
  switch (extension) {
    case 'csv':
      return {kind: 'table', format: 'csv', gunzip};
    case 'tsv':
      return {kind: 'table', format: 'tsv', gunzip};
    case 'dta':
      return {kind: 'table', format: 'stata', gunzip};
    case 'rds':
      // unpacks itself
      return {kind: 'table', format: 'rds', gunzip};
    case 'parquet':
      return gunzip ? twice() : {kind: 'table', format: 'parquet', gunzip};
    case 'arrow':
    case 'feather':
      return gunzip ? twice() : {kind: 'table', format: 'arrow', gunzip};
    case 'json':
      return {kind: 'json', gunzip};
    case 'png':
      return {kind: 'image', mediaType: 'image/png', gunzip};
    case 'jpg':
    case 'jpeg':
      return {kind: 'image', mediaType: 'image/jpeg', gunzip};
    case 'gif':
      return {kind: 'image', mediaType: 'image/gif', gunzip};
    case 'svg':
      return {kind: 'image', mediaType: 'image/svg+xml', gunzip};
    case 'svgz':
      return {kind: 'image', mediaType: 'image/svg+xml', gunzip: true};
    case 'html':
    case 'htm':
      return gunzip ? {kind: 'text', gunzip} : {kind: 'html'};
    case 'md':
    case 'markdown':
      return gunzip ? {kind: 'text', gunzip} : {kind: 'markdown'};
    case 'pdf':
      return gunzip ? {kind: 'foreign', name: 'a compressed PDF document'} : {kind: 'pdf'};
    default: {
      const foreign = Object.hasOwn(FOREIGN, extension) ? FOREIGN[extension] : undefined;
      return foreign === undefined ? {kind: 'text', gunzip} : {kind: 'foreign', name: foreign};
    }
  }
}

/** A format that compresses its own content, compressed as a whole. */
function twice(): OutputFormat {
  return {kind: 'foreign', name: 'a table that is compressed once more'};
}
