import {describe, expect, it} from 'vitest';
import {breakLines, cellLabels, nodeNames} from '../../../renderer/graph/nodeNames';
import {shortNames} from '../../../renderer/groups/shortNames';

const MODELS = ['rsv', 'flu', 'covid'].flatMap((illness) =>
  ['', 'further_'].flatMap((step) =>
    ['ethnicity', 'ses', 'ethnicity_ses'].map((by) => `${step}${illness}_${by}_models`),
  ),
);
const NAMES = [
  ...MODELS,
  'overall_and_all_cause_ses_models',
  'overall_and_all_cause_ethnicity_models',
  'data_skim',
];

describe('shortNames', () => {
  const {short, distinct} = shortNames(NAMES);

  it('leaves a name that fits as it is', () => {
    expect(short('data_skim', () => true)).toBe('data_skim');
  });

  it('leaves out first what another word already says, and keeps the beginning', () => {
    const atMost = (letters: number) => (text: string) => text.length <= letters;
    expect(short('overall_and_all_cause_ses_models', atMost(29))).toBe(
      'overall_and_all…ses_models',
    );
    expect(short('overall_and_all_cause_ses_models', atMost(12))).toBe('overall…ses…');
  });

  it('leaves out what all have, at both ends without a sign', () => {
    const names = ['cox_main_2016_rates', 'cox_main_2017_rates', 'cox_sub_2017_rates'];
    const all = shortNames(names);
    expect(names.map(all.distinct)).toEqual(['main_2016', 'main_2017', 'sub_2017']);
    const middle = shortNames(['a_x_1', 'b_x_2']);
    expect(middle.distinct('a_x_1')).toBe('a…1');
    expect(distinct('data_skim')).toBe('data_skim');
  });
});

describe('nodeNames', () => {
  const nodes = NAMES.map((label) => ({
    id: label,
    kind: 'group' as const,
    label,
    image: 'r:v2',
    members: [label],
  }));

  it('names every node, near by and from far, no two alike', () => {
    const names = [...nodeNames(nodes).values()];
    for (const lines of [names.map(({near}) => near), names.map(({far}) => far)]) {
      expect(new Set(lines.map((each) => each.join(''))).size).toBe(NAMES.length);
    }
    expect(names.every(({near, far}) => near.length <= 2 && far.length <= 3)).toBe(true);
  });
});

// plain tests measure nothing: every letter is 7.41 px wide
describe('breakLines', () => {
  it.each([
    ['table1', 0, ['table1']],
    ['check_patients', 0, ['check_', 'patients']],
    ['cox-ipw_main_result', 0, ['cox-ipw_', 'main_result']],
    ['reinfections', 40, ['reinfections', '']],
    ['flu_models', 40, ['flu_', 'models']],
    ['multimorbidityanalysis_x', 0, ['multim…ysis_', 'x']],
  ])('breaks %s between words', (name, taken, lines) => {
    expect(breakLines(name, [90, 110], taken)).toEqual(lines);
  });

  it('says when there are too few lines', () => {
    expect(breakLines('further_overall_and_all_cause_models', [90, 110], 0)).toBeNull();
  });
});

describe('cellLabels', () => {
  it('shows what differs, shortened where it is still too long', () => {
    expect(cellLabels(['model_main_1', 'model_main_2', 'model_sub_1'])).toEqual([
      'main_1',
      'main_2',
      'sub_1',
    ]);
    const long = cellLabels(['cox_a_very_long_name_that_says_a_lot_1', 'cox_b_2']);
    expect(long[0]?.length).toBeLessThan(28);
    expect(long[1]).toBe('b_2');
  });

  it('keeps apart what would look alike without its least words', () => {
    const groups = ['infants_subgroup', 'older_adults_subgroup'];
    const members = groups.flatMap((group) =>
      ['specific', 'sensitive'].map((kind) => `${group}_with_a_long_name_${kind}`),
    );
    expect(new Set(cellLabels(members)).size).toBe(4);
  });

  it('shows whole names where they would look alike', () => {
    expect(cellLabels(['a_b', 'b_a'])).toEqual(['a_b', 'b_a']);
  });
});
