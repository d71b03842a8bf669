import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {readYaml} from '../../../electron/study/yaml/readYaml';
import {describeYaml} from './describeYaml';
import {generateDocument} from './generateDocuments';
import {scalarDocuments} from './scalarForms';

/** Debian's python3 comes first: python3-ruyaml is only there. */
const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import ruyaml']).status === 0,
);
const DOCUMENTS = 5000;

/** What ruyamlOracle.py answers. */
type Answer =
  | {readonly accepted: true; readonly value: unknown}
  | {
      readonly accepted: false;
      readonly kind: 'duplicate-key' | 'syntax' | 'crash';
      readonly why: string;
    };

/** Feeds all documents to one Python process. */
function askRuyaml(python: string, documents: readonly string[]): readonly Answer[] {
  const {stdout, stderr} = spawnSync(python, [path.join(import.meta.dirname, 'ruyamlOracle.py')], {
    input: documents.map((text) => JSON.stringify(text)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const answers = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Answer);
  if (answers.length !== documents.length) throw new Error(`The oracle broke off: ${stderr}`);
  return answers;
}

/** How our reading differs from ruyaml's; null where it does not. */
function differenceOf(text: string, theirs: Answer): string | null {
  const ours = readYaml(text);
  const fault = ours.fault?.message ?? ours.valueFaults[0]?.message ?? null;
  if (theirs.accepted !== (fault === null)) {
    return theirs.accepted ? `refused: ${String(fault)}` : `accepted, ruyaml: ${theirs.why}`;
  }
  if (theirs.accepted) {
    const value = JSON.stringify(ours.root === null ? null : describeYaml(ours.root));
    const expected = JSON.stringify(theirs.value);
    return value === expected ? null : `${value} instead of ${expected}`;
  }
  // Only for the usual shape, a mapping without tricks, is the order of several faults of any interest.
  if (theirs.kind === 'crash' || ours.root?.kind !== 'map' || text.includes('<<')) return null;
  const kind = ours.valueFaults[0]?.kind === 'duplicate-key' ? 'duplicate-key' : 'syntax';
  return kind === theirs.kind ? null : `first fault is ${kind}, ruyaml: ${theirs.why}`;
}

/** The documents that we read in another way, with how. */
function differencesOf(
  documents: readonly string[],
  answers: readonly Answer[],
): readonly string[] {
  return documents.flatMap((text, index) => {
    const answer = answers[index];
    if (answer === undefined || isCommentTrouble(answer)) return [];
    const difference = differenceOf(text, answer);
    return difference === null ? [] : [`${JSON.stringify(text)}: ${difference}`];
  });
}

/** ruyaml keeps comments for writing them back, and gives up on two at one place; that is not ours to follow. */
function isCommentTrouble(answer: Answer): boolean {
  return !answer.accepted && answer.why.includes('overlap in comment');
}

if (PYTHON === undefined) {
  console.warn(
    'SKIPPED: Python has no ruyaml here (Debian: apt-get install python3-ruyaml), so the YAML layer is not held against it.',
  );
}

describe.skipIf(PYTHON === undefined)('the YAML layer', () => {
  it(`reads ${String(DOCUMENTS)} generated and mangled documents as ruyaml does`, () => {
    const documents = Array.from({length: DOCUMENTS}, (_, number) => generateDocument(number));
    const answers = askRuyaml(PYTHON ?? '', documents);
    expect(differencesOf(documents, answers)).toEqual([]);
    // The generator makes enough of each kind for the comparison to mean something.
    const count = (test: (answer: Answer) => boolean): number => answers.filter(test).length;
    expect(count(isCommentTrouble)).toBeLessThan(DOCUMENTS / 50);
    expect(count(({accepted}) => accepted)).toBeGreaterThan(1000);
    expect(count((answer) => !answer.accepted && answer.kind === 'duplicate-key')).toBeGreaterThan(
      300,
    );
    expect(count((answer) => !answer.accepted && answer.kind === 'syntax')).toBeGreaterThan(1000);
  });

  it('reads every form of a scalar in every place as ruyaml does', () => {
    const documents = scalarDocuments();
    expect(differencesOf(documents, askRuyaml(PYTHON ?? '', documents))).toEqual([]);
  });

  it('reads documents as deeply nested as Python can', () => {
    const deep = (depth: number): string => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`;
    const [shallow, bottomless] = [deep(230), deep(2000)];
    const answers = askRuyaml(PYTHON ?? '', [shallow, bottomless]);
    expect(answers.map(({accepted}) => accepted)).toEqual([true, false]);
    expect([shallow, bottomless].map((text) => readYaml(text).fault === null)).toEqual([
      true,
      false,
    ]);
  });
});
