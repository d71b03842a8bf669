import {expect, it} from 'vitest';
import {lastErrorLine} from '../../../renderer/log/lastError';
import {applyBatch, emptyLog, type LogPages} from '../../../renderer/state/logPages';

function logOf(texts: readonly string[], firstSeq = 0): LogPages {
  const lines = texts.map((text) => ({time: '', stream: 'stderr' as const, text}));
  return applyBatch(emptyLog('a'), {jobId: 'a', action: 'a', firstSeq, lines});
}
const noise = (count: number) => Array.from({length: count}, (_, at) => `row ${at}`);

it.each([
  [['Traceback (most recent call last):', '  File "a.py"', "KeyError: 'x'"], 2],
  [['Error in f(x) : no such column', 'Calls: f', 'Execution halted'], 0],
  [['\u001b[31mfatal\u001b[0m: no such file', 'bye'], 0],
  [['java.lang.RuntimeException: x', '\tat a.b'], 0],
])('the last error of a log %j is at line %i', (texts, line) => {
  expect(lastErrorLine(logOf(texts))).toBe(line);
});

it('the last error of a log is none where no line tells of one, nor one far before the end', () => {
  expect(lastErrorLine(logOf(['terror', 'errorless', 'done']))).toBeNull();
  expect(lastErrorLine(logOf(['Error: early', ...noise(400)]))).toBeNull();
});

it('the last error of a log is not known before the end has been read', () => {
  expect(lastErrorLine(emptyLog('a'))).toBeUndefined();
  expect(lastErrorLine(logOf(noise(2), 20))).toBeUndefined();
});
