import {NO_FACTS, type SourceFacts} from './sourceFacts';
import {macrosOf, withMacros, type Macros} from './stataMacros';

/** Files of the working directory that Stata reads by itself at its start. */
export const STATA_STARTUP_FILES: readonly string[] = ['profile.do', 'sysprofile.do'];

/** Commands that read the file named first after them, wherever in a statement they stand. */
const READS =
  /(?:^|[\s:{])(do|run|include|use|u|merge|append|joinby|cross|insheet|infile|infix|import|sysuse|odbc)\b\s*(.*)$/gi;
/** Commands that write the file that they name. */
const WRITES =
  /^(?:(?:qui|quietly|cap|capture|noi|noisily|n)\s*:?\s+)*(save|saveold|outsheet|export|log|graph\s+(?:save|export)|esttab|estout|putexcel|putdocx|file\s+open.*\bwrite\b|mkdir|erase|rm|di|display|postfile)\b/i;
/** Folders in which Stata looks for commands. */
const COMMAND_FOLDER = /^(?:adopath\s+(?:\+\+?|-)?\s*|sysdir\s+set\s+\w+\s+)"?([^"]+?)"?\s*$/i;
/** Other languages, and paths that depend on where Stata stands or looks. */
const CANT_TELL = /^\s*(?:(?:cd|chdir)\s|python\s*(?::|$)|rcall\b|global\s+S_ADO\b)/i;

/**
 * What a Stata do-file says about files: all that its statements name, save those that write.
 * Macros stand for every text that they are set to, and for anything where they are not.
 */
export function scanStata(source: string): SourceFacts {
  const lines = statements(source);
  const macros = macrosOf(lines);
  const patterns = new Set<string>();
  let uncertain = false;
  for (const line of lines) {
    if (CANT_TELL.test(line)) uncertain = true;
    const plain = line.trim();
    const listed = /^(?:local|loc)\s+\w+\s*:\s*dir\s+"?([^"]+?)"?\s+(?:files|dirs)\b/i.exec(plain);
    const folder = listed?.[1] ?? COMMAND_FOLDER.exec(plain)?.[1];
    if (folder !== undefined)
      for (const each of withMacros(folder, macros)) patterns.add(`${each}/*`);
    if (folder !== undefined || WRITES.test(plain)) continue;
    for (const word of wordsOf(plain))
      for (const path of withMacros(word, macros))
        if (!isUnknown(path)) for (const each of withEndings(path)) patterns.add(each);
    if (readsUnknown(plain, macros)) uncertain = true;
  }
  return {...NO_FACTS, patterns: [...patterns], uncertain};
}

/** A file is read of whose name nothing is known. */
function readsUnknown(line: string, macros: Macros): boolean {
  for (const [, command = '', rest = ''] of line.matchAll(READS)) {
    const using = /\busing\s+(.*)$/i.exec(rest)?.[1];
    if (using === undefined && /^(merge|joinby|append|cross|infile|infix|odbc)$/i.test(command))
      continue;
    const path = wordsOf(
      using ?? rest.replace(/^(delimited|delim|excel|sas|spss|dbase)\b/i, ''),
    )[0];
    if (path !== undefined && withMacros(path, macros).some(isUnknown)) return true;
  }
  return false;
}

function isUnknown(path: string): boolean {
  return /^[*/.]*$/.test(path);
}

/** Macros whose text is worked out where they stand. */
const WORKED_OUT = /`[=:](?:[^`']|`[^`']*')*'/g;

/** Lines without comments, continuations joined. */
function statements(source: string): readonly string[] {
  const plain = source.replace(/\/\*[\s\S]*?\*\//g, ' ').replace(/\/\/\/[^\n]*\n/g, ' ');
  const bySemicolon = /^\s*#delimit\s*;/m.test(source);
  return (bySemicolon ? plain.replace(/\r?\n/g, ' ').split(';') : plain.split(/\r?\n/))
    .filter((line) => !/^\s*\*/.test(line))
    .map((line) => line.replace(/(^|\s)\/\/.*$/, '').replace(WORKED_OUT, "`*'"));
}

/** Quoted texts, and bare words without the marks of the language around them. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/`"(.*?)"'|"([^"]*)"|((?:\$\{\w+\}|[^\s,"{}()=])+)/g)]
    .map((word) => word[1] ?? word[2] ?? word[3] ?? '')
    .filter((word) => word !== '');
}

/** Stata adds the usual ending where there is none; a word can also be a command that a file defines. */
function withEndings(path: string): readonly string[] {
  return /\.\w+$/.test(path)
    ? [path]
    : [path, ...['do', 'ado', 'dta', 'csv', 'raw', 'txt'].map((ending) => `${path}.${ending}`)];
}
