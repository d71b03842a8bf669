import type {CodelistEntry, CodelistProblem} from '../../shared/codelist';
import {formatPlural} from '../../shared/format';
import type {QuickFix, Severity} from '../../shared/problem';

/** The folder of a study's codelists, and its files that are no lists. */
export const CODELISTS = 'codelists';
export const SPEC = 'codelists.txt';
export const MANIFEST = 'codelists.json';

/** What codelists.txt says: the lists that can be used, and everything wrong with it. */
export interface CodelistFile {
  readonly entries: readonly CodelistEntry[];
  readonly problems: readonly CodelistProblem[];
}

const LINE_END = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/gu;
/** Spaces as the reference counts them, which leaves a byte order mark in its place. */
const AROUND = /^(?:(?!\ufeff)[\s\u0085])+|(?:(?!\ufeff)[\s\u0085])+$/gu;

interface Line {
  readonly number: number;
  readonly text: string;
  /** Offsets in the file: of its beginning, and of the beginning of the next one. */
  readonly from: number;
  readonly next: number;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (const end of [...text.matchAll(LINE_END), null]) {
    const to = end?.index ?? text.length;
    const next = end === null ? text.length : to + end[0].length;
    lines.push({number: lines.length + 1, text: text.slice(from, to), from, next});
    from = next;
  }
  return lines;
}

/** One line as an entry, or the message of what is wrong with it; null for an empty line or a comment. */
export function readLine(text: string, number: number): CodelistEntry | string | null {
  const id = text.replace(AROUND, '').replace(/\/+$/u, '');
  if (id === '' || id.startsWith('#')) return null;
  const parts = id.split('/');
  if (parts.length !== 3 && parts.length !== 4)
    return `"${id}" has ${formatPlural(parts.length, 'part')} between slashes, not 3 or 4.`;
  const file = `${parts.slice(0, -1).join('-')}.csv`;
  if (/[\\\0]/u.test(file)) return `"${id}" can’t be the name of a file.`;
  const [version = ''] = parts.slice(-1);
  return {id, list: parts.slice(0, -1).join('/'), version, file, line: number};
}

/** codelists.txt with another version in the line of a list; as it was where no line names that. */
export function withVersion(
  text: string,
  {from, to}: Readonly<Record<'from' | 'to', string>>,
): string {
  const line = linesOf(text).find((each) => {
    const entry = readLine(each.text, each.number);
    return entry !== null && typeof entry !== 'string' && entry.id === from;
  });
  if (line === undefined) return text;
  const end = line.from + line.text.length;
  return text.slice(0, line.from) + line.text.replace(from, () => to) + text.slice(end);
}

/** Reads codelists.txt; every malformed line is a problem at its line, with a fix where there is a certain one. */
export function readCodelistFile(text: string): CodelistFile {
  const entries: CodelistEntry[] = [];
  const problems: CodelistProblem[] = [];
  const lines = linesOf(text);
  const known = new Map<string, CodelistEntry>();
  const files = new Map<string, CodelistEntry>();
  const report = (rule: string, line: Line, message: string, hint: string, fixes: QuickFix[]) =>
    problems.push(problemAt('error', rule, line.number, message, hint, fixes));
  const removal = (line: Line | undefined, title: string): QuickFix[] =>
    line === undefined ? [] : [{title, edits: [{from: line.from, to: line.next, insert: ''}]}];

  for (const line of lines) {
    const entry = readLine(line.text, line.number);
    if (entry === null) continue;
    if (typeof entry === 'string') {
      report('S-CODELIST-PARTS', line, entry, PARTS_HINT, [
        ...changeToId(line),
        ...removal(line, 'Remove this line'),
      ]);
      continue;
    }
    const before = known.get(entry.list);
    const sameFile = files.get(entry.file);
    if (before?.version === entry.version)
      report(
        'S-CODELIST-DUPLICATE',
        line,
        `${entry.id} is already in line ${before.line}.`,
        'Remove one of the two lines.',
        removal(line, 'Remove this line'),
      );
    else if (before !== undefined)
      report(
        'S-CODELIST-VERSIONS',
        line,
        `${entry.id} is another version of the list in line ${before.line}, ${before.id}.`,
        'Keep one version: both would be written to the same file.',
        [
          ...removal(lines[before.line - 1], `Keep ${entry.version}: remove line ${before.line}`),
          ...removal(line, `Keep ${before.version}: remove this line`),
        ],
      );
    else if (sameFile !== undefined)
      report(
        'S-CODELIST-SAME-FILE',
        line,
        `${entry.id} and ${sameFile.id} in line ${sameFile.line} would both be ${entry.file}.`,
        'Keep one of the two lines.',
        removal(line, 'Remove this line'),
      );
    else {
      known.set(entry.list, entry);
      files.set(entry.file, entry);
      entries.push(entry);
    }
  }
  return {entries, problems: [...problems, ...differByCase(entries)]};
}

const PARTS_HINT =
  'A line is organisation/list/version or user/name/list/version, as in the address of the list.';

/** A line that is the whole address of a list is certain to mean its id. */
function changeToId(line: Line): QuickFix[] {
  const found = /^\s*\ufeff?\s*https?:\/\/[^/]+\/codelist\/([^?#\s]+)/u.exec(line.text)?.[1];
  const path = found?.replace(/\/download\.csv$/u, '').replace(/\/+$/u, '') ?? '';
  if (path === '' || typeof readLine(path, line.number) === 'string') return [];
  const edit = {from: line.from, to: line.from + line.text.length, insert: path};
  return [{title: `Change to ${path}`, edits: [edit]}];
}

/** On Windows and macOS two names that differ by case alone are one file. */
function differByCase(entries: readonly CodelistEntry[]): readonly CodelistProblem[] {
  const seen = new Map<string, CodelistEntry>();
  return entries.flatMap((entry) => {
    const key = entry.file.toLowerCase();
    const before = seen.get(key);
    seen.set(key, before ?? entry);
    if (before === undefined) return [];
    return [
      problemAt(
        'warning',
        'S-CODELIST-CASE',
        entry.line,
        `${entry.file} differs from ${before.file} of line ${before.line} by upper and lower case alone.`,
        'On Windows and macOS both are one file. Write both lines the way the server does.',
      ),
    ];
  });
}

/** A problem of codelists.txt. */
function problemAt(
  severity: Severity,
  rule: string,
  line: number | null,
  message: string,
  hint: string,
  fixes: readonly QuickFix[] = [],
): CodelistProblem {
  return {severity, rule, message, hint, file: `${CODELISTS}/${SPEC}`, line, fixes};
}
