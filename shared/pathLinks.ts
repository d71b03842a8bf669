/** A file that a line of a log names. */
export interface PathLink {
  /** Where its words stand in the text; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Study-relative, as far as the text shows; whether there is such a file is not known. */
  readonly path: string;
  /** From 1; null where none is named. */
  readonly line: number | null;
}

/** Endings of files that studies hold: scripts, documents, data and figures. */
const ENDINGS =
  'py|pyi|ipynb|r|rmd|qmd|rnw|do|ado|sql|jl|sh|ya?ml|json|toml|csv|tsv|txt|md|html?|log|feather|parquet|arrow|dta|rds|rda|rdata|xlsx?|png|jpe?g|svg|pdf';

/** Behind a path: `:7`, `:7:3`, `#7`, `, line 7`, `" line 7`, ` (line 7)`, `", on line 7`. */
const LINE = String.raw`(?::(\d{1,7})(?::\d{1,5})?|#(\d{1,7})|["'\`’)]{0,2},? (?:\(line (\d{1,7})\)|(?:at |on |in )?line (\d{1,7})))`;

const FOLDERS = String.raw`(?:[\w.+-]+\/)+`;
const NAME = String.raw`[\w.+-]*\w\.(?:${ENDINGS})(?:\.gz)?`;

/**
 * A path of the study: below /workspace, or relative with a folder, or project.yaml. What stands in another absolute
 * folder, behind a scheme or a drive, is none.
 */
const PATH = new RegExp(
  String.raw`(?<![\w./\\:@~-]|\\)(?:(?:\/workspace\/|\.\/)(${FOLDERS}${NAME}|${NAME})|(${FOLDERS}${NAME}|project\.yaml))(?![\w/\\-]|\.\w)(?:${LINE})?`,
  'gi',
);

/** Python's way, which allows blanks in names: `File "analysis/my model.py", line 7`. */
const PYTHON = /\bFile "(?:\/workspace\/|\.\/)?([^"/][^"]{0,300})", line (\d{1,7})/g;

/** The files of the study that a text names, in their order: in the forms of Python, R, Stata, ehrQL and the shell. */
export function pathLinks(text: string): readonly PathLink[] {
  if (!text.includes('.')) return [];
  const links: PathLink[] = [];
  for (const {0: words, 1: path = '', 2: line, index} of text.matchAll(PYTHON)) {
    if (!isInStudy(path) || path.startsWith('<')) continue;
    links.push({from: index, to: index + words.length, path, line: Number(line)});
  }
  for (const match of text.matchAll(PATH)) {
    const [words, below, relative, ...lines] = match;
    const path = (below ?? relative ?? '').replace(/^\.\//, '');
    const [from, to] = [match.index, match.index + words.length];
    if (!isInStudy(path) || links.some((other) => from < other.to && other.from < to)) continue;
    const line = lines.find((each) => each !== undefined);
    links.push({from, to, path, line: line === undefined || line === '0' ? null : Number(line)});
  }
  return links.sort((left, right) => left.from - right.from);
}

function isInStudy(path: string): boolean {
  return path !== '' && !path.split(/[\\/]/).some((part) => part === '..' || part === '');
}
