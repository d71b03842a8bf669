import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {ListMemory} from '../../../electron/codelists/listMemory';
import {folderOfTest} from '../../temporary';

const named = (...files: readonly string[]) =>
  files.map((name) => ({file: `codelists/${name}.csv`, name}));

function studyWith(lists: Readonly<Record<string, string>>) {
  const dir = folderOfTest();
  mkdirSync(join(dir, 'codelists'));
  for (const [name, text] of Object.entries(lists))
    writeFileSync(join(dir, 'codelists', `${name}.csv`), text);
  const memory = new ListMemory(dir);
  const search = async (names: readonly string[], text: string) => {
    const files = named(...names);
    for (const file of files) await memory.read(file);
    return memory.search(files, text);
  };
  return {dir, search};
}

it('finds the rows of all lists that hold a text, whatever their capitals, and not the names of columns', async () => {
  const {search: find} = studyWith({
    a: 'term,code\n"Asthma, severe",J45\nOther,J46\n',
    b: 'code,term\r\nH33..,Status ASTHMATICUS\r\nj45,lower\r\n',
  });
  const search = (text: string) => find(['a', 'b', 'missing'], text);
  expect(await search('asthma')).toEqual({
    finds: [
      {file: 'codelists/a.csv', line: 2, code: 'J45', term: 'Asthma, severe'},
      {file: 'codelists/b.csv', line: 2, code: 'H33..', term: 'Status ASTHMATICUS'},
    ],
    more: false,
  });
  expect((await search('J45')).finds.map(({file, line}) => [file, line])).toEqual([
    ['codelists/a.csv', 2],
    ['codelists/b.csv', 3],
  ]);
  expect((await search('term')).finds).toEqual([]);
});

it('finds the same by whichever character is the rarest, and reads what has changed', async () => {
  const {dir, search} = studyWith({a: 'code,term\nJ45,x\n', b: 'code,term\nJ46,xylophone\n'});
  const found = async (text: string) =>
    (await search(['a', 'b'], text)).finds.map(({code}) => code);
  expect(await found('xy')).toEqual(['J46']);
  expect(await found('xyl')).toEqual(['J46']);
  expect(await found('x')).toEqual(['J45', 'J46']);
  for (const text of ['46,xy', 'phone', 'lophon', ',xylophone', 'ylo']) {
    expect([text, await found(text)]).toEqual([text, ['J46']]);
    expect(await found(`${text}?`)).toEqual([]);
  }
  expect(await found('zebra')).toEqual([]);
  writeFileSync(join(dir, 'codelists/a.csv'), 'code,term\nJ47,a zebra in it\n');
  expect(await found('zebra')).toEqual(['J47']);
});

it('shows the first finds alone where there are many', async () => {
  const rows = Array.from({length: 500}, (_, at) => `${at},same`);
  const {search} = studyWith({a: `code,term\n${rows.join('\n')}\n`});
  const {finds, more} = await search(['a'], 'same');
  expect([finds.length, finds.at(-1)?.line, more]).toEqual([100, 101, true]);
});
