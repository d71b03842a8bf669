import {lastLine, plainQuotes} from './messageWords';

/** How an R script ended: the error that `Rscript` stopped at. */
export interface REnding {
  /** The call in which it arose, as R prints it; empty where it says none. */
  readonly call: string;
  /** The whole message in one line for each of its parts, with plain quotes, without the backtrace. */
  readonly message: string;
  /** Index of the line that says why. */
  readonly at: number;
  /** `read.csv -> file`, the calls that led there. */
  readonly calls: string;
  /** Warnings that R printed with the error. */
  readonly warnings: string;
}

const ERROR = /^Error(?: in (.*?))?\s?:(?: (.*))?$/;
const AFTER = /^(?:Calls: |In addition: |Backtrace:|Execution halted|Warning message)/;

/**
 * The error that ended an R script. Null unless `Execution halted` is the last thing printed: an error that a script
 * went on from is followed by more.
 */
export function rEnding(lines: readonly string[]): REnding | null {
  if (lines.at(-1) !== 'Execution halted') return null;
  // the call may have been put on several lines
  const at = lastLine(lines, (line) => /^Error(?: in |:|$)/.test(line));
  if (at < 0) return null;
  const rest = lines.slice(at).map(plainQuotes);
  const end = rest.findIndex((line, index) => index > 0 && AFTER.test(line));
  const block = rest.slice(0, end);
  if (end < 0 || block.length > 40) return null;
  const [, call = '', said = ''] = ERROR.exec(block[0] ?? '') ?? [];
  const body = said === '' ? block.slice(1) : [said, ...block.slice(1)];
  const tail = rest.slice(end);
  return {
    call: call.replace(/`/g, ''),
    message: unwrapped(body),
    at: at + mainLine(block),
    calls: /^Calls: (.*)$/m.exec(tail.join('\n'))?.[1] ?? '',
    warnings: tail
      .filter((line) => !/^(Calls: |Backtrace:|Execution halted|\s*\d+\. )/.test(line))
      .join('\n'),
  };
}

/** rlang wraps its reasons at the width of a terminal: what is indented belongs to the reason above. */
function unwrapped(body: readonly string[]): string {
  return body.reduce((text, line, index) => {
    const wrapped = /^ {2}\S/.test(line) && /^(?:[!ℹ✖x*•] | {2}\S)/.test(body[index - 1] ?? '');
    return `${text}${index === 0 ? '' : wrapped ? ' ' : '\n'}${line.trim()}`;
  }, '');
}

/** Of rlang's lists of reasons the first that is said to be the error; else the message's own first line. */
function mainLine(block: readonly string[]): number {
  const caused = lastLine(block, (line) => /^Caused by error/.test(line));
  const reason = block.findIndex((line, index) => index > caused && /^! /.test(line));
  if (reason >= 0) return reason;
  const [, , said] = ERROR.exec(block[0] ?? '') ?? [];
  return said === undefined && block.length > 1 ? 1 : 0;
}
