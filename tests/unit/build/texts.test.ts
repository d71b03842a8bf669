import {expect, it} from 'vitest';
import {allTexts, textsOf, wordsNotUsed} from '../../../build/texts.mjs';

it('the texts that a user may read are those of elements, attributes, strings and templates, each with its line', () => {
  const source = `import x from 'not this one';
      if (kind === 'none') throw new Error('A fault of the program');
      const a = <p className="not this" title="Opens the file">
        Ran {count} jobs in <b>time</b> {late ? 'late' : 'ready'}
      </p>;
      const b = {id: 'plan', label: 'Cancel', long: \`\${count} actions are waiting\`};`;
  expect(textsOf('some.tsx', source)).toEqual([
    {line: 3, text: 'Ran {} jobs in {} {}'},
    {line: 3, text: 'Opens the file'},
    {line: 4, text: 'time'},
    {line: 4, text: 'late'},
    {line: 4, text: 'ready'},
    {line: 6, text: 'Cancel'},
    {line: 6, text: '{} actions are waiting'},
  ]);
});

it('the texts that a user may read have no word that the glossary replaces', () => {
  const words = wordsNotUsed();
  expect(words).toContain('can not');
  const replaced = new RegExp(`\\b(${words.join('|')})\\b`, 'i');
  const texts = allTexts();
  expect(texts.length).toBeGreaterThan(3000);
  expect(texts.filter(({text}) => replaced.test(text))).toEqual([]);
});
