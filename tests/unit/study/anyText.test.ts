import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {readProject} from '../../../electron/study/readProject';
import {RULES} from '../../../electron/study/ruleTable';
import {everyNth, isLong} from '../../gateShare';
import {R, O, v5} from './ruleCases';

/** Pieces of project.yaml and of YAML's grammar, so that random texts get beyond the first line. */
const PIECES = fc.constantFrom(
  ...['version: 5\n', 'actions:\n', '  a:\n', '  b: ', '    run: r:v2 x.R\n'],
  ...[
    '    needs: [a, b]\n',
    '    outputs:\n',
    '      highly_sensitive:\n',
    '        o: out/*.csv\n',
  ],
  ...[
    '    config: {a: 1}\n',
    'expectations: {population_size: 10}\n',
    '\n',
    '  ',
    '\t',
    ': ',
    '- ',
  ],
  ...['? ', '# c\n', '"', "'", ...'[]{},\\\r\u0085\u2028\ufeff\0~', '&a ', '*a ', '!t ', '<<: '],
  ...[
    '| \n',
    '>-\n',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '😀',
    '\ud800',
    '2020-01-01',
    '1e400',
    '.nan',
  ],
);
/** Commands with a shell glob in what ehrQL is to write, backward and open sets among them. */
const COMMANDS = fc
  .string({unit: fc.constantFrom(...'ac-[]!*?^\\/:".= '), maxLength: 12})
  .map((spec) => JSON.stringify(`ehrql:v1 generate-dataset d.py --output=${spec}:csv`));
const TEXTS = fc.oneof(
  COMMANDS.map((run) => v5(`a: {run: ${run}, ${O}}`)),
  fc.array(PIECES, {maxLength: 60}).map((pieces) => pieces.join('')),
  fc.string({unit: 'binary', maxLength: 200}),
  fc
    .tuple(fc.array(PIECES, {maxLength: 30}), fc.string({maxLength: 20}))
    .map(([pieces, rest]) => `${v5(`a: {${R}, ${O}}`)}${pieces.join('')}${rest}`),
);

describe('readProject, whatever the text', () => {
  it('never throws, and keeps its promises', () => {
    fc.assert(
      fc.property(TEXTS, (text) => {
        const {valid, acceptedByReference, problems, project} = readProject(text, {
          files: new Set(['x.R']),
        });
        const errors = problems.filter(({severity}) => severity === 'error');
        expect(valid).toBe(errors.length === 0);
        expect(acceptedByReference).toBe(errors.every(({source}) => source === 'study-desk'));
        expect(project !== null).toBe(valid);
        const lines = text.split(/\r\n|\r|\n/);
        for (const problem of problems) {
          expect(RULES).toHaveProperty(problem.rule);
          expect(problem.line).toBeGreaterThanOrEqual(1);
          expect(problem.line).toBeLessThanOrEqual(lines.length);
          expect(problem.column).toBeLessThanOrEqual((lines[problem.line - 1] ?? '').length + 2);
          expect(problem.endLine > problem.line || problem.endColumn >= problem.column).toBe(true);
        }
      }),
      {numRuns: isLong ? 5000 : 500},
    );
  });

  it('gives the same for the same text with CRLF line ends, positions included', () => {
    fc.assert(
      fc.property(
        fc.array(
          PIECES.filter((piece) => !/[\r\t\u0085\u2028"]/.test(piece)),
          {maxLength: 40},
        ),
        (pieces) => {
          const text = pieces.join('');
          const places = (read: string) =>
            readProject(read).problems.map(({rule, line, column}) => ({rule, line, column}));
          expect(places(text.replaceAll('\n', '\r\n'))).toEqual(places(text));
        },
      ),
      {numRuns: isLong ? 2000 : 200},
    );
  });
});

/** 20,000 actions of these needs and output. */
const many = (needs: (at: number) => string, output: (at: number) => string) => () =>
  v5(
    ...Array.from({length: 20_000}, (_, at) => {
      const outputs = `{highly_sensitive: {o: '${output(at)}.csv'}}`;
      return `a${at}: {run: "r:v2 ${at}.R", needs: [${needs(at)}], outputs: ${outputs}}`;
    }),
  );

const bomb = (length: number, entry: (at: number) => string) =>
  Array.from({length}, (_, at) => `b${at}: &b${at} [${entry(at)}]`);

/** Inputs made to hurt; each must be read to the end, which the test's time limit sees to. */
const HUGE: readonly (readonly [string, () => string])[] = [
  [
    '20,000 actions',
    many(
      (at) => `a${at - 1}`,
      (at) => `out/*_${at}`,
    ),
  ],
  [
    '20,000 misspelt needs',
    many(
      (at) => `acton_${at}`,
      (at) => `o${at}`,
    ),
  ],
  [
    'one circle of 20,000 actions',
    many(
      (at) => `a${(at + 1) % 20_000}`,
      (at) => `o${at}`,
    ),
  ],
  [
    'an alias bomb',
    () =>
      bomb(30, (at) =>
        Array(9)
          .fill(at === 0 ? 'x' : `*b${at - 1}`)
          .join(),
      ).join('\n'),
  ],
  [
    'an alias bomb in config',
    () => {
      const config = bomb(12, (at) => (at === 0 ? 'x, x' : `*b${at - 1}, *b${at - 1}`));
      return v5(`a: {${R}, ${O}, config: {${config.join(', ')}}}`);
    },
  ],
  ['10 MB of opening brackets', () => '['.repeat(1e7)],
  ['10 MB of dashes', () => '- '.repeat(5e6)],
  ['10 MB of blanks', () => ' '.repeat(1e7)],
  ['10 MB of comments', () => '# c\n'.repeat(2.5e6)],
  ['10 MB of one word', () => `a: ${'x'.repeat(1e7)}`],
  [
    '10 MB between quotes that never close',
    () => `a: "${'some words of a text\n'.repeat(480_000)}`,
  ],
  [
    '10 MB in a bracket that never closes',
    () => `version: 5\nactions: [${`${'long_name_'.repeat(10)},\n`.repeat(100_000)}`,
  ],
  ['10 MB of lines with the same key', () => 'some_key_or_other: some text\n'.repeat(330_000)],
  ['a million characters of a key', () => `${'k'.repeat(1e6)}: 1`],
  ['5 MB of emoji', () => `${'😀'.repeat(1.2e6)}: 1`],
  [
    'a pattern of 100,000 stars',
    () => {
      const outputs = `{o: '${'*a'.repeat(1e5)}.csv', p: '${'a*'.repeat(1e5)}b.csv'}`;
      return v5(`a: {${R}, outputs: {highly_sensitive: ${outputs}}}`);
    },
  ],
];

it.each(everyNth(HUGE, 8))('reads %s', (_, make) => {
  expect(readProject(make(), {files: new Set(['x.R'])}).problems.length).toBeLessThanOrEqual(5000);
});
