import {join} from 'node:path';
import type {Action, Project} from '../../shared/project';
import {codeFiles} from '../provenance/codeFiles';
import {readableText} from '../provenance/codeTexts';
import {scanScripts} from '../provenance/scan/scanScripts';
import type {ControlLine} from '../reports/releaseDraft';

/** Lines told of an action's code. */
const LINES = 8;
const LONGEST_LINE = 120;

/** Words of redaction and rounding, as scripts in R, Python and Stata have them. */
const CONTROLS =
  /redact|round(?:ed|ing|_?to|mid|_?any|_?\d)?\b|midpoint|suppress|disclos|small_?(?:number|count)|threshold/i;

/** By action: lines of the code it reads that look like redaction or rounding. */
export async function controlsInCode(
  studyDir: string,
  project: Project,
  actions: readonly Action[],
): Promise<ReadonlyMap<string, readonly ControlLine[]>> {
  const patterns = project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const {paths} = codeFiles(studyDir, patterns);
  const texts = new Map<string, string | null>();
  const readText = (path: string): string | null => {
    const known = texts.get(path);
    if (known !== undefined) return known;
    const text = readableText(join(studyDir, path));
    texts.set(path, text);
    return text;
  };
  const found = new Map<string, readonly ControlLine[]>();
  for (const {name, run} of actions) {
    // scripts are scanned in one go; others are let in between
    await new Promise((resolve) => setImmediate(resolve));
    const scan = scanScripts(run.argv, paths, readText);
    // where any file may be read, most have nothing to do with this action
    const read = scan.certain ? scan.paths : scan.paths.slice(0, 20);
    found.set(name, read.flatMap((path) => linesOf(path, readText(path))).slice(0, LINES));
  }
  return found;
}

function linesOf(path: string, text: string | null): readonly ControlLine[] {
  if (text === null || !/\.(r|rmd|qmd|py|do|ado|jl|sql)$/i.test(path)) return [];
  return text.split(/\r?\n/).flatMap((line, at): readonly ControlLine[] => {
    const said = line.trim();
    if (!CONTROLS.test(said) || /^(import|from|library|source)\b/.test(said)) return [];
    const cut = said.length > LONGEST_LINE ? `${said.slice(0, LONGEST_LINE)}…` : said;
    return [{path, line: at + 1, text: cut.replaceAll('`', "'")}];
  });
}
