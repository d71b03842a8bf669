import {describe, expect, it} from 'vitest';
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDayTime,
  formatDuration,
  formatList,
  formatMemory,
  formatPlural,
  formatTimeOfDay,
  formatTimeWithSeconds,
  formatWhen,
  parseMemory,
  truncateMiddle,
} from '../../../shared/format';

const at = (hours: number, minutes: number, day = 14) => new Date(2026, 2, day, hours, minutes, 7);

describe('counts', () => {
  it('separates thousands', () => {
    expect([0, 999, 1000, 2191, 1234567, -4500].map(formatCount)).toEqual([
      '0',
      '999',
      '1,000',
      '2,191',
      '1,234,567',
      '-4,500',
    ]);
  });

  it('uses the singular for one only', () => {
    expect(formatPlural(1, 'job')).toBe('1 job');
    expect(formatPlural(0, 'job')).toBe('0 jobs');
    expect(formatPlural(1, 'dependency', 'dependencies')).toBe('1 dependency');
    expect(formatPlural(2191, 'dependency', 'dependencies')).toBe('2,191 dependencies');
  });
});

describe('sizes', () => {
  it('counts files in thousands', () => {
    expect(
      [0, 1, 99, 400, 88_000, 999_499, 999_501, 1_400_000, 16 * 1024 * 1024].map(formatBytes),
    ).toEqual([
      '0 bytes',
      '1 byte',
      '99 bytes',
      '0.4 kB',
      '88 kB',
      '999 kB',
      '1 MB',
      '1.4 MB',
      '17 MB',
    ]);
  });

  it('never shows a thousand of a unit that has a larger one', () => {
    expect(formatBytes(999_999)).toBe('1 MB');
    expect(formatBytes(999_999_999)).toBe('1 GB');
  });

  it('counts memory as docker run does', () => {
    expect(formatMemory(4 * 1024 ** 3)).toBe('4 GB');
    expect(formatMemory(512 * 1024 ** 2)).toBe('512 MB');
    expect(formatMemory(1.2 * 1024 ** 3)).toBe('1.2 GB');
  });

  it('reads memory in the units of docker run', () => {
    expect(parseMemory('4G')).toBe(4 * 1024 ** 3);
    expect(parseMemory('512m')).toBe(512 * 1024 ** 2);
    expect(parseMemory('1.5 GB')).toBe(1.5 * 1024 ** 3);
    expect(parseMemory('1048576')).toBe(1048576);
    expect(['', 'lots', '-4G', '0', '4X'].map(parseMemory)).toEqual([null, null, null, null, null]);
  });
});

describe('times', () => {
  it('says how long something took', () => {
    expect([0, 0.42, 8, 59.6, 72, 120, 3599, 7500, 90_000].map(formatDuration)).toEqual([
      '0 s',
      '0.4 s',
      '8 s',
      '1 m',
      '1 m 12 s',
      '2 m',
      '59 m 59 s',
      '2 h 5 m',
      '1 d 1 h',
    ]);
  });

  it('runs a clock', () => {
    expect([8.9, 102, 3725, -1].map(formatClock)).toEqual(['0:08', '1:42', '1:02:05', '0:00']);
  });

  it('is relative under a day and dated from then on', () => {
    const now = at(12, 0);
    const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000).toISOString();
    expect(formatWhen(ago(5), now)).toBe('just now');
    expect(formatWhen(ago(-90), now)).toBe('just now');
    expect(formatWhen(ago(720), now)).toBe('12 min ago');
    expect(formatWhen(ago(3 * 3600 + 10), now)).toBe('3 h ago');
    expect(formatWhen(at(12, 0, 3).toISOString(), now)).toBe('3 Mar');
    expect(formatWhen(new Date(2025, 2, 3).toISOString(), now)).toBe('3 Mar 2025');
  });

  it('names today and yesterday', () => {
    const now = at(0, 30);
    expect(formatDayTime(at(0, 5).toISOString(), now)).toBe('Today 00:05');
    expect(formatDayTime(at(23, 58, 13).toISOString(), now)).toBe('Yesterday 23:58');
    expect(formatDayTime(at(14, 2, 3).toISOString(), now)).toBe('3 Mar 2026 14:02');
  });

  it('gives local times of day, and nothing for a time that is none', () => {
    expect(formatTimeOfDay(at(9, 4).toISOString())).toBe('09:04');
    expect(formatTimeWithSeconds(at(9, 4).toISOString())).toBe('09:04:07');
    expect(formatTimeOfDay('not a time')).toBe('');
  });
});

describe('names', () => {
  it('shortens from the middle and keeps whole characters', () => {
    expect(truncateMiddle('model_primary', 20)).toBe('model_primary');
    expect(truncateMiddle('model_secondary_stroke', 11)).toBe('model…troke');
    expect(truncateMiddle('🧪🧪🧪🧪🧪', 3)).toBe('🧪…🧪');
  });

  it('lists a few and counts the rest', () => {
    expect(formatList(['a'])).toBe('a');
    expect(formatList(['a', 'b'])).toBe('a and b');
    expect(formatList(['a', 'b', 'c'])).toBe('a, b and c');
    expect(formatList(['a', 'b', 'c', 'd', 'e'])).toBe('a, b and 3 more');
  });
});
