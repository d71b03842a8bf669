import {describe, expect, it} from 'vitest';
import {
  betterConcurrency,
  fitting,
  nearLimit,
  type JobUse,
} from '../../../electron/core/plan/memoryFit';

const GB = 1024 ** 3;
const ENGINE = {memoryBytes: 24 * GB, cpus: 8};

function use(peak: number | null, parts: Partial<JobUse> = {}): JobUse {
  const peakBytes = peak === null ? null : peak * GB;
  return {action: 'a', limitBytes: 4 * GB, peakBytes, cpus: 0.5, ...parts};
}

it('jobs near their limit of memory are told with what they took, and others are not', () => {
  const found = nearLimit([use(3.9), use(1, {action: 'b'}), use(null, {action: 'c'})]);
  expect(found).toMatchObject({level: 'warning', check: 'memory'});
  expect(found?.message).toBe('`a` (3.9 GB of 4 GB) nearly ran out of memory in a recent run.');
  expect(nearLimit([use(3.5)])).toBeNull();
});

describe('how many jobs fit in the engine', () => {
  it('goes by the largest that may meet, with room for more and for the system', () => {
    expect(
      fitting([use(2), use(2), use(2), use(2), use(2), use(2), use(2), use(2), use(2)], ENGINE),
    ).toBe(8);
    expect(fitting([use(16), use(1), use(1)], ENGINE)).toBe(2);
    expect(fitting([use(30)], ENGINE)).toBe(1);
  });

  it('goes by the processors too', () => {
    const busy = Array.from({length: 10}, () => use(0.1, {cpus: 2}));
    expect(fitting(busy, ENGINE)).toBe(4);
  });

  it('is not known where of a job it is not', () => {
    expect(fitting([use(1), use(null)], ENGINE)).toBeNull();
    expect(fitting([use(1, {cpus: null})], ENGINE)).toBeNull();
    expect(fitting([], ENGINE)).toBeNull();
  });
});

describe('another number of jobs at a time', () => {
  const ten = Array.from({length: 10}, () => use(2));

  it('is suggested where more fit, or fewer', () => {
    expect(betterConcurrency(ten, ENGINE, 2)).toMatchObject({level: 'ok', concurrency: 8});
    expect(betterConcurrency(ten, ENGINE, 2)?.message).toContain(
      '8 jobs at a time fit in the engine’s 24 GB',
    );
    expect(betterConcurrency(ten, ENGINE, 10)).toMatchObject({level: 'warning', concurrency: 8});
  });

  it('is not where it changes nothing', () => {
    expect(betterConcurrency(ten, ENGINE, 8)).toBeNull();
    expect(betterConcurrency(ten.slice(0, 2), ENGINE, 2)).toBeNull();
    expect(betterConcurrency(ten.slice(0, 2), ENGINE, 5)).toBeNull();
  });
});
