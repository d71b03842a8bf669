import {posix} from 'node:path';
import {isScript} from '../../../shared/script';
import type {CodeMatcher} from './codeMatcher';
import {pathValue, type Names} from './pathValue';
import {scanPython} from './scanPython';
import {scanR} from './scanR';
import type {SourceFacts} from './sourceFacts';
import type {SourceLanguage} from './sourceTokens';
import {isCarriedOut} from './carriedOut';

/** A file that a script reads whenever it runs, and where. */
export interface SureRead {
  /** Study-relative. */
  readonly path: string;
  /** The script, and the line from 1; null where the run line itself names the file. */
  readonly at: {readonly script: string; readonly line: number} | null;
}

/** Scripts followed from one run line. */
const MOST_SCRIPTS = 60;
/** Options of a run line behind which stands what is written. */
const WRITING_OPTION = /^-{1,2}(?:o|out|output|output[-_]\w+|save|dest\w*)$/i;

/** What one script says: what it surely reads, and the scripts that it takes in. */
interface ScriptReading {
  readonly reads: readonly SureRead[];
  readonly follows: readonly string[];
}

/** What scripts were found to say, so that each is taken apart once, however many run lines and scripts name it. */
export type ScriptReads = Map<string, ScriptReading>;

/**
 * The files that an action surely reads: by a plain path, by a call that reads, which is carried out whenever the script
 * is. What hangs on an argument, a condition or a loop is left out, and so is all that may be read, which `scanScripts`
 * counts. Paths are those that the source gives, whether or not there is such a file.
 */
export function sureReads(
  argv: readonly string[],
  {matcher, readText}: SourceTexts,
  known: ScriptReads,
): readonly SureRead[] {
  const scripts = argv.slice(1).filter((word) => matcher.has(word) && isScript(word));
  const read = readsOfScripts(scripts, {matcher, readText}, known);
  const named = namedOnLine(argv, matcher).map((path): SureRead => ({path, at: null}));
  const paths = new Set(named.map(({path}) => path));
  return [...named, ...read.filter(({path}) => !paths.has(path))];
}

/** The code of a study. */
export interface SourceTexts {
  /** Of its code files. */
  readonly matcher: CodeMatcher;
  readonly readText: (path: string) => string | null;
}

function readsOfScripts(
  scripts: readonly string[],
  texts: SourceTexts,
  known: ScriptReads,
): readonly SureRead[] {
  const found = new Map<string, SureRead>();
  // a script of the run line runs as it is; of what it sources or imports the functions may never be called
  const queue = scripts.map((path) => ({path, isMain: true}));
  for (const {path, isMain} of queue) {
    const key = `${isMain ? 'main' : 'taken in'} ${path}`;
    const reading = known.get(key) ?? readScript(path, isMain, texts);
    known.set(key, reading);
    for (const read of reading.reads) if (!found.has(read.path)) found.set(read.path, read);
    for (const each of reading.follows) follow(queue, each);
  }
  return [...found.values()];
}

function readScript(
  path: string,
  isMain: boolean,
  {matcher, readText}: SourceTexts,
): ScriptReading {
  const text = readText(path);
  if (text === null) return {reads: [], follows: []};
  const ending = posix.extname(path).toLowerCase();
  if (ending === '.do') {
    const reads = stataReads(text).map((read) => ({
      path: read.path,
      at: {script: path, line: read.line},
    }));
    return {reads, follows: []};
  }
  const reads: SureRead[] = [];
  const follows: string[] = [];
  if (ending !== '.py' && ending !== '.r') return {reads: [], follows: []};
  const language: SourceLanguage = ending === '.py' ? 'python' : 'r';
  const facts = language === 'python' ? scanPython(text) : scanR(text);
  const names = namesOf(facts);
  for (const read of facts.reads) {
    const offset = read.find((token) => token.offset !== undefined)?.offset;
    const value = pathValue(read, names);
    const [only = ''] = value.patterns;
    if (offset === undefined || value.from !== 'known' || value.patterns.length !== 1) continue;
    if (!/^[^*\s]+\.\w+$/.test(only) || !isCarriedOut(text, offset, language, isMain)) continue;
    const target = posix.normalize(only.replace(/^\/workspace\//, ''));
    if (matcher.has(target) && /\.r$/i.test(target)) follows.push(target);
    else if (!target.startsWith('../') && !target.startsWith('/'))
      reads.push({path: target, at: {script: path, line: lineAt(text, offset)}});
  }
  for (const module of facts.modules)
    for (const file of matcher.module(module, ['', posix.dirname(path)]))
      if (file.endsWith(`${posix.basename(module)}.py`)) follows.push(file);
  return {reads, follows};
}

function follow(queue: {path: string; isMain: boolean}[], path: string): void {
  if (queue.length < MOST_SCRIPTS && !queue.some((each) => each.path === path))
    queue.push({path, isMain: false});
}

/** Words of a run line that look like data files and stand behind no option that writes. */
function namedOnLine(argv: readonly string[], code: CodeMatcher): readonly string[] {
  return argv.slice(1).flatMap((word, index) => {
    const [, option, value] = /^(--?[\w-]+)=(.*)$/.exec(word) ?? [];
    const path = value ?? word;
    if (WRITING_OPTION.test(option ?? argv[index] ?? '')) return [];
    return /^[\w.-]+(\/[\w.-]+)+\.\w+$/.test(path) && !code.has(path) ? [path] : [];
  });
}

function namesOf(facts: SourceFacts): Names {
  return {
    values: new Map(),
    assigned: (name) => facts.assigned.get(name) ?? [],
    isFunction: (name) => facts.functions.has(name),
  };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

const STATA_READ =
  /^\s*(?:(?:qui|quietly|noi|noisily)\s*:?\s+)?(?:use|u|append\s+using|merge\s.*\busing|import\s+delimited(?:\s.*\busing)?|insheet\s+using)\s+"([^"`$]+)"/i;

/** What a do-file reads outside of every block. */
function stataReads(text: string): readonly {readonly path: string; readonly line: number}[] {
  let depth = 0;
  return text.split(/\r?\n/).flatMap((source, index) => {
    const line = /^\s*\*/.test(source) ? '' : source.replace(/\/\/.*$|\/\*.*?\*\//g, '');
    const isOutside = depth === 0;
    depth += (line.match(/\{\s*$/g) ?? []).length - (/^\s*\}/.test(line) ? 1 : 0);
    const [, path] = STATA_READ.exec(line) ?? [];
    if (path === undefined || !isOutside) return [];
    const isTable = /^\s*\w*\s*(?:use|u|append|merge)\b/i.test(line);
    return [
      {
        path: posix.normalize(isTable && !/\.\w+$/.test(path) ? `${path}.dta` : path),
        line: index + 1,
      },
    ];
  });
}
