import {join} from 'node:path';
import type {Action, Project} from '../../../shared/project';
import {codeFiles} from '../../provenance/codeFiles';
import {readableText} from '../../provenance/codeTexts';
import {isScript, scriptName} from '../../../shared/script';
import type {ControlLine} from '../../reports/releaseDraft';

/** Lines shown of an action's code. */
const LINES = 8;
const LONGEST_LINE = 120;

/** Words of redaction and rounding, as scripts in R, Python and Stata have them. */
const CONTROLS =
  /redact|(?<![a-z])round(?:ed|ing|_?to|mid|_?any|_?\d)?(?![a-z])|midpoint|suppress|disclos|small(?:est|_?(?:number|count))|threshold/i;

/** By action: lines that look like redaction or rounding, of its script and of the code that its script names. */
export function controlsInCode(
  studyDir: string,
  project: Project,
  scripts: ReadonlyMap<string, string>,
  actions: readonly Action[],
): ReadonlyMap<string, readonly ControlLine[]> {
  const patterns = project.actions.flatMap(({outputs}) => outputs.map(({pattern}) => pattern));
  const byStem = new Map<string, string[]>();
  for (const path of codeFiles(studyDir, patterns).paths) {
    const stem = isReadableScript(path) ? scriptName(path) : '';
    if (stem !== '') byStem.set(stem, [...(byStem.get(stem) ?? []), path]);
  }
  const lines = new Map<string, readonly ControlLine[]>();
  const linesIn = (path: string): readonly ControlLine[] => {
    const known = lines.get(path) ?? linesOf(path, readableText(join(studyDir, path)));
    lines.set(path, known);
    return known;
  };
  return new Map(
    actions.map(({name}): readonly [string, readonly ControlLine[]] => {
      const script = scripts.get(name);
      const text = script === undefined ? null : readableText(join(studyDir, script));
      if (script === undefined || text === null) return [name, []];
      const named = new Set(
        (text.match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((word) => byStem.get(word) ?? []),
      );
      named.delete(script);
      return [name, [script, ...named].flatMap(linesIn).slice(0, LINES)];
    }),
  );
}

/** A notebook's lines are JSON, with pictures among them. */
function isReadableScript(path: string): boolean {
  return isScript(path) && !path.endsWith('.ipynb');
}

function linesOf(path: string, text: string | null): readonly ControlLine[] {
  if (text === null || !isReadableScript(path)) return [];
  return text.split(/\r?\n/).flatMap((line, at): readonly ControlLine[] => {
    const code = line.trim();
    if (!CONTROLS.test(code) || /^(import|from|library|source)\b/.test(code)) return [];
    const shortened = code.length > LONGEST_LINE ? `${code.slice(0, LONGEST_LINE)}…` : code;
    return [{path, line: at + 1, text: shortened.replaceAll('`', "'")}];
  });
}
