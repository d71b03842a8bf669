import {yaml} from '@codemirror/lang-yaml';
import {StreamLanguage, type StreamParser} from '@codemirror/language';
import {python} from '@codemirror/legacy-modes/mode/python';
import {r} from '@codemirror/legacy-modes/mode/r';
import {standardSQL} from '@codemirror/legacy-modes/mode/sql';
import type {Extension} from '@codemirror/state';

const STATA_WORDS = new Set(
  (
    'if else in using foreach forvalues while program end do run capture quietly noisily global local tempfile tempvar ' +
    'generate gen egen replace drop keep rename label recode encode decode destring merge append joinby reshape collapse ' +
    'contract sort gsort bysort by use save import export insheet outsheet preserve restore regress logit logistic stcox ' +
    'stset poisson mixed predict estimates margins lincom test tabulate tab summarize summ count list display di assert ' +
    'set sysuse clear exit return ereturn matrix scalar mata file putexcel log graph twoway version confirm args syntax'
  ).split(' '),
);

/** Stata in colours: its commands, comments, strings, numbers and macros; no package has it. */
export const stata: StreamParser<{inComment: boolean}> = {
  startState: () => ({inComment: false}),
  token(stream, state) {
    if (state.inComment || stream.match('/*')) {
      state.inComment = !stream.match(/^.*?\*\//);
      if (state.inComment) stream.skipToEnd();
      return 'comment';
    }
    if (stream.eatSpace()) return null;
    const isFirst = stream.string.slice(0, stream.pos).trim() === '';
    if ((isFirst && stream.peek() === '*') || stream.match(/^\/\/.*/)) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^`"(?:[^"]|"(?!'))*(?:"'|$)/) || stream.match(/^"[^"]*(?:"|$)/))
      return 'string';
    if (stream.match(/^`[^']*'/) || stream.match(/^\$\{?\w+\}?/)) return 'atom';
    if (stream.match(/^\d+(?:\.\d+)?\b/)) return 'number';
    if (stream.match(/^[A-Za-z_]\w*/)) return STATA_WORDS.has(stream.current()) ? 'keyword' : null;
    stream.next();
    return null;
  },
};

const LANGUAGES: readonly (readonly [RegExp, () => Extension])[] = [
  [/\.ya?ml$/i, yaml],
  [/\.py$/i, () => StreamLanguage.define(python)],
  [/\.(?:r|rmd|qmd)$/i, () => StreamLanguage.define(r)],
  [/\.sql$/i, () => StreamLanguage.define(standardSQL)],
  [/\.(?:do|ado)$/i, () => StreamLanguage.define(stata)],
];

/** The language of a file by its extension; none where it is not known. */
export function languageOf(path: string): Extension {
  return LANGUAGES.find(([ending]) => ending.test(path))?.[1]() ?? [];
}
