import {lastLine} from './messageWords';

/** How a Python program ended with an unhandled exception: what it printed last. */
export interface PythonEnding {
  /** `KeyError: 'a'`; the first line of it. */
  readonly message: string;
  /** Lines of the message after the first. */
  readonly more: readonly string[];
  /** Index of the message's line. */
  readonly at: number;
  /** The lines of the last traceback, and of those that it says it came from. */
  readonly traceback: readonly string[];
  /** The innermost place of the study's own code. */
  readonly place: {
    readonly path: string;
    readonly line: number;
    readonly source: string;
    /** Nothing else was called from there. */
    readonly isInnermost: boolean;
  } | null;
}

const TRACEBACK = /^Traceback \(most recent call last\):$/;
const FRAME = /^ {2}File "(.+)", line (\d+)/;
const MESSAGE = /^(?:[A-Za-z_][\w.]*)(?:: .*|:?)$/;
const CHAINED =
  /^(?:The above exception was the direct cause of|During handling of the above exception, another exception occurred)/;
/** Lines of a message at most. */
const MOST_LINES = 12;

/**
 * The exception that ended a Python program. Null where a traceback is not the last thing printed: one that was
 * followed by anything was not what ended it.
 */
export function pythonEnding(lines: readonly string[]): PythonEnding | null {
  const start = lastLine(lines, (line) => TRACEBACK.test(line));
  const from = start < 0 ? syntaxErrorAt(lines) : start + 1;
  if (from < 0) return null;
  const offset = lines.slice(from).findIndex((line) => line !== '' && !/^\s/.test(line));
  if (offset < 0) return null;
  const at = from + offset;
  const message = lines[at] ?? '';
  const more = lines.slice(at + 1).filter((line) => line.trim() !== '');
  if (!MESSAGE.test(message) || more.length > MOST_LINES) return null;
  return {
    message,
    more,
    at,
    traceback: lines.slice(chainStart(lines, start < 0 ? from : start), at),
    place: ownPlace(lines.slice(from, at)),
  };
}

/** The line `File …` of a program that could not be read, which has no traceback; -1 where there is none. */
function syntaxErrorAt(lines: readonly string[]): number {
  const at = lastLine(lines, (line) => FRAME.test(line));
  const isOne = lines.slice(at).some((line) => /^(Syntax|Indentation|Tab)Error: /.test(line));
  return at >= 0 && isOne ? at : -1;
}

/** Where the first of the tracebacks begins that led to the one at `start`. */
function chainStart(lines: readonly string[], start: number): number {
  let from = start;
  for (;;) {
    const between = lines.slice(Math.max(0, from - 3), from);
    if (!between.some((line) => CHAINED.test(line))) return from;
    const earlier = lastLine(lines.slice(0, from), (line) => TRACEBACK.test(line));
    if (earlier < 0) return from;
    from = earlier;
  }
}

/** A path of a job's workspace as the study has it; null for one that lies elsewhere. */
export function studyPathOf(path: string): string | null {
  const plain = path.replace(/^\/workspace\//, '').replace(/^\.\//, '');
  const isElsewhere = /^(?:\/|[A-Za-z]:|<)|(?:^|\/)\.\.(?:\/|$)/.test(plain);
  // parts of packages that were compiled say where their source was
  return isElsewhere || /(?:site|dist)-packages|\.p[yx][xid]$/.test(plain) ? null : plain;
}

function ownPlace(traceback: readonly string[]): PythonEnding['place'] {
  let place: PythonEnding['place'] = null;
  for (const [index, line] of traceback.entries()) {
    const [, file = '', number = ''] = FRAME.exec(line) ?? [];
    const path = file === '' ? null : studyPathOf(file);
    if (path === null) continue;
    place = {
      path,
      line: Number(number),
      source: sourceBelow(traceback, index),
      isInnermost: !traceback.slice(index + 1).some((each) => FRAME.test(each)),
    };
  }
  return place;
}

/** The source that a frame shows, its marks aside. */
function sourceBelow(traceback: readonly string[], index: number): string {
  const rest = traceback.slice(index + 1);
  const next = rest.findIndex((line) => FRAME.test(line));
  return rest
    .slice(0, next < 0 ? undefined : next)
    .filter((line) => !/^\s*[~^]+\s*$/.test(line))
    .join('\n');
}
