import {describe, expect, it} from 'vitest';
import type {OutputPattern} from '../../../shared/project';
import type {Tier} from '../../../shared/sensitivity';
import {matchOutputs} from '../../../electron/outputs/matchOutputs';

const pattern = (tier: Tier, text: string): OutputPattern => ({
  tier,
  label: text,
  pattern: text,
  span: {line: 1, column: 1, endLine: 1, endColumn: 1},
});

const high = (text: string) => pattern('highly_sensitive', text);
const moderate = (text: string) => pattern('moderately_sensitive', text);
const minimal = (text: string) => pattern('minimally_sensitive', text);

describe('matchOutputs', () => {
  it('matches the whole path, so that a.csv does not stand for a.csv.gz', () => {
    const match = matchOutputs(
      [high('out/a.csv.gz'), moderate('out/a.csv')],
      ['out/a.csv', 'out/a.csv.gz'],
    );
    expect(match.matched).toEqual([
      {path: 'out/a.csv', tier: 'moderately_sensitive'},
      {path: 'out/a.csv.gz', tier: 'highly_sensitive'},
    ]);
  });

  it.each([
    ['out/*.csv', 'out/a.csv', true],
    ['out/*.csv', 'out/.csv', true],
    ['out/*.csv', 'out/.hidden.csv', true],
    ['out/*.csv', 'out/deep/a.csv', false],
    ['out/*.csv', 'out/a.csv.gz', false],
    ['out/*.csv', 'OUT/a.csv', false],
    ['out/a.csv', 'out/axcsv', false],
    ['out/a(1)+.csv', 'out/a(1)+.csv', true],
    ['*/a.csv', 'x/a.csv', true],
    ['*.csv', 'a\nb.csv', true],
  ])('%s and %j: %s', (text, file, matches) => {
    expect(matchOutputs([high(text)], [file]).matched).toHaveLength(matches ? 1 : 0);
  });

  it('takes the tier of the last pattern that matches, tiers in their order', () => {
    const files = ['out/a.csv'];
    expect(matchOutputs([minimal('out/*.csv'), high('out/a.csv')], files).matched).toEqual([
      {path: 'out/a.csv', tier: 'minimally_sensitive'},
    ]);
    expect(matchOutputs([moderate('out/a.csv'), high('out/*.csv')], files).matched).toEqual([
      {path: 'out/a.csv', tier: 'moderately_sensitive'},
    ]);
  });

  it('lists patterns that match nothing, and files that no pattern matches, sorted', () => {
    const match = matchOutputs(
      [high('out/b.csv'), moderate('out/a.csv'), high('out/z*.csv')],
      ['out/y.csv', 'out/b.csv', 'out/x.csv'],
    );
    expect(match.unmatchedPatterns).toEqual(['out/a.csv', 'out/z*.csv']);
    expect(match.unmatchedFiles).toEqual(['out/x.csv', 'out/y.csv']);
  });

  it('is content with an action that lists no outputs', () => {
    expect(matchOutputs([], ['a.csv'])).toEqual({
      matched: [],
      unmatchedPatterns: [],
      unmatchedFiles: ['a.csv'],
    });
  });
});
