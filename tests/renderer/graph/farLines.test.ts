import {describe, expect, it} from 'vitest';
import {farLines} from '../../../renderer/graph/farLines';

// jsdom measures nothing: 13 letters fit on the first line, 15 on the second
describe('a name on a node seen from far', () => {
  it.each([
    ['table1', 0, ['table1']],
    ['check_patients', 0, ['check_', 'patients']],
    ['generate_flow_chart', 0, ['generate_', 'flow_chart']],
    ['cox-ipw.main_result', 0, ['cox-ipw.main_', 'result']],
  ])('breaks %s between words', (name, taken, lines) => {
    expect(farLines(name, taken)).toEqual(lines);
  });

  it('cuts a second line in its middle, earlier where something follows it', () => {
    const name = 'further_overall_and_all_cause_models';
    const [first, second = ''] = farLines(name, 0);
    expect(first).toBe('further_');
    expect(second).toMatch(/^overa.*….*odels$/);
    const shorter = farLines(name, 60)[1] ?? '';
    expect(shorter).toMatch(/^ov.*….*ls$/);
    expect(shorter.length).toBeLessThan(second.length);
  });

  it('cuts a first word that fits on no line', () => {
    expect(farLines('multimorbidityanalysis_x', 0)).toEqual([
      expect.stringMatching(/^mult.*….*_x$/),
    ]);
  });
});
