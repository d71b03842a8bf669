import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {hexLines} from '../../../renderer/outputs/viewers/FileViewer';
import {jsonRows, readJsonTree, type JsonNode} from '../../../renderer/outputs/viewers/jsonTree';
import {blockedWords} from '../../../renderer/outputs/viewers/HtmlViewer';
import {shownLines} from '../../../renderer/outputs/TextLines';

/** JSON that a tree stands for, without any space. */
function written(node: JsonNode): string {
  if (node.kind === 'value') return node.text;
  if (node.kind === 'list') return `[${node.items.map(written).join()}]`;
  return `{${node.entries.map(({name, value}) => `"${name}":${written(value)}`).join()}}`;
}

describe('a tree of JSON', () => {
  it('property: holds every letter of its values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        expect(written(readJsonTree(JSON.stringify(value, null, indent)))).toBe(
          JSON.stringify(value),
        );
      }),
    );
  });

  it('keeps numbers as they are written, and a name that comes twice', () => {
    const text = '{"n":1.0,"n":12345678901234567890,"e":1E-12,"s":"a, {b}: \\"c\\"","o":{},"l":[]}';
    expect(written(readJsonTree(text))).toBe(text);
  });

  it('is as deep as it likes', () => {
    const deep = 100_000;
    const text = `${'['.repeat(deep)}${']'.repeat(deep)}`;
    expect(jsonRows(readJsonTree(text), new Set()).length).toBeLessThan(10);
  });

  it('opens what is short, and folds what is long', () => {
    const root = readJsonTree('{"a":[1,2],"b":[' + Array(60).fill('0').join() + ']}');
    const shown = (toggled: readonly string[]) =>
      jsonRows(root, new Set(toggled)).map(({level, label, expanded}) => [level, label, expanded]);
    expect(shown([])).toEqual([
      [1, '', true],
      [2, 'a', true],
      [3, '0', undefined],
      [3, '1', undefined],
      [2, 'b', false],
    ]);
    expect(shown(['$/0', '$/1'])).toHaveLength(63);
    expect(shown(['$'])).toEqual([[1, '', false]]);
  });
});

it('bytes in hex stand 16 a line, with their letters', () => {
  const bytes = Uint8Array.from([...new TextEncoder().encode('SQLite format 3\0'), 255]);
  expect(hexLines(bytes)).toEqual([
    '000000  53 51 4c 69 74 65 20 66  6f 72 6d 61 74 20 33 00  SQLite format 3·',
    `000010  ff${' '.repeat(21)}  ${' '.repeat(23)}  ·`,
  ]);
});

it('the lines of a text are numbered once, however long one is', () => {
  expect(
    shownLines(`a\r\n${'x'.repeat(4500)}\nb\n`).map(({number, text}) => [number, text.length]),
  ).toEqual([
    [0, 1],
    [1, 2000],
    [null, 2000],
    [null, 500],
    [2, 1],
  ]);
});

it.each([
  [{scripts: 0, requests: 0, hosts: []}, false, ''],
  [
    {scripts: 2, requests: 1, hosts: ['cdn.plot.ly']},
    false,
    '2 scripts not run. 1 request to cdn.plot.ly blocked.',
  ],
  [{scripts: 1, requests: 0, hosts: []}, true, 'Scripts run without network access.'],
])('what a page is said not to get %j, scripts on: %s', (holds, withScripts, words) => {
  expect(blockedWords(holds, withScripts)).toBe(words);
});
