import {levelOf, plainText} from '../../shared/logText';
import {firstMissing, lineAt, type LogPages} from '../state/logPages';

/** How far before the end a line about an error is looked for. */
const LINES_LOOKED_AT = 200;

/** The stretch of a log's end that must be here before its last error can be found; end exclusive. */
export function endOf(log: LogPages): {readonly from: number; readonly to: number} {
  return {from: Math.max(0, log.totalLines - LINES_LOOKED_AT), to: log.totalLines};
}

/**
 * The last line near the end of a log that reports an error, from 0; null where none does, undefined while
 * the end has not been read.
 */
export function lastErrorLine(log: LogPages): number | null | undefined {
  const {from, to} = endOf(log);
  if (to === 0 || firstMissing(log, from, to) !== null) return undefined;
  for (let seq = to - 1; seq >= from; seq -= 1) {
    const line = lineAt(log, seq);
    if (line !== undefined && levelOf(plainText(line.text)) === 'error') return seq;
  }
  return null;
}
