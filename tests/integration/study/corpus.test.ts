import {existsSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {readProject} from '../../../electron/study/readProject';
import type {Action} from '../../../shared/project';

/** Real studies beside the checkout, with what the reference parser makes of each. */
const CORPUS = path.join(import.meta.dirname, '../../../../shared/corpus');
const SETS = [
  {folder: 'projects', answers: 'expected.json.gz', count: 89},
  {folder: 'history', answers: 'expected-history.json.gz', count: 122},
];

interface ExpectedAction {
  readonly name: unknown;
  readonly argv: readonly string[];
  readonly needs: readonly string[];
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>> | null>>;
  readonly usesDatabase: boolean;
  readonly commandWithConfig?: string;
}
type Expected =
  | {
      readonly accepted: true;
      readonly version: number;
      readonly expectations: number | null;
      readonly runAll: readonly unknown[];
      readonly actions: readonly ExpectedAction[];
    }
  | {readonly accepted: false; readonly firstRule: string | null};

function describeExpected(action: ExpectedAction): unknown {
  const tiers = Object.entries(action.outputs).filter(([, labels]) => labels !== null);
  const outputs = tiers.flatMap(([tier, labels]) =>
    Object.entries(labels ?? {}).map(([label, pattern]) => `${tier} ${label} ${pattern}`),
  );
  return {
    name: String(action.name),
    argv: action.argv,
    needs: action.needs,
    tiers: tiers.map(([tier]) => tier).sort(),
    outputs: outputs.sort(),
    usesDatabase: action.usesDatabase,
    commandWithConfig: action.commandWithConfig ?? null,
  };
}

function describeOurs(action: Action): unknown {
  return {
    name: action.name,
    argv: action.run.argv,
    needs: action.needs,
    tiers: [...action.tiers].sort(),
    outputs: action.outputs.map(({tier, label, pattern}) => `${tier} ${label} ${pattern}`).sort(),
    usesDatabase: action.usesDatabase,
    commandWithConfig: action.commandWithConfig,
  };
}

if (!existsSync(CORPUS)) {
  console.warn(`SKIPPED: the corpus of real studies is not at ${CORPUS}.`);
}

describe.skipIf(!existsSync(CORPUS)).each(SETS)(
  'the real studies of $folder',
  ({folder, answers, count}) => {
    const expected = existsSync(CORPUS)
      ? (JSON.parse(gunzipSync(readFileSync(path.join(CORPUS, answers))).toString()) as Record<
          string,
          Expected
        >)
      : {};

    it(`are all there`, () => {
      expect(Object.keys(expected)).toHaveLength(count);
    });

    it.each(Object.entries(expected))('%s reads as in the reference', (name, want) => {
      const reading = readProject(readFileSync(path.join(CORPUS, folder, name), 'utf8'));
      const firstError = reading.problems.find(({severity}) => severity === 'error');
      expect({
        accepted: reading.acceptedByReference,
        rule: want.accepted ? null : firstError?.rule,
      }).toEqual({
        accepted: want.accepted,
        rule: want.accepted ? null : want.firstRule,
      });
      if (!want.accepted || !reading.valid) return;
      const {project} = reading;
      expect(project?.version).toBe(want.version);
      expect(project?.populationSize).toBe(want.expectations);
      expect(project?.runAll).toEqual(want.runAll.map(String));
      expect(project?.actions.map(describeOurs)).toEqual(want.actions.map(describeExpected));
    });
  },
);
