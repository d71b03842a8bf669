import {describe, expect, it} from 'vitest';
import {actionEdits} from '../../../electron/study/actionEdits';
import {applyTextEdits} from '../../../electron/study/quickFixes';
import type {QuickFix} from '../../../shared/problem';

const OUT = '    outputs:\n      highly_sensitive:\n        o: output/b.csv\n';
const study = (needs: string): string =>
  `version: 5\nactions:\n  a:\n    run: r:v2 a.R\n    outputs:\n      highly_sensitive:\n        o: output/a.csv\n  b:\n    run: r:v2 b.R\n${needs}${OUT}`;

const after = (text: string, fix: QuickFix | null): string | null =>
  fix === null ? null : applyTextEdits(text, fix.edits);

describe('an action is added to needs as these are written', () => {
  it.each([
    ['in brackets', '    needs: [x, y]\n', '    needs: [x, y, a]\n'],
    ['in empty brackets', '    needs: []\n', '    needs: [a]\n'],
    [
      'under dashes, indented',
      '    needs:\n      - x # first\n',
      '    needs:\n      - x # first\n      - a\n',
    ],
    [
      'under dashes, flush',
      '    needs:\n    - x\n    - y\n',
      '    needs:\n    - x\n    - y\n    - a\n',
    ],
    ['where there are none', '', '    needs: [a]\n'],
    [
      'over several lines',
      '    needs: [\n      x,\n      y\n    ]\n',
      '    needs: [\n      x,\n      y, a\n    ]\n',
    ],
  ])('%s', (_, before, wanted) => {
    const text = study(before);
    expect(after(text, actionEdits(text).addNeed('b', 'a'))).toBe(study(wanted));
  });

  it.each([
    [
      'an action in braces',
      'version: 5\nactions:\n  b: {run: "r:v2 b.R", outputs: {highly_sensitive: {o: b.csv}}}\n',
    ],
    [
      'merged needs',
      'version: 5\nactions:\n  a: &x\n    needs: [y]\n    run: r:v2 a.R\n  b:\n    <<: *x\n    run: r:v2 b.R\n',
    ],
    ['an action that is not there', 'version: 5\nactions:\n  a:\n    run: r:v2 a.R\n'],
    ['a text that is no YAML', 'actions: ['],
  ])('not of %s', (_, text) => expect(actionEdits(text).addNeed('b', 'a')).toBeNull());

  it('keeps line ends of Windows', () => {
    const text = study('    needs:\n      - x\n').replaceAll('\n', '\r\n');
    expect(after(text, actionEdits(text).addNeed('b', 'a'))).toBe(
      study('    needs:\n      - x\n      - a\n').replaceAll('\n', '\r\n'),
    );
  });
});

describe('an action is taken out of needs', () => {
  it.each([
    ['the last in brackets', '    needs: [x, a]\n', '    needs: [x]\n'],
    ['the first in brackets', '    needs: [a, x]\n', '    needs: [x]\n'],
    ['under a dash', '    needs:\n      - x\n      - a\n', '    needs:\n      - x\n'],
    ['the only one', '    needs: [a]\n', ''],
    ['the only one, under a dash', '    needs:\n      - a\n', ''],
  ])('%s', (_, before, wanted) => {
    const text = study(before);
    expect(after(text, actionEdits(text).removeNeed('b', 'a'))).toBe(study(wanted));
  });

  it('not where it stands twice, or not at all', () => {
    expect(actionEdits(study('    needs: [a, a]\n')).removeNeed('b', 'a')).toBeNull();
    expect(actionEdits(study('    needs: [x]\n')).removeNeed('b', 'a')).toBeNull();
  });
});

it('an output is given another path, quotes kept', () => {
  const text = study('').replace('o: output/b.csv', 'o: "output/b.csv"');
  expect(after(text, actionEdits(text).changeOutput('b', 'output/b.csv', 'output/c.csv'))).toBe(
    text.replace('output/b.csv', 'output/c.csv'),
  );
});
