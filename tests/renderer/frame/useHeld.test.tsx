import {act, renderHook} from '@testing-library/react';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {useHeld} from '../../../renderer/state/useNow';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('keeps what is pointed at as it is, and goes on once the pointer rests', () => {
  const {result, rerender} = renderHook(({value}) => useHeld(value), {initialProps: {value: 1}});
  rerender({value: 2});
  expect(result.current.shown).toBe(2);
  act(() => {
    result.current.hold();
  });
  rerender({value: 3});
  expect(result.current.shown).toBe(2);
  act(() => {
    vi.advanceTimersByTime(900);
  });
  act(() => {
    result.current.hold();
  });
  act(() => {
    vi.advanceTimersByTime(900);
  });
  expect(result.current.shown).toBe(2);
  act(() => {
    vi.advanceTimersByTime(200);
  });
  expect(result.current.shown).toBe(3);
});
