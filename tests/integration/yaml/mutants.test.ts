import {describe, expect, it} from 'vitest';
import {readProject} from '../../../electron/study/readProject';
import {isLong, testSeed} from '../../gateShare';
import {mutantOf, shrink} from './mutateDocuments';
import {realDocuments} from './realDocuments';
import {PYTHON, askRuyaml, differenceOf, isCommentTrouble} from './ruyamlOracle';

/** A tenth in the gate, always the same; `npm run test:long` tries all of them. */
const MUTANTS = isLong ? 8_000 : 800;
const SEED = testSeed(1);
/** Differences shown at most, as each is made short. */
const MOST_SHOWN = 3;

/** The shortest text found that we still read in another way than ruyaml, and how. */
function shortest(text: string): string {
  const differences = (texts: readonly string[]): readonly (string | null)[] => {
    const answers = askRuyaml(texts);
    return texts.map((some, index) => {
      const answer = answers[index];
      return answer === undefined ? null : differenceOf(some, answer);
    });
  };
  const short = shrink(text, (texts) =>
    differences(texts).map((difference) => difference !== null),
  );
  return `${JSON.stringify(short)}: ${String(differences([short])[0])}`;
}

function mutants(): readonly string[] {
  const documents = [...realDocuments().values()];
  return Array.from({length: MUTANTS}, (_, index) => mutantOf(documents, SEED * MUTANTS + index));
}

it('the rules meet mutants of real documents without a fault of their own', () => {
  const read = mutants().map((text) =>
    readProject(/^ /.test(text) ? `version: 5\nactions:\n${text}` : text),
  );
  // Enough of them are YAML, so that the rules are reached at all.
  const reached = read.filter(({problems}) => problems[0]?.rule.startsWith('E-YAML') !== true);
  expect(reached.length).toBeGreaterThan(MUTANTS / 5);
});

describe.skipIf(PYTHON === undefined)('the YAML layer', () => {
  it(`reads ${String(MUTANTS)} mutants of real documents as ruyaml does`, () => {
    const texts = mutants();
    const answers = askRuyaml(texts);
    const told: string[] = [];
    for (const [index, answer] of answers.entries()) {
      const mutant = texts[index] ?? '';
      if (told.length === MOST_SHOWN || differenceOf(mutant, answer) === null) continue;
      told.push(`seed ${SEED}, mutant ${String(index)}: ${shortest(mutant)}`);
    }
    expect(told).toEqual([]);
    // There are enough of each kind for the comparison to mean something.
    expect(answers.filter(isCommentTrouble).length).toBeLessThan(MUTANTS / 100);
    expect(answers.filter(({accepted}) => accepted).length).toBeGreaterThan(MUTANTS / 5);
    for (const kind of ['duplicate-key', 'syntax'] as const) {
      const count = answers.filter((answer) => !answer.accepted && answer.kind === kind).length;
      expect(count).toBeGreaterThan(MUTANTS / 50);
    }
  });

  it('finds a short text by which two readings differ', () => {
    const long = 'version: 5\nactions:\n  a: {run: "r:v2 x.R"}\n  b: [one, two]\n';
    expect(shrink(long, (texts) => texts.map((some) => /\[.*\]/.test(some)))).toBe('[]');
  });
});
