import fc from 'fast-check';
import {RE2JS} from 're2js';
import {describe, expect, it} from 'vitest';
import {requiredTexts} from '../../../electron/logs/requiredTexts';

describe('what a line must hold for a regular expression to match', () => {
  it.each([
    ['KeyError: \\w+', ['KeyError: ']],
    ['patients_\\d+\\.csv with 9\\d+ rows$', ['.csv with 9']],
    ['(error|warn(ing)?|traceback)\\b', ['error', 'warn', 'traceback']],
    ['colou?r', ['colo']],
    ['(?:abc)+', ['abc']],
    ['ab{2,3}cdefg', ['cdefg']],
    ['(?P<name>id) \\[[^\\]]*\\]', ['id']],
    ['a|\\d', null],
    ['(abc)?', null],
    ['(?i)abc', null],
    ['\\Qa.b\\E', null],
    ['\\x41bc', null],
    ['.*', null],
    ['[[:alpha:]]+', null],
    ['é', null],
  ] as const)('for %s', (regex, texts) => expect(requiredTexts(regex)).toEqual(texts));

  it('is in every text that it matches', () => {
    const part = fc.constantFrom(
      ...['a', 'b', 'ab', '\\.', '.', '\\d', '[ab]', '(a|b)', '(?:ab)', '^', '$', '\\b', ' '],
    );
    const times = fc.constantFrom('', '', '', '*', '+', '?', '{0,1}', '{2}', '??');
    const sequence = fc.array(fc.tuple(part, times), {minLength: 1, maxLength: 5});
    const regexes = fc
      .array(sequence, {minLength: 1, maxLength: 3})
      .map((all) => all.map((parts) => parts.map((each) => each.join('')).join('')).join('|'));
    const texts = fc.string({unit: fc.constantFrom('a', 'b', '.', ' ', '1'), maxLength: 8});
    fc.assert(
      fc.property(regexes, texts, (regex, text) => {
        let compiled;
        try {
          compiled = RE2JS.compile(regex);
        } catch {
          return;
        }
        const required = requiredTexts(regex);
        if (required === null || !compiled.test(text)) return;
        expect(required.some((each) => text.includes(each))).toBe(true);
      }),
      {numRuns: 3000},
    );
  });
});
