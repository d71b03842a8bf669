import {expect, it} from 'vitest';
import {visibleText} from '../../../shared/visibleText';

it.each([
  ['an escape sequence', 'a\u001b[2Jb', 'a␛[2Jb'],
  ['one of the upper range', 'a\u009b31mb', 'a‹U+009B›31mb'],
  ['a bell and a delete', 'a\u0007b\u007f', 'a␇b␡'],
  ['line ends', 'a\nb\r\nc\u2028d', 'a␊b␍␊c‹U+2028›d'],
  ['marks of direction', 'a\u202etxt.exe\u2066\u200f', 'a‹U+202E›txt.exe‹U+2066›‹U+200F›'],
  ['a null', 'a\0b', 'a␀b'],
])('shows %s and does not let it work', (_what, text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

it('leaves text of any language, tabs and signs alone', () => {
  const text = 'Größe\tمرحبا שלום 👩‍🔬 [31m <b>';
  expect(visibleText(text)).toBe(text);
});
