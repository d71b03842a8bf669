import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {stateFrame, stateGlyph, stateStyle} from '../../../renderer/status/stateGlyph';
import {trackedFiles} from '../../architecture/trackedFiles';
import {STATE_WORDS} from '../../../shared/status';

const states = Object.keys(STATE_WORDS) as readonly (keyof typeof STATE_WORDS)[];

it('gives every state a mark and a word of its own, which need no colour, and a colour for style sheets', () => {
  const marks = states.map((state) => {
    const {ring, strokes} = stateGlyph(state);
    return JSON.stringify([ring, strokes]);
  });
  expect(new Set(marks).size).toBe(states.length);
  expect(new Set(Object.values(STATE_WORDS)).size).toBe(states.length);
  for (const state of states) expect(stateStyle(state)['--state']).toMatch(/^var\(--[a-z]+\)$/);
});

it('is green for nothing but what was found up to date or succeeded', () => {
  expect(states.filter((state) => stateStyle(state)['--state'] === 'var(--ok)').sort()).toEqual([
    'succeeded',
    'up-to-date',
  ]);
});

it('frames what is out of date', () => {
  expect(stateFrame('out-of-date')).toBe('dashed');
  expect(stateFrame('upstream-out-of-date')).toBe('dotted');
  expect(stateFrame('failed')).toBe('solid');
});

it('is the only place that gives a state its colour', () => {
  const names = states.join('|');
  const coloured = new RegExp(
    `\\[data-state='(${names})'\\][^{]*\\{[^}]*(color|background|border)`,
  );
  const sheets = trackedFiles().filter((file) => /^renderer\/.*\.css$/.test(file));
  expect(sheets.length).toBeGreaterThan(20);
  expect(sheets.filter((file) => coloured.test(readFileSync(file, 'utf8')))).toEqual([]);
});
