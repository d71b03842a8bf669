import {describe, expect, it} from 'vitest';
import {ansiSpans} from '../../../renderer/log/ansiText';

const plainText = (line: string): string =>
  ansiSpans(line)
    .map(({text}) => text)
    .join('');

describe('a line with escape sequences', () => {
  it('keeps colours and weight', () => {
    expect(ansiSpans('a\u001b[1;31mred\u001b[0m b')).toEqual([
      {text: 'a', colour: null, bold: false},
      {text: 'red', colour: 'red', bold: true},
      {text: ' b', colour: null, bold: false},
    ]);
  });

  it('takes out what is no colour: cursor moves, titles, links', () => {
    expect(
      plainText('\u001b[2K\u001b[1Gdone\u001b]0;title\u0007 \u001b]8;;http://x\u001b\\link'),
    ).toBe('done link');
  });

  it('shows marks that turn the direction of writing, and controls that are no sequence', () => {
    expect(plainText('a\u202etxt.exe \u001b \u0008')).toBe('a‹U+202E›txt.exe ␛ ␈');
  });

  it('skips parameters of colours beyond the palette', () => {
    expect(ansiSpans('\u001b[38;5;1;1mx')).toEqual([{text: 'x', colour: null, bold: true}]);
    expect(ansiSpans('\u001b[38;2;31;31;31mx')).toEqual([{text: 'x', colour: null, bold: false}]);
  });

  it('shows only the last state of a progress line', () => {
    expect(plainText('10 %\r50 %\r100 %\r')).toBe('100 %');
  });

  it('cuts a line of many megabytes and says so', () => {
    const text = plainText('x'.repeat(5_000_000));
    expect(text.length).toBeLessThan(21_000);
    expect(text).toContain('4980000 more characters');
  });

  it('leaves text that only looks like markup alone', () => {
    expect(plainText('<b>[31m not an escape</b>')).toBe('<b>[31m not an escape</b>');
  });
});
