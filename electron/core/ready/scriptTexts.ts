import type {Literal, ScriptText} from '../../ready/facts';
import {sourceTokens, type SourceLanguage} from '../../provenance/scan/sourceTokens';

/** Whatever can hold a comment sign without starting a comment, and in the last group comments themselves. */
const HASH =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|(#[^\n]*)/g;
const SLASHES = /"[^"\n]*"|(\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/[^\n]*|^[ \t]*\*[^\n]*)/gm;
const QUOTED = /"([^"]*)"|'([^']*)'/g;

/** A script as the rules of readiness look at it; lines keep their numbers. */
export function scriptText(path: string, source: string): ScriptText {
  const ending = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  switch (ending) {
    case 'py':
      return textOf(path, source, 'python');
    case 'r':
      return textOf(path, source, 'r');
    case 'rmd':
    case 'qmd':
      return textOf(path, chunksOf(source), /```\{python/i.test(source) ? 'python' : 'r');
    case 'ipynb':
      return textOf(path, cellsOf(source), 'python');
    default: {
      const lines = withoutComments(source, ending === 'sh' ? HASH : SLASHES).split('\n');
      const literals = lines.flatMap((line, index) =>
        [...line.matchAll(QUOTED)].map(([, double, single]): Literal => ({
          value: double ?? single ?? '',
          line: index + 1,
        })),
      );
      return {path, lines, literals};
    }
  }
}

function textOf(path: string, source: string, language: SourceLanguage): ScriptText {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1))
    starts.push(at + 1);
  let line = 0;
  const literals = sourceTokens(source, language).flatMap(
    ({kind, value, offset}): readonly Literal[] => {
      if (offset === undefined) return [];
      while ((starts[line + 1] ?? Infinity) <= offset) line += 1;
      return kind === 'text' ? [{value, line: line + 1}] : [];
    },
  );
  return {path, lines: withoutComments(source, HASH).split('\n'), literals};
}

/** Comments gone, line ends of theirs kept. */
function withoutComments(source: string, pattern: RegExp): string {
  return source.replace(pattern, (found: string, comment: unknown) =>
    typeof comment === 'string' ? found.replace(/[^\n]+/g, '') : found,
  );
}

/** The code of a document, at the lines where it is. */
function chunksOf(source: string): string {
  let inside = false;
  return source
    .split('\n')
    .map((line) => {
      const isFence = /^\s*(?:```+|~~~+)/.test(line);
      if (isFence) {
        inside = !inside && /\{/.test(line);
        return '';
      }
      return inside ? line : '';
    })
    .join('\n');
}

/** The code of a notebook, at the lines where its JSON has it. */
function cellsOf(source: string): string {
  let isCode = false;
  let inside = false;
  return source
    .split('\n')
    .map((line) => {
      const [, type] = /^\s*"cell_type":\s*"(\w+)"/.exec(line) ?? [];
      if (type !== undefined) isCode = type === 'code';
      if (/^\s*"source":\s*\[/.test(line)) inside = true;
      else if (/^\s*\]/.test(line)) inside = false;
      const [, quoted] = /^\s*("(?:[^"\\]|\\.)*"),?\s*$/.exec(line) ?? [];
      if (!isCode || !inside || quoted === undefined) return '';
      const text: unknown = JSON.parse(quoted);
      return typeof text === 'string' ? text.replace(/\n$/, '') : '';
    })
    .join('\n');
}
