/** Comments that instruct R, Python, Quarto or the system how to read a file are no mere comments. */
const READ_BY_A_PROGRAM = /^#(?:!|\||.*\bcoding[:=])/;
const HASH_COMMENT = /#[^\n]*/.source;

/** Whatever can hold a comment sign without starting a comment, and in the last group comments themselves. */
const PYTHON = new RegExp(
  String.raw`"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*'|(${HASH_COMMENT})`,
  'g',
);
const R = new RegExp(
  String.raw`\b[rR](["'])(-*)(?:\([\s\S]*?\)|\[[\s\S]*?\]|\{[\s\S]*?\})\2\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'|\x60[^\x60]*\x60|%[^%\s]*%|(${HASH_COMMENT})`,
  'g',
);
/** A line's end goes with none of them: `///` joins it to the next and so stays. */
const STATA =
  /`"[\s\S]*?"'|"[^"\n]*"|(\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/(?!\/)[^\n]*|(?<=\/\/\/)[^\n]+)/gm;
/** Where a star at a line's start may be more, or other signs end a statement. */
const STATA_CANT_TELL = /^\s*#delimit|\/\*(?:(?!\*\/)[\s\S])*\/\*|^\s*\*.*\/\*/m;

/**
 * A script without its comments and empty lines, to distinguish a change in comments from one that matters;
 * null where the language is not known or the comments are not certain.
 */
export function withoutComments(path: string, source: string): string | null {
  switch (/\.(\w+)$/.exec(path)?.[1]?.toLowerCase()) {
    case 'py':
      return plainLines(source.replace(PYTHON, dropComment));
    case 'r':
      return plainLines(source.replace(R, dropComment));
    case 'do':
    case 'ado':
      return STATA_CANT_TELL.test(source)
        ? null
        : plainLines(withoutStarLines(source.replace(STATA, dropComment)));
    default:
      return null;
  }
}

function dropComment(found: string, ...groups: readonly unknown[]): string {
  // the last group of each pattern, before offset and whole text
  const comment = groups.at(-3);
  if (typeof comment === 'string' && !READ_BY_A_PROGRAM.test(comment)) return '';
  // a text's own line ends and spaces are no layout
  return found.replaceAll('\n', '\0');
}

/** A star starts a comment only where a statement could start, not after `///`. */
function withoutStarLines(source: string): string {
  const lines = source.split('\n');
  return lines
    .filter((line, at) => !/^\s*\*/.test(line) || /\/\/\/\s*$/.test(lines[at - 1] ?? ''))
    .join('\n');
}

function plainLines(source: string): string {
  return source
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
