import {spawnSync} from 'node:child_process';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {fnmatch} from '../../../electron/study/python/fnmatch';
import {pythonFloat} from '../../../electron/study/python/pythonNumber';
import {pythonFloatOf, pythonIntOf} from '../../../electron/study/python/pythonNumber';
import {tokenise} from '../../../electron/study/tokenise';

/** Older ones stop with an error at ranges that run backwards. */
const PYTHON = ['python3', '/usr/bin/python3'].find(
  (command) =>
    spawnSync(command, ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))']).status === 0,
);
if (PYTHON === undefined) {
  console.warn('SKIPPED: there is no Python 3.11 here, so nothing is held against Python itself.');
}

const QUESTIONS = 4000;
const SEED = 20_260_314;

type Question = readonly [string, ...(readonly string[])];

function askPython(questions: readonly Question[]): readonly unknown[] {
  const script = path.join(import.meta.dirname, 'pythonOracle.py');
  const {stdout, stderr} = spawnSync(PYTHON ?? 'python3', [script], {
    input: questions.map((question) => JSON.stringify(question)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  if (answers.length !== questions.length) throw new Error(`The oracle broke off: ${stderr}`);
  return answers;
}

/** Texts made of these pieces, the same ones in every run. */
function texts(pieces: readonly string[], most: number): readonly string[] {
  const some = fc.array(fc.constantFrom(...pieces), {maxLength: most});
  return fc.sample(some, {numRuns: QUESTIONS, seed: SEED}).map((parts) => parts.join(''));
}

/** Every question whose answer is not Python's. */
function differences(
  questions: readonly Question[],
  ours: (...texts: readonly string[]) => unknown,
): readonly string[] {
  const answers = askPython(questions);
  return questions.flatMap(([, ...given], index) => {
    const [answer, wanted] = [ours(...given), answers[index]].map((value) => JSON.stringify(value));
    return answer === wanted
      ? []
      : [`${JSON.stringify(given)}: ${String(answer)} instead of ${String(wanted)}`];
  });
}

const text = (value: string) => ({kind: 'text', text: value, plain: true, from: 0, to: 0}) as const;
const NUMERALS = [
  ...'1 5 0 12 . _ e E + - inf nan Infinity x 1e3 0.5'.split(' '),
  ...[' ', '\t', '\v'],
];

describe.skipIf(PYTHON === undefined)('like Python', () => {
  it('reads numbers', () => {
    const numerals = texts(NUMERALS, 5);
    expect(
      differences(
        numerals.map((numeral) => ['float', numeral]),
        (numeral = '') => {
          const value = pythonFloatOf(text(numeral));
          return value === null ? null : pythonFloat(value);
        },
      ),
    ).toEqual([]);
    expect(
      differences(
        numerals.map((numeral) => ['int', numeral]),
        (numeral = '') => {
          const value = pythonIntOf(text(numeral));
          return value === null ? null : String(value === 0 ? 0 : value);
        },
      ),
    ).toEqual([]);
  });

  it('splits commands', () => {
    const pieces = [...'ab:\'\'""\\\\ \t\n\r\v\x1c\x85\xa0\ufeff#&|;$*'];
    expect(
      differences(
        texts(pieces, 14).map((command) => ['split', command]),
        (command = '') => {
          const words = tokenise(command);
          return words.ok ? words.value : null;
        },
      ),
    ).toEqual([]);
  });

  it('matches globs', () => {
    const globs = texts([...'abcz[[[]]]!!---^\\*?/.&~|\n😀é', '[c-a!', '[b-a!-', '[!c-a'], 12);
    const names = texts([...'abcz-!]^/.\n😀'], 4);
    const questions = globs.flatMap((glob, index): readonly Question[] => [
      ['fnmatch', glob, names[index] ?? ''],
      // One that is likely to fit: the glob with each set as one of its characters.
      ['fnmatch', glob, glob.replace(/\[[^\]]*(.)\]/g, '$1').replace(/[*?]/g, 'a')],
    ]);
    expect(differences(questions, (glob = '', name = '') => fnmatch(glob, name))).toEqual([]);
    expect(
      questions.filter(([, glob = '', name = '']) => fnmatch(glob, name)).length,
    ).toBeGreaterThan(QUESTIONS / 4);
  });
});
