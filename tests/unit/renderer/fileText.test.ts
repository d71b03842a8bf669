import {ChangeSet, Text} from '@codemirror/state';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {fileAfter, shownOffset, shownText} from '../../../renderer/project/fileText';

const changed = (file: string, from: number, to: number, insert: string) => {
  const shown = Text.of(shownText(file).split('\n'));
  const changes = ChangeSet.of({from, to, insert}, shown.length);
  return {file: fileAfter(file, shown, changes), shown: changes.apply(shown).toString()};
};

describe('the text of a file in the editor', () => {
  it('keeps mark and line ends outside of what was changed, mixed as they are', () => {
    const file = '\ufeffa: 1\r\nb: 2\nc: 3\r\n# end\r';
    const at = shownText(file).indexOf('2');
    expect(changed(file, at, at + 1, '5').file).toBe('\ufeffa: 1\r\nb: 5\nc: 3\r\n# end\r');
  });

  it('ends new lines as the file’s first one does', () => {
    expect(changed('a\r\nb', 1, 1, '\nx').file).toBe('a\r\nx\r\nb');
    expect(changed('', 0, 0, 'x\ny').file).toBe('x\ny');
  });

  it('keeps two line breaks two where what was between them goes', () => {
    expect(shownText(changed('a\rx\nb', 2, 3, '').file)).toBe('a\n\nb');
  });

  it('finds places of the file in what is shown of it', () => {
    const file = '\ufeffa\r\nb\r\nc';
    expect(shownOffset(file, file.indexOf('c'))).toBe(shownText(file).indexOf('c'));
  });

  it('loses no byte outside of a change, whatever the file', () => {
    const piece = fc.constantFrom('a: 1', '# č', '  ', '\r\n', '\n', '🙂');
    const texts = fc.tuple(fc.boolean(), fc.array(piece)).map(([marked, parts]) => {
      return `${marked ? '\ufeff' : ''}${parts.join('')}`;
    });
    fc.assert(
      fc.property(
        texts,
        fc.nat(),
        fc.nat(),
        fc.constantFrom('', 'new', '\n'),
        (file, a, b, put) => {
          const length = shownText(file).length;
          const [from = 0, to = 0] = [a % (length + 1), b % (length + 1)].sort((x, y) => x - y);
          const after = changed(file, from, to, put);
          expect(shownText(after.file)).toBe(after.shown);
          const line = shownText(file).slice(0, from).split('\n').length - 1;
          const lines = file.match(/[^\r\n]*(\r\n|\n|$)/g) ?? [];
          expect(after.file.startsWith(lines.slice(0, line).join(''))).toBe(true);
          if (from === to && put === '') expect(after.file).toBe(file);
        },
      ),
    );
  });
});
