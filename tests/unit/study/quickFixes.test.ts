import {describe, expect, it} from 'vitest';
import {readProject} from '../../../electron/study/readProject';
import type {RuleCode} from '../../../electron/study/ruleTable';
import type {TextEdit} from '../../../shared/problem';
import {O, R, v5, version} from './ruleCases';

function applied(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce(
      (result, {from, to, insert}) => result.slice(0, from) + insert + result.slice(to),
      text,
    );
}

const B = 'b: {run: "r:v2 b.R", outputs: {highly_sensitive: {o: b.csv}}}';
const block = (needs: string): string =>
  `version: 5\nactions:\n  ${B}\n  a:\n    run: r:v2 a.R # runs\n    needs:\n${needs}    outputs:\n      highly_sensitive:\n        o: a.csv\n`;

interface FixCase {
  readonly rule: RuleCode;
  readonly text: string;
  readonly from: string;
  readonly to: string;
  readonly files?: readonly string[];
}

/** The one place that changes; every byte outside stays. */
const FIXES: readonly FixCase[] = [
  {
    rule: 'E-NEEDS-UNKNOWN',
    text: v5(`act: {${R}, ${O}, needs: [bb]}`, B.replace('b:', 'bbb:')),
    from: '[bb]',
    to: '[bbb]',
  },
  {
    rule: 'E-NEEDS-UNKNOWN',
    text: v5(`act: {${R}, ${O}, needs: ["bbbx"]}`, B.replace('b:', 'bbbb:')),
    from: '"bbbx"',
    to: '"bbbb"',
  },
  {
    rule: 'S-NEEDS-REPEATED',
    text: v5(`a: {${R}, ${O}, needs: [b, b]}`, B),
    from: '[b, b]',
    to: '[b]',
  },
  {
    rule: 'S-NEEDS-REPEATED',
    text: block('      - b\n      - b  # again\n'),
    from: '      - b  # again\n',
    to: '',
  },
  {rule: 'E-LATEST', text: v5(`a: {run: "r:latest x.R", ${O}}`), from: 'r:latest', to: 'r:v1'},
  {
    rule: 'S-LATEST',
    text: version('4', `a: {run: r:latest x.R, ${O}}`),
    from: 'r:latest',
    to: 'r:v1',
  },
  {
    rule: 'E-PATH-L4TYPE',
    text: v5(`a: {${R}, outputs: {moderately_sensitive: {o: out/a.CSV}}}`),
    from: 'a.CSV',
    to: 'a.csv',
  },
  {
    rule: 'E-PATH-BACKSLASH',
    text: v5(`a: {${R}, outputs: {highly_sensitive: {o: 'out\\a.csv'}}}`),
    from: 'out\\a.csv',
    to: 'out/a.csv',
  },
  {
    rule: 'E-PATH-NORMAL',
    text: v5(`a: {${R}, outputs: {highly_sensitive: {o: ./out//a.csv}}}`),
    from: './out//a.csv',
    to: 'out/a.csv',
  },
  {rule: 'W-OLD-VERSION', text: version("'4.0'", `a: {${R}, ${O}}`), from: "'4.0'", to: "'5.0'"},
  {rule: 'W-OLD-VERSION', text: version('3.5', `a: {${R}, ${O}}`), from: '3.5', to: '5.0'},
  {
    rule: 'E-UNKNOWN-TIER',
    text: v5(`a: {${R}, outputs: {highly_sensitive: {o: a.csv}, moderatly_sensitive: {p: b.csv}}}`),
    from: 'moderatly',
    to: 'moderately',
  },
  {
    rule: 'E-UNKNOWN-ACTION-KEY',
    text: v5(`a: {${R}, ${O}, need: [b]}`, B),
    from: 'need:',
    to: 'needs:',
  },
  {
    rule: 'E-NEEDS-TYPE',
    text: v5(`a: {${R}, ${O}, needs: b}`, B),
    from: 'needs: b',
    to: 'needs: [b]',
  },
  {rule: 'S-UNKNOWN-IMAGE', text: v5(`a: {run: pyton:v2 x.R, ${O}}`), from: 'pyton', to: 'python'},
  {
    rule: 'S-SCRIPT-MISSING',
    text: v5(`a: {run: >-\n      r:v2\n      analysis/modle.R, ${O}}`).replace(
      '>-\n      r:v2\n      ',
      'r:v2 ',
    ),
    from: 'modle',
    to: 'model',
    files: ['analysis/model.R'],
  },
];

describe('quick fixes', () => {
  it.each(FIXES)('$rule: $from becomes $to', ({rule, text, from, to, files}) => {
    const context = files === undefined ? {} : {files: new Set(files)};
    const problem = readProject(text, context).problems.find((found) => found.rule === rule);
    const after = applied(text, problem?.fixes[0]?.edits ?? []);
    expect(after).toBe(text.replace(from, () => to));
    expect(readProject(after, context).problems.map((found) => found.rule)).not.toContain(rule);
  });

  it('leaves it to people where the right edit is not certain', () => {
    const text = v5(`a: {${R}, ${O}, needs: ["b\\x62x"]}`, B.replace('b:', 'bbb:'));
    const problem = readProject(text).problems.find(({rule}) => rule === 'E-NEEDS-UNKNOWN');
    expect(problem?.hint).toBe('Did you mean `bbb`?');
    expect(problem?.fixes).toEqual([]);
  });
});
