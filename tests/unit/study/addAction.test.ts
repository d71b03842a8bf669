import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {addActionEdits} from '../../../electron/study/addAction';
import {readProject} from '../../../electron/study/readProject';
import type {NewAction} from '../../../shared/projectEdit';
import type {TextEdit} from '../../../shared/problem';

const NEW: NewAction = {
  name: 'table',
  image: 'r:v2',
  command: 'analysis/table.R --level "a b"',
  needs: ['extract'],
  outputs: [
    {tier: 'moderately_sensitive', label: 'table', pattern: 'output/table*.csv'},
    {tier: 'highly_sensitive', label: 'rows', pattern: 'output/rows.csv.gz'},
  ],
};

function added(text: string, action: NewAction = NEW): string {
  const edits = addActionEdits(text, action);
  if (!edits.ok) throw new Error(edits.error.message);
  return edits.value.reduce(
    (result: string, {from, to, insert}: TextEdit) =>
      result.slice(0, from) + insert + result.slice(to),
    text,
  );
}

const FIRST = `  extract:
    run: ehrql:v1 generate-measures d.py
    outputs:
      highly_sensitive:
        o: output/d.csv
`;
const ADDED = `
  table:
    run: 'r:v2 analysis/table.R --level "a b"'
    needs: [extract]
    outputs:
      highly_sensitive:
        rows: output/rows.csv.gz
      moderately_sensitive:
        table: output/table*.csv
`;

it('begins a file that is empty or not there', () => {
  const action = {name: 'first', image: 'r:v2', command: 'a.R', needs: [], outputs: []};
  const edits = addActionEdits('', action);
  expect(edits.ok ? edits.value.map(({insert}) => insert) : []).toEqual([
    'version: 5\n\nactions:\n  first:\n    run: r:v2 a.R\n    outputs:\n',
  ]);
});

describe('addActionEdits', () => {
  it('appends below the last action', () => {
    const text = `version: 5\nactions:\n${FIRST}`;
    expect(added(text)).toBe(text + ADDED);
  });

  it('keeps what follows the actions, and the comments above it', () => {
    const after = '\n# at the end\nexpectations: {population_size: 10}\n';
    expect(added(`version: 3\nactions:\n${FIRST}${after}`)).toBe(
      `version: 3\nactions:\n${FIRST}${ADDED}${after}`,
    );
  });

  it('writes in the style of the file: indentation, lists, blank lines, line ends', () => {
    const one = (name: string, needs: string): string =>
      `    ${name}:\n        run: r:v2 ${name}.R\n${needs}        outputs:\n            highly_sensitive:\n                o: ${name}.csv\n`;
    const text =
      `version: 5\nactions:\n${one('extract', '')}${one('b', '        needs:\n        - extract\n')}`.replaceAll(
        '\n',
        '\r\n',
      );
    expect(added(text)).toBe(
      text +
        `    table:\n        run: 'r:v2 analysis/table.R --level "a b"'\n        needs:\n        - extract\n        outputs:\n            highly_sensitive:\n                rows: output/rows.csv.gz\n            moderately_sensitive:\n                table: output/table*.csv\n`.replaceAll(
          '\n',
          '\r\n',
        ),
    );
  });

  it.each([
    'version: 5\nactions:\n',
    'version: 5\nactions: {}\n',
    'version: 5\nactions:',
    'version: 5\nactions: {} # none yet\n',
  ])('begins the list of %j', (text) => {
    const after = added(text, {...NEW, needs: []});
    expect(readProject(after)).toMatchObject({valid: true, project: {actions: [{name: 'table'}]}});
  });

  it('ends the last line first where the file does not', () => {
    const text = `version: 5\nactions:\n${FIRST}`.trimEnd();
    expect(added(text)).toBe(`${text}\n${ADDED}`);
  });

  it.each([
    [
      'a name that is taken',
      `version: 5\nactions:\n${FIRST.replace('extract', 'table')}`,
      'There is an action called `table` already.',
    ],
    [
      'actions in braces',
      'version: 5\nactions: {a: {run: "r:v2", outputs: {highly_sensitive: {o: a.csv}}}}\n',
      'The actions of this project.yaml are not written one below the other.',
    ],
    [
      'a file that is no YAML',
      'version: "5\n',
      'project.yaml cannot be read, so nothing can be added to it.',
    ],
    [
      'a file without actions',
      'version: 5\n',
      'project.yaml has no `actions`, so nothing can be added to it.',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(addActionEdits(text, NEW)).toMatchObject({ok: false, error: {message}});
  });

  it('writes any words so that they are read back', () => {
    const words = fc.string({
      minLength: 1,
      unit: fc.constantFrom(...'ab1:#"\'\\ -?*&!|>%@`{}[],=~é\n\t'),
    });
    fc.assert(
      fc.property(words, words, words, (name, command, label) => {
        fc.pre(name !== 'extract' && name !== 'run_all');
        const text = `version: 5\nactions:\n${FIRST}`;
        const after = added(text, {
          ...NEW,
          name,
          command,
          outputs: [
            {tier: 'highly_sensitive', label, pattern: `out/${label.replace(/[\\[?*]/g, '')}.csv`},
          ],
        });
        expect(after.startsWith(text)).toBe(true);
        const again = readProject(after);
        expect(again.problems.map(({rule}) => rule)).not.toContain('E-YAML-SYNTAX');
        if (again.project === null) return;
        const action = again.project.actions[1];
        expect(action).toMatchObject({name, outputs: [{label}], needs: ['extract']});
        expect(action?.run.raw).toBe(`r:v2 ${command}`.trim());
      }),
    );
  });
});
