import {posix} from 'node:path';
import {isScript} from '../../../shared/script';
import {CodeMatcher} from './codeMatcher';
import {type Names, type PathValue, pathValue} from './pathValue';
import {runLineSources, type RunLineSources} from './runLineSources';
import {R_STARTUP_FILES} from './scanR';
import {scannerOf} from './scannerOf';
import {STATA_STARTUP_FILES} from './scanStata';
import type {SourceFacts} from './sourceFacts';
import type {SourceToken} from './sourceTokens';

/** What a scan of an action's scripts found. */
export interface ScriptScan {
  /** Study-relative code files, sorted. */
  readonly paths: readonly string[];
  /** Every file that is read was found; otherwise any code file may be. */
  readonly certain: boolean;
}

interface Scanned {
  readonly folder: string;
  readonly facts: SourceFacts;
}

/**
 * Which code files the scripts named in a run line read, by following them. It rather finds a file
 * too many than one too few; where it can't find out, it says so.
 */
export function scanScripts(
  argv: readonly string[],
  codePaths: readonly string[],
  readText: (path: string) => string | null,
): ScriptScan {
  const matcher = new CodeMatcher(codePaths);
  return scanFrom(argv[0] ?? '', runLineSources(argv, matcher), matcher, readText);
}

/** The same for a run line of which is known what it says about files. */
export function scanFrom(
  image: string,
  line: RunLineSources,
  matcher: CodeMatcher,
  readText: (path: string) => string | null,
): ScriptScan {
  const scanned: Scanned[] = line.inline.map((facts) => ({folder: '', facts}));
  const found = new Set([...line.paths, ...startupFiles(image, matcher)]);
  let certain = line.certain;
  const done = new Set<string>();

  for (let size = -1; size !== found.size;) {
    size = found.size;
    for (const path of found) {
      const scan = done.has(path) ? null : scannerOf(path, image);
      done.add(path);
      if (scan === null) continue;
      const text = readText(path);
      if (text === null) certain = certain && !isScript(path);
      else for (const facts of scan(text)) scanned.push({folder: posix.dirname(path), facts});
    }
    const referenced = references(scanned, matcher);
    if (!referenced.certain) certain = false;
    for (const path of referenced.paths) found.add(path);
  }
  return {paths: [...found].sort(), certain: certain && scanned.length > 0};
}

/** Files that all sources together refer to. */
function references(scanned: readonly Scanned[], matcher: CodeMatcher): ScriptScan {
  const names = namesOf(scanned);
  const moduleFolders = ['', ...new Set(scanned.map(({folder}) => folder))];
  const paths = new Set<string>();
  const add = (found: readonly string[]): void => {
    for (const path of found) paths.add(path);
  };
  // a folder that comes from elsewhere is listed, or a file of one read: it can be any that is named
  let listsParameters = false;
  let certain = !scanned.some(({facts}) => facts.uncertain);

  const take = (value: PathValue, use: (pattern: string) => readonly string[]): void => {
    for (const pattern of value.patterns) {
      if (!isOpaque(pattern)) add(use(pattern));
      else if (value.from === 'known' || value.from === 'anywhere') certain = false;
    }
  };
  for (const {folder, facts} of scanned) {
    for (const text of facts.texts) add(matcher.named(text, folder));
    for (const pattern of facts.patterns) add(matcher.matching(pattern, folder));
    for (const module of facts.modules)
      add(
        module.startsWith('.')
          ? matcher.module(module, [folder])
          : matcher.module(module, moduleFolders),
      );
    for (const read of facts.reads)
      take(pathValue(read, names), (pattern) => [
        ...matcher.matching(pattern, folder),
        ...matcher.below(pattern, folder),
      ]);
    // without a folder the working directory is listed
    if (facts.folders.some((listed) => listed.length === 0)) certain = false;
    for (const listed of facts.folders) {
      const value = pathValue(listed, names);
      if (value.from !== 'known' && value.patterns.some(isOpaque)) listsParameters = true;
      take(value, (pattern) =>
        pattern.includes('*')
          ? matcher.matching(`${pattern}*`, folder)
          : matcher.below(pattern, folder),
      );
    }
  }
  for (const {folder, facts} of scanned) {
    // whatever puts a path together may read it, by a function that is not known here
    for (const expression of facts.built)
      for (const pattern of pathValue(expression, names).patterns)
        if (looksLikePath(pattern)) add(matcher.matching(pattern, folder));
        else if (isOpaque(pattern) && pattern.includes('/')) listsParameters = true;
    for (const text of facts.texts) add(matcher.template(text, folder));
  }
  if (listsParameters)
    for (const {folder, facts} of scanned)
      // an empty text names no folder
      for (const text of facts.texts) if (text !== '') add(matcher.below(text, folder));
  return {paths: [...paths], certain};
}

function isOpaque(pattern: string): boolean {
  return /^[*/.]*$/.test(pattern);
}

function looksLikePath(pattern: string): boolean {
  return !isOpaque(pattern) && !/\s/.test(pattern) && /[/.]/.test(pattern);
}

function namesOf(scanned: readonly Scanned[]): Names {
  const functions = new Set<string>();
  const assigned = new Map<string, (readonly SourceToken[])[]>();
  for (const {facts} of scanned) {
    for (const name of facts.functions) functions.add(name);
    for (const [name, rights] of facts.assigned) {
      const known = assigned.get(name);
      if (known === undefined) assigned.set(name, [...rights]);
      else known.push(...rights);
    }
  }
  return {
    values: new Map(),
    assigned: (name) => assigned.get(name) ?? [],
    isFunction: (name) => functions.has(name),
  };
}

function startupFiles(image: string, matcher: CodeMatcher): readonly string[] {
  const own = /^(r|rstudio):/.test(image)
    ? R_STARTUP_FILES
    : /^stata/.test(image)
      ? STATA_STARTUP_FILES
      : [];
  return own.filter((path) => matcher.has(path));
}
