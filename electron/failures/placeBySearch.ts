import {isScript} from '../../shared/script';
import type {FailureFacts} from './failureFacts';

/** Scripts that are looked through for one. */
const MOST_SCRIPTS = 12;

/** The scripts that the run line of a job names. */
export function runScripts({study, action}: FailureFacts): readonly string[] {
  const argv = study?.project.actions.find(({name}) => name === action)?.run.argv ?? [];
  return argv.slice(1).filter((word) => isScript(word));
}

/**
 * The only line with one of the texts in the scripts of a job and in those that they read with `source` or `do`: R and
 * Stata do not say where a script stopped. Null where no line has it, or several have.
 */
export async function placeBySearch(
  texts: readonly string[],
  scripts: readonly string[],
  code: FailureFacts['code'],
): Promise<{readonly path: string; readonly line: number} | null> {
  const wanted = texts.map((text) => text.trim()).filter((text) => text !== '');
  const paths = [...scripts];
  const places: {readonly path: string; readonly line: number}[] = [];
  for (const path of paths) {
    const text = (await code(path))?.text ?? '';
    for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
      const plain = withoutComment(line);
      if (wanted.some((each) => holds(plain, each))) places.push({path, line: index + 1});
      const [, read] =
        /\b(?:source\s*\(\s*(?:here(?:::here)?\s*\(\s*)?|do\s+)["']([^"']+)["']/.exec(plain) ?? [];
      if (read !== undefined && !paths.includes(read) && paths.length < MOST_SCRIPTS)
        paths.push(read);
    }
  }
  const [only, ...others] = places;
  return only !== undefined && others.length === 0 ? only : null;
}

function withoutComment(line: string): string {
  return /^\s*(#|\*|\/\/)/.test(line) ? '' : line;
}

/** A name counts as a whole word; R writes calls anew, with other quotes and blanks. */
function holds(line: string, text: string): boolean {
  if (/^[\w.]+$/.test(text))
    return new RegExp(`(?<![\\w.])${text.replace(/\./g, '\\.')}(?![\\w.])`).test(line);
  const plain = (of: string): string => of.replace(/\s+/g, '').replace(/'/g, '"');
  return plain(line).includes(plain(text));
}
