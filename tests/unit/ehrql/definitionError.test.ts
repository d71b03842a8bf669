import {expect, it} from 'vitest';
import {edgeOf} from '../../../shared/dataset';
import {
  isUnknownCommand,
  lookError,
  printedBeside,
  readDefinitionError,
} from '../../../electron/ehrql/definitionError';

/** As ehrQL printed them. */
it.each([
  [
    'a traceback',
    `Show line 4:\n - show() ignored because we're not running in debug mode\nError loading file 'analysis/d.py':\n\nTraceback (most recent call last):\n  File "/workspace/analysis/d.py", line 5, in <module>\n    dataset.x = patients.sex + 1\n                ~~~~~~~~~~~~~^~~\nTypeError: unsupported operand type(s)\n\n`,
    ['TypeError: unsupported operand type(s)', 'analysis/d.py', 5],
  ],
  [
    'a syntax error',
    `Error loading file 'analysis/tab.py':\n\n  File "/workspace/analysis/tab.py", line 2\n    \ty = 2\n    ^\nIndentationError: unexpected indent\n`,
    ['IndentationError: unexpected indent', 'analysis/tab.py', 2],
  ],
  [
    'one in a file that is imported, through ehrQL',
    `Error loading file 'a b.py':\n\nTraceback (most recent call last):\n  File "/workspace/a b.py", line 1, in <module>\n    import lib\n  File "/workspace/lib.py", line 7, in <module>\n    f()\n  File "/app/ehrql/x.py", line 70, in f\nValueError: one\n\nmore of it\n`,
    ['ValueError: one\n\nmore of it', 'lib.py', 7],
  ],
  [
    'one that came of another',
    `Error loading file 'd.py':\n\nTraceback (most recent call last):\n  File "/app/ehrql/debugger.py", line 73, in show\nTypeError: first\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "/workspace/d.py", line 15, in <module>\n    show(dataset)\nTypeError: \n\nshow() can be used in two ways.\n`,
    ['TypeError:\n\nshow() can be used in two ways.', 'd.py', 15],
  ],
  [
    'an argument',
    `usage: ehrql debug [-h]\n                   dataset_definition\nehrql debug: error: argument dataset_definition: nope.py does not exist\n`,
    ['argument dataset_definition: nope.py does not exist', null, null],
  ],
  [
    'one that ehrQL names',
    `[info   ] Compiling dataset definition from d.py\nEHRQLPermissionError: Some of the tables\n\n    * a: required\n`,
    ['EHRQLPermissionError: Some of the tables\n\n    * a: required', null, null],
  ],
  [
    'a sentence',
    'A population has not been defined\n',
    ['A population has not been defined', null, null],
  ],
  [
    'one at which ehrQL itself fails',
    `Traceback (most recent call last):\n  File "/app/ehrql/loaders.py", line 425, in load_module\nSyntaxError: source code string cannot contain null bytes\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "/app/ehrql/loaders.py", line 432, in load_module\nStopIteration\n`,
    ['SyntaxError: source code string cannot contain null bytes', null, null],
  ],
  ['nothing', '', ['ehrQL failed, and printed no reason.', null, null]],
])('reads %s', (_, printed, [message, file, line]) => {
  expect(readDefinitionError(printed)).toEqual({message, file, line});
});

it('knows an ehrQL of another version by the command that it refuses', () => {
  const command = 'serialize-definition';
  expect(
    isUnknownCommand(
      command,
      `ehrql: error: argument {a}: invalid choice: '${command}' (choose from a)`,
    ),
  ).toBe(true);
  expect(isUnknownCommand(command, `unknown command ${command}`)).toBe(true);
  expect(isUnknownCommand(command, "Error loading file 'd.py':\n\nNameError: x")).toBe(false);
  const end = {exitCode: 2, stderr: `unknown command ${command}`, image: 'ehrql:v9'};
  expect(lookError(end, null, null, 'd.py')?.message).toMatch(/ehrql:v9 has no command/);
});

it('says what is missing of a definition that could be loaded', () => {
  const end = {exitCode: 0, stderr: '', image: 'ehrql:v1'};
  const of = (kind: 'dataset' | null, refused: string | null) =>
    lookError(end, {kind, refused}, 'dataset', 'd.py')?.message ?? null;
  expect(of('dataset', null)).toBeNull();
  expect(of('dataset', 'No population')).toBe('No population');
  expect(of(null, null)).toContain('defines no variable `dataset`');
  expect(lookError(end, null, null, 'd.py')?.message).toContain(
    'no definition that Study Desk can read',
  );
});

it('keeps what the definition printed apart from what ehrQL reports', () => {
  const printed = `[info   ] Using x\nhello\nShow line 3:\n - show() ignored because\nworld\nError loading file 'd.py':\n\nNameError: x\n`;
  expect(printedBeside(printed, readDefinitionError(printed))).toBe('hello\nworld');
  // ehrQL's own, which no traceback leads to, is not there a second time
  const none = `hello\nDid not find a variable called 'dataset'\n`;
  expect(printedBeside(none, readDefinitionError(none))).toBe('hello');
});

it.each([
  ['URLError: <urlopen error [Errno -3] Temporary failure in name resolution>', 'no network'],
  ["FileNotFoundError: [Errno 2] No such file or directory: '../x.csv'", 'may only read'],
  ["SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0xe9", 'not all UTF-8'],
  ['SyntaxError: source code string cannot contain null bytes', 'not all UTF-8'],
  // as its sandbox refuses
  ['PermissionError: [Errno 1] Operation not permitted', 'no network'],
  ['NameError: x', null],
])('explains %s', (message, part) => {
  if (part === null) expect(edgeOf({message})).toBeNull();
  else expect(edgeOf({message})).toContain(part);
});
