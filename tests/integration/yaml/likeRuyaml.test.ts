import {describe, expect, it} from 'vitest';
import {readYaml} from '../../../electron/study/yaml/readYaml';
import {isLong, longTest, testSeed} from '../../gateShare';
import {generateDocument} from './generateDocuments';
import {PYTHON, askRuyaml, differencesOf, isCommentTrouble, type Answer} from './ruyamlOracle';
import {scalarDocuments} from './scalarForms';

/** A tenth in the gate, always the same; `npm run test:long` tries all of them. */
const DOCUMENTS = isLong ? 5000 : 500;
const SEED = testSeed(0);

describe.skipIf(PYTHON === undefined)('the YAML layer', () => {
  it(`reads ${String(DOCUMENTS)} generated and mangled documents as ruyaml does`, () => {
    const documents = Array.from({length: DOCUMENTS}, (_, number) =>
      generateDocument(SEED + number),
    );
    const answers = askRuyaml(documents);
    expect(differencesOf(documents, answers)).toEqual([]);
    // The generator makes enough of each kind for the comparison to mean something.
    const count = (test: (answer: Answer) => boolean): number => answers.filter(test).length;
    expect(count(isCommentTrouble)).toBeLessThan(DOCUMENTS / 50);
    expect(count(({accepted}) => accepted)).toBeGreaterThan(DOCUMENTS / 5);
    expect(count((answer) => !answer.accepted && answer.kind === 'duplicate-key')).toBeGreaterThan(
      DOCUMENTS / 25,
    );
    expect(count((answer) => !answer.accepted && answer.kind === 'syntax')).toBeGreaterThan(
      DOCUMENTS / 5,
    );
  });

  it('reads every form of a scalar in every place as ruyaml does', () => {
    const documents = scalarDocuments();
    expect(differencesOf(documents, askRuyaml(documents))).toEqual([]);
  });

  longTest('reads documents as deeply nested as Python can', () => {
    const deep = (depth: number): string => `a: ${'['.repeat(depth)}${']'.repeat(depth)}`;
    const [shallow, bottomless] = [deep(230), deep(2000)];
    const answers = askRuyaml([shallow, bottomless]);
    expect(answers.map(({accepted}) => accepted)).toEqual([true, false]);
    expect([shallow, bottomless].map((text) => readYaml(text).fault === null)).toEqual([
      true,
      false,
    ]);
  });
});
