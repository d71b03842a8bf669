import {expect, it} from 'vitest';
import {engineClock, byOurClock, secondsAhead} from '../../../electron/docker/engineClock';

const at = (time: string): number => Date.parse(time);

it('tells how far a clock is ahead, and sets its times back by that', () => {
  const clock = engineClock(
    '2026-04-01T10:10:00.000000001Z',
    at('2026-04-01T09:59:59.900Z'),
    at('2026-04-01T10:00:00.100Z'),
  );
  expect(clock).toEqual({aheadMs: 600_000, errorMs: 100});
  expect(secondsAhead(clock)).toBe(600);
  expect(byOurClock('2026-04-01T10:10:01.123456789Z', 600)).toBe('2026-04-01T10:00:01.123456789Z');
  expect(byOurClock('2026-04-01T10:10:01Z', -600)).toBe('2026-04-01T10:20:01Z');
});

it('leaves times alone where the clocks may be the same', () => {
  expect(secondsAhead({aheadMs: 1900, errorMs: 0})).toBe(0);
  expect(secondsAhead({aheadMs: -5000, errorMs: 3000})).toBe(0);
  expect(secondsAhead(engineClock('', 0, 1))).toBe(0);
  expect(byOurClock('2026-04-01T10:10:01.5Z', 0)).toBe('2026-04-01T10:10:01.5Z');
  expect(byOurClock('no time', 600)).toBe('no time');
});
