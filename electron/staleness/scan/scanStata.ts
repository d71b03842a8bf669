import {NO_FACTS, type SourceFacts} from './sourceFacts';

/** Files of the working directory that Stata reads by itself at its start. */
export const STATA_STARTUP_FILES: readonly string[] = ['profile.do', 'sysprofile.do'];

const READS =
  /^(?:(?:qui|quietly|cap|capture|noi|noisily)\s*:?\s+)*(do|run|include|use|sysuse|merge|append|joinby|cross|insheet|infile|infix|import|graph\s+use|estimates\s+use|est\s+use|adopath|odbc|filefilter|shell|!|winexec|rsource|python\s+script|mata:?\s*mata\s+(?:use|do))\b(.*)$/i;
const WRITES =
  /^(?:(?:qui|quietly|cap|capture|noi|noisily)\s*:?\s+)*(save|saveold|outsheet|export|log|graph\s+(?:save|export)|esttab|estout|putexcel|putdocx|file\s+open.*\bwrite\b|mkdir|erase|rm|di|display|postfile)\b/i;

/** What a Stata do-file says about files; macros stand for what is not known unless they are set to a text. */
export function scanStata(source: string): SourceFacts {
  const patterns: string[] = [];
  const macros = new Map<string, readonly string[]>();
  let uncertain = false;
  for (const line of statements(source)) {
    const set = /^\s*(?:local|loc|global|gl|glob)\s+(\w+)\s*(=|:)?\s*(.*)$/i.exec(line);
    if (set !== null) {
      const name = set[1] ?? '';
      const value = set[2] === ':' ? '*' : unquote((set[3] ?? '').trim());
      const listed = /^dir\s+"?([^"]+?)"?\s+(?:files|dirs)\b/i.exec(set[3] ?? '');
      if (listed !== null) patterns.push(...fill(`${listed[1] ?? ''}/*`, macros));
      macros.set(name, [...(macros.get(name) ?? []), value]);
      continue;
    }
    if (/^\s*(?:cd|chdir)\s/i.test(line)) uncertain = true;
    const loop = /^\s*foreach\s+(\w+)\s+(in|of\s+\w+)\s+([^{]*)/i.exec(line);
    if (loop !== null) {
      const items = (loop[3] ?? '').trim().split(/\s+/).map(unquote);
      const named = /^of\s+(local|loc|global|gl)/i.test(loop[2] ?? '');
      macros.set(loop[1] ?? '', named ? items.map((item) => `\`${item}'`) : items);
    }
    if (WRITES.test(line.trim())) continue;
    const reads = READS.exec(line.trim());
    if (reads === null) continue;
    const command = (reads[1] ?? '').toLowerCase();
    for (const path of pathsOf(command, reads[2] ?? '')) {
      const filled = fill(path, macros);
      if (filled.some((pattern) => /^[*/.]*$/.test(pattern))) uncertain = true;
      patterns.push(...filled.flatMap((pattern) => withEnding(pattern, command)));
    }
  }
  const texts = [...source.matchAll(/"([^"\n]+)"/g)].map((found) => found[1] ?? '');
  return {...NO_FACTS, texts, patterns, uncertain};
}

/** Lines without comments, continuations joined. */
function statements(source: string): readonly string[] {
  const plain = source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/\/[^\n]*\n/g, ' ');
  const bySemicolon = /^\s*#delimit\s*;/m.test(source);
  return (bySemicolon ? plain.replace(/\r?\n/g, ' ').split(';') : plain.split(/\r?\n/))
    .filter((line) => !/^\s*\*/.test(line))
    .map((line) => line.replace(/(^|\s)\/\/.*$/, ''));
}

/** The paths in what follows a command. */
function pathsOf(command: string, rest: string): readonly string[] {
  const using = /\busing\s+(.*)$/i.exec(rest);
  if (/^(merge|append|joinby|cross|insheet|infile|infix|import|odbc)/.test(command))
    return listOf(
      using === null
        ? rest.replace(/^\s*(delimited|excel|sas|spss|dbase)\b/i, '')
        : (using[1] ?? ''),
    );
  if (command === 'use' && using !== null) return listOf(using[1] ?? '').slice(0, 1);
  if (command === 'adopath')
    return listOf(rest.replace(/^\s*(\+\+?|-)\s*/, '')).map((path) => `${path}/*`);
  const words = listOf(rest);
  return /^(shell|!|winexec|rsource|python)/.test(command) ? words : words.slice(0, 1);
}

/** Quoted texts and bare words up to the comma before the options. */
function listOf(rest: string): readonly string[] {
  const words = [...rest.matchAll(/"([^"]*)"|([^\s,]+)|(,)/g)];
  const end = words.findIndex((word) => word[3] !== undefined);
  return (end < 0 ? words : words.slice(0, end))
    .map((word) => word[1] ?? word[2] ?? '')
    .filter((word) => word !== '' && !/^(if|in|clear|replace)$/.test(word));
}

/** Macros replaced by what they were set to, or by `*`. */
function fill(path: string, macros: ReadonlyMap<string, readonly string[]>): readonly string[] {
  let filled: readonly string[] = [path.replaceAll('\\', '/')];
  for (let round = 0; round < 5; round += 1)
    filled = filled.flatMap((each) => {
      const macro = /`([^`']*)'|\$\{(\w+)\}|\$(\w+)/.exec(each);
      if (macro === null) return [each];
      const name = macro[1] ?? macro[2] ?? macro[3] ?? '';
      const values = macros.get(name) ?? ['*'];
      return values.slice(0, 20).map((value) => each.replace(macro[0], () => value));
    });
  return filled.map((each) => each.replace(/`[^`']*'|\$\{?\w+\}?/g, '*'));
}

/** Stata adds the usual ending where there is none. */
function withEnding(pattern: string, command: string): readonly string[] {
  if (/\.\w+$/.test(pattern)) return [pattern];
  if (/^(do|run|include)$/.test(command)) return [pattern, `${pattern}.do`];
  if (/^(use|merge|append|joinby|cross)/.test(command)) return [pattern, `${pattern}.dta`];
  return [pattern, `${pattern}.csv`, `${pattern}.raw`, `${pattern}.txt`];
}

function unquote(text: string): string {
  return text.replace(/^`?"(.*)"'?$/, '$1');
}
