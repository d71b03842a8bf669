import {readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {parseDocument} from 'yaml';
import {readYaml} from '../../../electron/study/yaml/readYaml';
import {askRuyaml, differenceOf, PYTHON, type Answer} from './ruyamlOracle';

const RULES = readFileSync(
  path.join(import.meta.dirname, '../../../electron/study/RULES.md'),
  'utf8',
);

/** The documents of a table of RULES.md: first column, ⏎ for a line end, → for a tab. */
function documentsUnder(mark: string): readonly string[] {
  const [, after = ''] = RULES.split(`<!-- ${mark} -->`);
  const [table = ''] = after.split('<!-- end -->');
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell = '']) =>
    cell.replaceAll('⏎', '\n').replaceAll('→', '\t').replaceAll('␍', '\r'),
  );
}

/** What the `yaml` package makes of a document, in the oracle's terms as far as they go. */
function readByPackage(text: string): Answer {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) return {accepted: false, kind: 'syntax', why: error.message};
  return {accepted: true, value: described(document.toJS({mapAsMap: true}))};
}

function described(value: unknown): unknown {
  if (Array.isArray(value)) return ['list', value.map(described)];
  if (value instanceof Map)
    return ['map', [...value].map((pair: unknown[]) => pair.map(described))];
  if (typeof value === 'string') return ['text', value];
  if (typeof value === 'number') return ['integer', String(value)];
  return value;
}

describe.skipIf(PYTHON === undefined)('RULES.md, YAML', () => {
  it.each(documentsUnder('yaml differences'))(
    'is right that the package differs from the server on %j, and we do not',
    (text) => {
      const [server = {accepted: true, value: null}] = askRuyaml([text]);
      expect(differenceOf(text, server)).toBeNull();
      const read = readByPackage(text);
      if (server.accepted && read.accepted) expect(read.value).not.toEqual(server.value);
      else expect(read.accepted).not.toBe(server.accepted);
    },
  );

  it.each(documentsUnder('yaml not read'))('is right that we refuse %j', (text) => {
    expect(askRuyaml([text])).toMatchObject([{accepted: true}]);
    const {fault, valueFaults} = readYaml(text);
    expect(fault?.message ?? valueFaults[0]?.message).toMatch(/^Study Desk does not read|be a key/);
  });

  it('has documents in both tables', () => {
    expect(documentsUnder('yaml differences').length).toBeGreaterThan(10);
    expect(documentsUnder('yaml not read').length).toBeGreaterThan(2);
  });
});
