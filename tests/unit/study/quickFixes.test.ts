import {expect, it} from 'vitest';
import {LEAVING_IMAGES, leavingImage, PUBLISHED_TAGS} from '../../../electron/study/knownImages';
import {applyTextEdits} from '../../../electron/study/quickFixes';
import {readProject} from '../../../electron/study/readProject';
import type {RuleCode} from '../../../electron/study/ruleTable';
import {O, R, v5, version} from './ruleCases';

const B = 'b: {run: "r:v2 b.R", outputs: {highly_sensitive: {o: b.csv}}}';
const block = (needs: string): string =>
  `version: 5\nactions:\n  ${B}\n  a:\n    run: r:v2 a.R # runs\n    needs:\n${needs}    outputs:\n      highly_sensitive:\n        o: a.csv\n`;

const of = (outputs: string): string => v5(`a: {${R}, outputs: {${outputs}}}`);

/** The one place that changes, from and to; every byte outside stays. */
const FIXES: readonly (readonly [RuleCode, string, string, string])[] = [
  [
    'E-NEEDS-UNKNOWN',
    v5(`act: {${R}, ${O}, needs: [bb]}`, B.replace('b:', 'bbb:')),
    '[bb]',
    '[bbb]',
  ],
  [
    'E-NEEDS-UNKNOWN',
    v5(`act: {${R}, ${O}, needs: ["bbbx"]}`, B.replace('b:', 'bbbb:')),
    ...(['"bbbx"', '"bbbb"'] as const),
  ],
  ['S-NEEDS-REPEATED', v5(`a: {${R}, ${O}, needs: [b, b]}`, B), '[b, b]', '[b]'],
  ['S-NEEDS-REPEATED', block('      - b\n      - b  # again\n'), '      - b  # again\n', ''],
  ['E-LATEST', v5(`a: {run: "r:latest x.R", ${O}}`), 'r:latest', 'r:v1'],
  ['S-LATEST', version('4', `a: {run: r:latest x.R, ${O}}`), 'r:latest', 'r:v1'],
  ['E-PATH-L4TYPE', of('moderately_sensitive: {o: out/a.CSV}'), 'a.CSV', 'a.csv'],
  ['E-PATH-BACKSLASH', of("highly_sensitive: {o: 'out\\a.csv'}"), 'out\\a.csv', 'out/a.csv'],
  ['E-PATH-NORMAL', of('highly_sensitive: {o: ./out//a.csv}'), './out//a.csv', 'out/a.csv'],
  ['W-OLD-VERSION', version("'4.0'", `a: {${R}, ${O}}`), "'4.0'", "'5.0'"],
  ['W-OLD-VERSION', version('3.5', `a: {${R}, ${O}}`), '3.5', '5.0'],
  [
    'E-UNKNOWN-TIER',
    of('highly_sensitive: {o: a.csv}, moderatly_sensitive: {p: b.csv}'),
    ...(['moderatly', 'moderately'] as const),
  ],
  ['E-UNKNOWN-ACTION-KEY', v5(`a: {${R}, ${O}, need: [b]}`, B), 'need:', 'needs:'],
  ['E-NEEDS-TYPE', v5(`a: {${R}, ${O}, needs: b}`, B), 'needs: b', 'needs: [b]'],
  ['S-UNKNOWN-IMAGE', v5(`a: {run: pyton:v2 x.R, ${O}}`), 'pyton', 'python'],
  ['S-SCRIPT-MISSING', v5(`a: {run: r:v2 analysis/modle.R, ${O}}`), 'modle', 'model'],
];

it.each(FIXES)('the quick fix of %s in %j: %j becomes %j', (rule, text, from, to) => {
  const context = rule === 'S-SCRIPT-MISSING' ? {files: new Set(['analysis/model.R'])} : {};
  const problem = readProject(text, context).problems.find((found) => found.rule === rule);
  const after = applyTextEdits(text, problem?.fixes[0]?.edits ?? []) ?? '';
  expect(after).toBe(text.replace(from, () => to));
  expect(readProject(after, context).problems.map((found) => found.rule)).not.toContain(rule);
});

it('names the version of R that takes the place of one that goes', () => {
  const of = (image: string) =>
    readProject(v5(`a: {run: "${image} x.R", ${O}}`)).problems.map(({rule, hint}) => [rule, hint]);
  expect(of('r:v1')).toEqual([
    [
      'S-IMAGE-LEAVING',
      'It is due to be removed by 1 March 2027; `r:v3` is the one to use. `study-desk try-image a` compares what it makes on both.',
    ],
  ]);
  expect(of('r:v2')).toEqual([]);
  expect(of('r:v3')).toEqual([]);
  for (const {until, instead, source, read} of LEAVING_IMAGES) {
    expect([source, read]).toEqual([
      expect.stringMatching(/^https:/),
      expect.stringMatching(/^20\d\d-\d\d$/),
    ]);
    expect(until === null || Date.parse(until) > Date.parse(read)).toBe(true);
    const [name = '', tag = ''] = instead?.split(':') ?? [];
    expect(instead === null || PUBLISHED_TAGS.get(name)?.includes(tag)).toBe(true);
    // one that stays
    expect(instead === null ? undefined : leavingImage(name, tag)).toBeUndefined();
  }
});

it('leaves it to people where the right edit is not certain', () => {
  const text = v5(`a: {${R}, ${O}, needs: ["b\\x62x"]}`, B.replace('b:', 'bbb:'));
  const problem = readProject(text).problems.find(({rule}) => rule === 'E-NEEDS-UNKNOWN');
  expect(problem?.hint).toBe('Did you mean `bbb`?');
  expect(problem?.fixes).toEqual([]);
});
