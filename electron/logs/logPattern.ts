import {RE2JS, RE2JSException} from 're2js';
import {type AppError, failWith} from '../../shared/errors';
import {isFilter, NO_FILTER, type LogFilter, type LogPattern} from '../../shared/logSearch';
import {ok, type Result} from '../../shared/result';
import {LEVEL_TEXTS} from '../../shared/logText';
import {escapeRegExp} from '../../shared/escapeRegExp';
import {requiredTexts} from './requiredTexts';

/** True for a line that matches. */
export interface LineTest {
  matches(text: string): boolean;
  /** Looks at many lines at once: answers from a place on where the next one that may match is, -1 for none. */
  candidates(lines: string): (from: number) => number;
}

/**
 * Works a pattern out. Time grows with the text alone, whatever the pattern. Without a pattern every line that passes the
 * filter is found.
 */
export function lineTest(
  pattern: LogPattern,
  filter: LogFilter = NO_FILTER,
): Result<LineTest, AppError> {
  if (pattern.text === '' && isFilter(filter)) return ok(anyLine(filter));
  if (pattern.text === '') return failWith('invalid-request', 'There is nothing to look for.');
  return pattern.regex ? regexTest(pattern) : ok(textTest(pattern));
}

/** Matches every line; those that can't be of the filter's level are passed over. */
function anyLine({level}: LogFilter): LineTest {
  return {
    matches: () => true,
    candidates: level === null ? () => every : findingOne(LEVEL_TEXTS[level], true),
  };
}

function textTest({text, caseSensitive, wholeWord}: LogPattern): LineTest {
  const wanted = caseSensitive ? text : text.toLowerCase();
  const folded = (lines: string): string => (caseSensitive ? lines : lines.toLowerCase());
  return {
    matches: wholeWord
      ? (line) => hasWord(folded(line), wanted)
      : (line) => folded(line).includes(wanted),
    candidates(lines) {
      const there = folded(lines);
      // a few letters are longer in lower case, and what follows them has moved
      if (there.length !== lines.length) return every;
      return (from) => there.indexOf(wanted, from);
    },
  };
}

/** Looks for plain texts with the engine of V8, whose time grows with the lines alone as long as they are plain. */
function findingOne(texts: readonly string[], caseSensitive: boolean): LineTest['candidates'] {
  const plain = texts.map(escapeRegExp).join('|');
  const finder = new RegExp(plain, caseSensitive ? 'gu' : 'giu');
  return (lines) => (from) => {
    finder.lastIndex = from;
    return finder.exec(lines)?.index ?? -1;
  };
}

function every(from: number): number {
  return from;
}

const WORD = /[\p{L}\p{N}_]/u;

function hasWord(line: string, wanted: string): boolean {
  for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + 1)) {
    const before = line.slice(0, at).at(-1) ?? '';
    const after = line.charAt(at + wanted.length);
    if (!WORD.test(before) && !WORD.test(after)) return true;
  }
  return false;
}

function regexTest({text, caseSensitive, wholeWord}: LogPattern): Result<LineTest, AppError> {
  try {
    const regex = RE2JS.compile(
      wholeWord ? `\\b(?:${text})\\b` : text,
      caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE,
    );
    const required = requiredTexts(text);
    return ok({
      matches: (line) => regex.test(line),
      candidates: required === null ? () => every : findingOne(required, caseSensitive),
    });
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return failWith('invalid-request', 'This regular expression can’t be understood.', {
      why: error.message,
      hint: 'Put a backslash before a character that is meant literally, such as \\( or \\[.',
    });
  }
}
