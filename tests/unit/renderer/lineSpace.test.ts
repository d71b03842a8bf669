import {describe, expect, it} from 'vitest';
import {
  LINE_HEIGHT,
  lineSpace,
  movedBy,
  startOfEnd,
  type LinePlace,
} from '../../../renderer/log/lineSpace';

const VIEW = 500;
const plain = () => LINE_HEIGHT;

describe('the space of a log', () => {
  it('is scrolled pixel by pixel as long as a browser can', () => {
    const space = lineSpace(10_000, VIEW, LINE_HEIGHT);
    expect(space.height).toBe(180_000);
    expect(space.placeAt(0)).toEqual({line: 0, offset: 0});
    expect(space.placeAt(1000)).toEqual({line: 55, offset: 10});
    expect(space.placeAt(180_000 - VIEW)).toBe('end');
    for (const at of [0, 7, 1000, 99_999]) {
      const place = space.placeAt(at);
      expect(space.scrollTo(place)).toBeCloseTo(at);
    }
  });

  it('reaches every part of a log that is longer than a browser can scroll', () => {
    const lines = 50_000_000;
    const space = lineSpace(lines, VIEW, LINE_HEIGHT);
    expect(space.height).toBeLessThan(16_000_000);
    const room = space.height - VIEW;
    for (const share of [0, 0.1, 0.5, 0.9]) {
      const place = space.placeAt(share * room);
      expect(place).not.toBe('end');
      if (place === 'end') continue;
      expect(place.line / lines).toBeCloseTo(share, 4);
      expect(space.scrollTo(place)).toBeCloseTo(share * room, 3);
    }
    expect(space.placeAt(room)).toBe('end');
    expect(space.scrollTo('end')).toBe(room);
  });

  it('has no room for a log that is all in view', () => {
    const space = lineSpace(3, VIEW, LINE_HEIGHT);
    expect(space.placeAt(0)).toBe('end');
    expect(space.scrollTo('end')).toBe(0);
    expect(space.scrollTo({line: 2, offset: 0})).toBe(0);
    expect(startOfEnd(3, VIEW, plain)).toEqual({line: 0, offset: 0});
  });
});

describe('moving in a log', () => {
  it('goes by the lines as tall as they are', () => {
    const tall = (line: number): number => (line === 5 ? 100 : LINE_HEIGHT);
    const from: LinePlace = {line: 4, offset: 10};
    expect(movedBy(from, 8, 100, tall)).toEqual({line: 5, offset: 0});
    expect(movedBy(from, 60, 100, tall)).toEqual({line: 5, offset: 52});
    expect(movedBy(from, 108, 100, tall)).toEqual({line: 6, offset: 0});
    expect(movedBy({line: 6, offset: 0}, -30, 100, tall)).toEqual({line: 5, offset: 70});
  });

  it('stops at the first line and at the last', () => {
    expect(movedBy({line: 2, offset: 3}, -1000, 100, plain)).toEqual({line: 0, offset: 0});
    expect(movedBy({line: 98, offset: 0}, 40, 100, plain)).toEqual({line: 99, offset: 22});
  });

  it('goes through every line at the end of a very long log, one by one', () => {
    const lines = 10_000_000;
    let place = startOfEnd(lines, VIEW, plain);
    expect(place).toEqual({line: lines - 28, offset: 4});
    const seen = new Set<number>();
    for (let step = 0; step < 100; step += 1) {
      place = movedBy(place, -LINE_HEIGHT, lines, plain);
      seen.add(place.line);
    }
    expect(seen.size).toBe(100);
    expect(Math.max(...seen)).toBe(lines - 29);
  });
});
