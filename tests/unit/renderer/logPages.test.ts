import {describe, expect, it} from 'vitest';
import {
  applyBatch,
  applyPage,
  emptyLog,
  firstMissing,
  lineAt,
  PAGE_LINES,
} from '../../../renderer/state/logPages';
import type {LogLine} from '../../../shared/log';

const lines = (from: number, count: number): readonly LogLine[] =>
  Array.from({length: count}, (_, at) => ({time: '', stream: 'stdout', text: `line ${from + at}`}));
const batch = (firstSeq: number, count: number, jobId = 'a') => ({
  jobId,
  action: 'model',
  firstSeq,
  lines: lines(firstSeq, count),
});

describe('the stretches of a log that the window holds', () => {
  it('adds batches across page borders', () => {
    const log = applyBatch(emptyLog('a'), batch(PAGE_LINES - 2, 5));
    expect(log.totalLines).toBe(PAGE_LINES + 3);
    expect(lineAt(log, PAGE_LINES - 1)?.text).toBe(`line ${PAGE_LINES - 1}`);
    expect(lineAt(log, PAGE_LINES + 2)?.text).toBe(`line ${PAGE_LINES + 2}`);
  });

  it('leaves a gap between batches to be read when it comes into view', () => {
    let log = applyBatch(emptyLog('a'), batch(0, 3));
    log = applyBatch(log, batch(10, 3));
    expect(log.totalLines).toBe(13);
    expect(firstMissing(log, 0, 13)).toBe(3);
    expect(firstMissing(log, 10, 13)).toBeNull();
    log = applyPage(log, {
      ...{jobId: 'a', firstSeq: 0, lines: lines(0, 13)},
      ...{totalLines: 13, complete: true},
    });
    expect(firstMissing(log, 0, 13)).toBeNull();
    expect(log.complete).toBe(true);
  });

  it('takes a batch that was also read without doubling it', () => {
    let log = applyPage(emptyLog('a'), {
      ...{jobId: 'a', firstSeq: 0, lines: lines(0, 8)},
      ...{totalLines: 8, complete: false},
    });
    log = applyBatch(log, batch(5, 5));
    expect(log.totalLines).toBe(10);
    expect(lineAt(log, 7)?.text).toBe('line 7');
  });

  it('drops what belongs to another job', () => {
    const log = emptyLog('a');
    expect(applyBatch(log, batch(0, 3, 'b'))).toBe(log);
  });

  it('never shrinks when an older answer comes late', () => {
    const log = applyPage(applyBatch(emptyLog('a'), batch(0, 40)), {
      ...{jobId: 'a', firstSeq: 0, lines: lines(0, 10)},
      ...{totalLines: 10, complete: false},
    });
    expect(log.totalLines).toBe(40);
  });

  it('forgets the pages used longest ago, not the number of lines', () => {
    let log = emptyLog('a');
    for (let page = 0; page < 200; page += 1)
      log = applyBatch(log, batch(page * PAGE_LINES, PAGE_LINES));
    expect(log.totalLines).toBe(200 * PAGE_LINES);
    expect(log.pages.size).toBeLessThanOrEqual(120);
    expect(lineAt(log, 0)).toBeUndefined();
    expect(lineAt(log, log.totalLines - 1)?.text).toBe(`line ${log.totalLines - 1}`);
  });
});
