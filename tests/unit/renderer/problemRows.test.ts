import {expect, it} from 'vitest';
import type {Problem} from '../../../shared/problem';
import {
  headingsOver,
  problemRows,
  problemsLeft,
  stepProblem,
} from '../../../renderer/problems/problemRows';

const problem = (line: number, more: Partial<Problem>): Problem => ({
  ...{line, column: 1, endLine: line, endColumn: 2, severity: 'warning', rule: 'S-X'},
  ...{source: 'study-desk', message: 'x', why: 'why', hint: null, action: null, fixes: []},
  ...more,
});

const missing = (line: number, file: string, action: string) =>
  problem(line, {
    ...{rule: 'S-SCRIPT-MISSING', message: `The study has no file \`${file}\`.`, action},
    why: 'The command will not find it.',
  });
const ALL = {text: '', errors: true, warnings: true};

it('the rows of problems put errors first, and those of one cause under one row with its count', () => {
  const problems = [
    ...Array.from({length: 88}, (_, index) => missing(index + 1, 'analysis/x.R', `a${index}`)),
    problem(500, {severity: 'error', rule: 'E-Y', message: '`a` needs `b`.', action: 'a'}),
  ];
  const left = problemsLeft(problems, ALL);
  const rows = problemRows(left, new Set());
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({kind: 'problem', problem: {line: 500}});
  expect(rows[1]).toMatchObject({
    ...{kind: 'cause', words: 'The study has no file `analysis/x.R`.', count: 88, actions: 88},
  });
  const [over] = left.slice(1);
  if (over === undefined) throw new Error('There is no warning.');
  expect(problemRows(left, new Set(headingsOver(over)))).toHaveLength(90);
});

it('the rows of problems say the same cause of different actions once, and put a rule of many causes under its own', () => {
  const own = ['a', 'b', 'c'].map((action, index) =>
    problem(index, {message: `\`${action}\` is written twice.`, action}),
  );
  expect(problemRows(own, new Set())).toMatchObject([{words: '`…` is written twice.', count: 3}]);
  const many = Array.from({length: 2756}, (_, index) =>
    missing(index, `analysis/${index % 565}.R`, `a${index}`),
  );
  expect(problemRows(many, new Set())).toMatchObject([
    {words: 'The study has no file `analysis/0.R`, and 564 more', count: 2756},
  ]);
  expect(problemRows(many, new Set(['rule:warning S-SCRIPT-MISSING']))).toHaveLength(566);
  const single = Array.from({length: 9}, (_, index) => missing(index, `${index}.R`, `a${index}`));
  const [, under] = problemRows(single, new Set(['rule:warning S-SCRIPT-MISSING']));
  // its own message: the heading has another's
  expect(under).toMatchObject({kind: 'problem', level: 2, inGroup: false});
});

it('the rows of problems are walked one by one, whatever is folded', () => {
  const left = [1, 2, 3].map((line) => missing(line, 'x.R', `a${line}`));
  const lines = [null, left[0], left[2]].map(
    (current) => stepProblem(left, current ?? null, 1)?.line,
  );
  expect(lines).toEqual([1, 2, 1]);
});
