import {sourceTokens, type SourceLanguage, type SourceToken} from './sourceTokens';

/** Calls that go on where what they hold fails, or that may not carry it out. */
const MAY_BE_LEFT_OUT =
  /^(if|else|ifelse|if_else|try|tryCatch|try_catch|possibly|safely|switch|case_when|while|repeat|on\.exit|exists|file\.exists|file_exists)$/;

/**
 * Whether what stands at an offset of a source is carried out whenever the script is: in no condition, nothing that
 * catches failures, and no loop that may not be entered. What a function holds counts where `inFunctions`.
 */
export function isCarriedOut(
  source: string,
  offset: number,
  language: SourceLanguage,
  inFunctions: boolean,
): boolean {
  return language === 'python'
    ? isCarriedOutInPython(source, offset, inFunctions)
    : isCarriedOutInR(source, offset, inFunctions);
}

const DEFINITION = /^\s*(?:async\s+)?def\b/;

function isCarriedOutInPython(source: string, offset: number, inFunctions: boolean): boolean {
  const lines = source.slice(0, offset).split('\n');
  const rest = source.slice(offset).split('\n', 1)[0] ?? '';
  const here = `${lines.at(-1) ?? ''}${rest}`;
  if (/\)\s*if\s|\bor\s|\bexists\(/.test(here)) return false;
  // what a parameter is unless it is given
  if (DEFINITION.test(here)) return false;
  let indent = indentOf(here);
  // a one-line block
  if (/^\s*(?:if|elif|else|try|except|while|for)\b.*:\s*\S/.test(here)) return false;
  for (let at = lines.length - 2; at >= 0 && indent > 0; at -= 1) {
    const line = lines[at] ?? '';
    if (line.trim() === '' || /^\s*#/.test(line) || indentOf(line) >= indent) continue;
    // a statement that goes on over several lines
    const isBlock = /:\s*(?:#.*)?$/.test(line);
    if (!isBlock && DEFINITION.test(line)) return false;
    if (!isBlock) {
      indent = indentOf(line);
      continue;
    }
    const head = line.trim();
    if (/^if\s+__name__\b/.test(head) || /^with\b/.test(head)) indent = indentOf(line);
    else if (/^(?:async\s+)?def\b|^class\b/.test(head) && inFunctions) indent = indentOf(line);
    else return false;
  }
  return true;
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)?.[0].replaceAll('\t', '        ').length ?? 0;
}

function isCarriedOutInR(source: string, offset: number, inFunctions: boolean): boolean {
  const open: string[] = [];
  let statement: SourceToken | undefined;
  let before: SourceToken | undefined;
  let isFunction = false;
  // the word before the brackets that were closed last: of `if (…) {`, say
  let closed = '';
  for (const token of sourceTokens(source, 'r')) {
    if ((token.offset ?? 0) >= offset) break;
    if (token.kind === 'newline') {
      statement = undefined;
      isFunction = false;
    } else statement ??= token;
    if (/^(?:function|\\)$/.test(token.value)) isFunction = true;
    if (token.kind === 'mark' && token.value === '(')
      open.push(before?.kind === 'word' ? before.value : '(');
    else if (token.kind === 'mark' && token.value === '{')
      open.push(before?.value === ')' ? closed : before?.kind === 'word' ? before.value : '{');
    else if (token.kind === 'mark' && (token.value === ')' || token.value === '}')) {
      const word = open.pop() ?? '';
      if (token.value === ')') closed = word;
    }
    if (token.kind !== 'newline') before = token;
  }
  if (/^(?:if|else|while|for)$/.test(statement?.value ?? '')) return false;
  if (isFunction && !inFunctions) return false;
  return open.every(
    (word) => !MAY_BE_LEFT_OUT.test(word) && word !== 'for' && (inFunctions || word !== 'function'),
  );
}
