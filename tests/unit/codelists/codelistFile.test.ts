import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, it} from 'vitest';
import {readCodelistFile} from '../../../electron/codelists/codelistFile';
import {hashOf, manifestText, readManifest} from '../../../electron/codelists/manifest';

const rulesAt = (text: string): readonly (readonly [string, number | null])[] =>
  readCodelistFile(text).problems.map(({rule, line}) => [rule, line]);

it.each([
  ['', []],
  ['# a/b\n\n  #c\n a/b/1/ \r\nuser/a/b/1//\n', []],
  ['a/b', [['S-CODELIST-PARTS', 1]]],
  ['a/b/c/d/e\n\ufeffa/b/1', [['S-CODELIST-PARTS', 1]]],
  ['a/b/1\na/b/1/', [['S-CODELIST-DUPLICATE', 2]]],
  ['a/b/1\n#\na/b/2\na/c/1', [['S-CODELIST-VERSIONS', 3]]],
  ['user-a/b/1\nuser/a/b/1', [['S-CODELIST-SAME-FILE', 2]]],
  ['a/b/1\rA/B/1', [['S-CODELIST-CASE', 2]]],
  ['a\\..\\b/c/1', [['S-CODELIST-PARTS', 1]]],
])('readCodelistFile finds in %j', (text, expected) => {
  expect(rulesAt(text)).toEqual(expected);
});

it('each fix of codelists.txt removes its problem', () => {
  const texts = [
    'https://www.opencodelists.org/codelist/a/b/1/\n',
    'a/b/1\nhttps://x.example/codelist/user/a/b/1/download.csv',
    'a/b/1\na/b/1\n',
    'a/b/1\r\na/b/2',
    'a/b/1\na/b/2\nc/d/1\n',
  ];
  for (const text of texts) {
    const [problem] = readCodelistFile(text).problems;
    expect(problem?.fixes.length).toBeGreaterThan(0);
    for (const {edits} of problem?.fixes ?? []) {
      let fixed = text;
      for (const {from, to, insert} of edits)
        fixed = fixed.slice(0, from) + insert + fixed.slice(to);
      expect([text, fixed, rulesAt(fixed)]).toEqual([text, fixed, []]);
    }
  }
});

it('codelists.json is written as Python writes it, and keeps what is not ours', () => {
  const text =
    '{\n  "files": {\n    "a.csv": {\n      "id": "a",\n      "url": "u",\n      "sha": "b",\n      "more": [],\n      "who": "Jos\\u00e9 \\ud83d\\ude00"\n    }\n  }\n}';
  const manifest = readManifest(text);
  expect(manifest === null ? null : manifestText(manifest)).toBe(text);
  expect(manifestText({files: {}})).toBe('{\n  "files": {}\n}');
  for (const broken of ['', '[]', '{}', '{"files": {"a.csv": {}}}', '{"files": '])
    expect(readManifest(broken)).toBeNull();
});

it('the hash of a list is the same for every line end', () => {
  const texts = ['a\nb', 'a\nb\n', 'a\r\nb\r\n', 'a\rb\r', 'a\r\nb'];
  expect(new Set(texts.map((text) => hashOf(Buffer.from(text)))).size).toBe(1);
  expect(hashOf(Buffer.from('a\nb\n\n'))).not.toBe(hashOf(Buffer.from('a\nb')));
});

/** Real files beside the checkout, where there are some. */
const corpus = join(process.cwd(), '../shared/corpus/codelists');
it.runIf(existsSync(corpus))('real codelists.txt are read, with few problems', () => {
  const files = readdirSync(corpus).filter((name) => name.endsWith('.codelists.txt'));
  const found = files.map((name) => readCodelistFile(readFileSync(join(corpus, name), 'utf8')));
  expect(found.reduce((sum, {entries}) => sum + entries.length, 0)).toBeGreaterThan(3000);
  expect(found.filter(({problems}) => problems.length > 0).length).toBeLessThan(files.length / 10);
});
