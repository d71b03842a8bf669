import {act, cleanup, renderHook} from '@testing-library/react';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {useReadPages, type ReadPage} from '../../../renderer/log/useReadPages';
import {lineAt} from '../../../renderer/state/logPages';
import {appError} from '../../../shared/errors';
import {err, ok} from '../../../shared/result';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Reads the lines that a log has by now. */
const reading =
  (lines: () => readonly string[]): ReadPage =>
  async (fromSeq, limit) =>
    ok({
      jobId: 'a',
      firstSeq: Math.min(fromSeq, lines().length),
      lines: lines()
        .slice(fromSeq, fromSeq + limit)
        .map((text) => ({time: '2026-04-01T10:00:00.000000000Z', stream: 'stdout', text})),
      totalLines: lines().length,
      complete: false,
    });

/** Time passes; in short steps, as what was read is shown in between. */
async function pass(ms: number): Promise<void> {
  for (let step = 0; step < ms; step += 100)
    await act(() => vi.advanceTimersByTimeAsync(Math.min(100, ms - step)));
}

it('does not ask again for a log that is gone', async () => {
  let asked = 0;
  const read: ReadPage = async () => {
    asked += 1;
    return err(appError('not-found', 'It is no longer kept.'));
  };
  const {result} = renderHook(() => useReadPages('a', read, false));
  await pass(10_000);
  expect(result.current.error?.message).toBe('It is no longer kept.');
  expect(asked).toBe(1);
});

it('reads what is in view again once a line came before others, where lines may move', async () => {
  const numbers = Array.from({length: 2000}, (_, seq) => `line ${seq}`);
  let lines: readonly string[] = numbers;
  const read = reading(() => lines);
  const {result} = renderHook(() => useReadPages('a', read, true));
  await pass(10);
  act(() => result.current.need(0, 40));
  act(() => result.current.need(1960, 2000));
  await pass(10);
  act(() => result.current.need(1960, 2000));
  expect(lineAt(result.current.log, 1999)?.text).toBe('line 1999');
  lines = ['late', ...numbers];
  await pass(1000);
  expect(result.current.log.totalLines).toBe(2001);
  expect(lineAt(result.current.log, 1999)?.text).toBe('line 1998');
  // what is out of view is read when it comes back into it
  expect(lineAt(result.current.log, 0)).toBeUndefined();
  act(() => result.current.need(0, 40));
  await pass(10);
  expect(lineAt(result.current.log, 0)?.text).toBe('late');
});
