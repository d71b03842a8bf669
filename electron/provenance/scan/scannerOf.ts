import {NO_FACTS, type SourceFacts} from './sourceFacts';
import {scanEhrql} from './scanEhrql';
import {scanMarkdown} from './scanMarkdown';
import {scanPython} from './scanPython';
import {scanR} from './scanR';
import {scanStata} from './scanStata';

/** Reads what a source says about files; a document can hold several languages. */
export type Scanner = (source: string) => readonly SourceFacts[];

/** The scanner for a file by its ending; null for files that refer to no others. */
export function scannerOf(path: string, image: string): Scanner | null {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  switch (ending) {
    case 'r':
      return (source) => [scanR(source)];
    case 'py':
      return (source) => [
        /^(ehrql|databuilder|cohortextractor):/.test(image)
          ? scanEhrql(source)
          : scanPython(source),
      ];
    case 'do':
    case 'ado':
      return (source) => [scanStata(source)];
    case 'qmd':
    case 'rmd':
      return scanMarkdown;
    case 'ipynb':
      return scanNotebook;
    case 'yaml':
    case 'yml':
    case 'json':
    case 'toml':
    case 'sql':
    case 'sh':
      return (source) => [scanSettings(source)];
    default:
      return null;
  }
}

/** Settings can name files: every word that is the path of one counts. */
function scanSettings(source: string): SourceFacts {
  return {...NO_FACTS, texts: source.split(/\r?\n/)};
}

/** The code cells of a notebook, as Python and as R: which it is does not matter for what they name. */
function scanNotebook(source: string): readonly SourceFacts[] {
  let cells: unknown;
  try {
    cells = JSON.parse(source);
  } catch {
    return [{...NO_FACTS, uncertain: true}];
  }
  const code = sourcesOfCells(cells).join('\n');
  // `%run other.py`, `!cat data.csv`
  const commands = /^\s*[%!].*$/gm;
  return [
    /"language"\s*:\s*"R"/i.test(source) ? scanR(code) : scanPython(code.replace(commands, '')),
    {...NO_FACTS, texts: code.match(commands) ?? []},
  ];
}

function sourcesOfCells(notebook: unknown): readonly string[] {
  if (typeof notebook !== 'object' || notebook === null || !('cells' in notebook)) return [];
  if (!Array.isArray(notebook.cells)) return [];
  return notebook.cells.flatMap((cell: unknown) => {
    if (typeof cell !== 'object' || cell === null || !('source' in cell)) return [];
    const isCode = 'cell_type' in cell && cell.cell_type === 'code';
    const {source} = cell;
    if (!isCode) return [];
    if (typeof source === 'string') return [source];
    return Array.isArray(source)
      ? [source.filter((line) => typeof line === 'string').join('')]
      : [];
  });
}
