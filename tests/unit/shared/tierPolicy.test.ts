import {describe, expect, it} from 'vitest';
import {TIERS} from '../../../shared/sensitivity';
import {mayUse, tierBanner} from '../../../shared/tierPolicy';

describe('the tier policy', () => {
  it('lets all tiers be shown and copied on this computer', () => {
    for (const tier of TIERS)
      expect([mayUse(tier, 'show'), mayUse(tier, 'copy')]).toEqual([true, true]);
  });

  it('keeps what is highly sensitive from being dragged or exported, and nothing else', () => {
    const leaves = TIERS.map((tier) => [mayUse(tier, 'drag'), mayUse(tier, 'export')]);
    expect(leaves).toEqual([
      [false, false],
      [true, true],
      [true, true],
    ]);
  });

  it('allows nothing of a file that is no output', () => expect(mayUse(null, 'show')).toBe(false));

  it('has a banner for what is highly sensitive alone', () => {
    expect(TIERS.map((tier) => tierBanner(tier) !== null)).toEqual([true, false, false]);
    expect(tierBanner('highly_sensitive')?.title).toContain(
      'You won’t be able to see this file on the server',
    );
  });
});
