import {cpSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {everyNth, isLong, longTest} from '../gateShare';
import {definitionsLeft, EHRQL_REGISTRY, ensureEhrqlImage, noEhrql} from './ehrqlImage';
import {runCli} from './runCli';

const FIXTURES = join(import.meta.dirname, '../fixtures/definitions');

/** The faults of a study, as its files mark them: `# fault: RULE` at the end of their line. */
function plantedIn(dir: string): readonly string[] {
  return ['project.yaml', ...readdirSync(join(dir, 'analysis')).map((name) => `analysis/${name}`)]
    .flatMap((file) =>
      readFileSync(join(dir, file), 'utf8')
        .split('\n')
        .flatMap((line, at) =>
          (/# fault: (.*)/.exec(line)?.[1] ?? '')
            .split(', ')
            .filter((rule) => rule !== '')
            .map((rule) => `${file}:${String(at + 1)} ${rule}`),
        ),
    )
    .sort();
}

interface Looked {
  readonly error: {readonly file: string; readonly line: number} | null;
  readonly problems: readonly {
    readonly rule: string;
    readonly file: string;
    readonly line: number;
    readonly reason: string;
    readonly link: string;
  }[];
}

describe.skipIf(noEhrql !== null)(
  `definitions with faults, in the real ehrQL${noEhrql === null ? '' : `: SKIPPED, as ${noEhrql}`}`,
  () => {
    const home = mkdtempSync(join(tmpdir(), 'study-desk-faults-'));
    cpSync(FIXTURES, home, {recursive: true});
    beforeAll(async () => {
      await ensureTestImages();
      ensureEhrqlImage();
    }, 900_000);
    afterAll(() => rmSync(home, {recursive: true, force: true}));

    /** What is found in the actions of a study; in the gate in every sixth, from one on. */
    async function foundIn(study: string, from: number) {
      const dir = join(home, study);
      const text = readFileSync(join(dir, 'project.yaml'), 'utf8');
      // faults of project.yaml too, so that it is not read as a project
      const names = [...text.matchAll(/^ {2}(\w+):$/gm)].map(([, name = '']) => name);
      const chosen = isLong ? names : everyNth(names.slice(from), 6);
      const found: string[] = [];
      for (const name of chosen) {
        const end = await runCli(['dataset', name, '--json', '--project-dir', dir], {
          env: {DOCKER_REGISTRY: EHRQL_REGISTRY},
        });
        for (const {error, problems} of end.json() as unknown as readonly Looked[]) {
          if (error !== null) found.push(`${error.file}:${String(error.line)} error`);
          found.push(...problems.map(({rule, file, line}) => `${file}:${String(line)} ${rule}`));
          for (const {reason, link} of problems)
            expect([reason, link]).toEqual([
              expect.stringMatching(/\.$/),
              expect.stringMatching(/^https:\/\/docs\.opensafely\.org\/ehrql\//),
            ]);
        }
      }
      expect(definitionsLeft(dir)).toBe('');
      return {found: found.sort(), chosen};
    }

    it('have each found at its line', async () => {
      const {found} = await foundIn('faulty', 0);
      const planted = plantedIn(join(home, 'faulty'));
      expect(
        new Set(planted.map((each) => each.replace(/ error$/, ' D-CODELIST-COLUMN'))).size,
      ).toBe(30);
      if (isLong) expect(found).toEqual(planted);
      else {
        expect(found.length).toBeGreaterThan(3);
        expect(planted).toEqual(expect.arrayContaining([...found]));
      }
    });

    longTest('are found by the doctor too', async () => {
      const dir = join(home, 'faulty');
      const end = await runCli(['doctor', '--json', '--project-dir', dir], {
        env: {DOCKER_REGISTRY: EHRQL_REGISTRY},
      });
      const words = end.json().map(({check, message}) => `${String(check)} ${String(message)}`);
      for (const place of ['restricted.py, line 7', 'mixed.py, line 9', 'tabled.py, line 10'])
        expect(words).toContainEqual(
          expect.stringMatching(new RegExp(`^definitions analysis/${place}`)),
        );
      expect(words).toContain(
        'definitions 4 definitions were looked at as text alone. More than 6 take too long.',
      );
    });

    it('are none where they are well made', async () => {
      const {found, chosen} = await foundIn('wellMade', 2);
      expect(chosen.length).toBeGreaterThan(1);
      expect(found).toEqual([]);
    });
  },
);
