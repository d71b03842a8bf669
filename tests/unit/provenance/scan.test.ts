import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {scanScripts} from '../../../electron/provenance/scan/scanScripts';
import {fixture} from '../../fixture';

const study = join(__dirname, '../../fixtures/scan/study');
const cases =
  fixture<readonly {argv: readonly string[]; reads: readonly string[]}[]>('scan/cases.json');
type Harder = readonly {readonly code: string; readonly finds: readonly string[] | null}[];
const HARDER = fixture<Record<'R' | 'Python' | 'Stata', Harder>>('scan/harder.yaml');
const codePaths = readdirSync(study, {recursive: true, withFileTypes: true})
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(study.length + 1))
  .sort();

const scan = (argv: readonly string[]) =>
  scanScripts(argv, codePaths, (path) => readFileSync(join(study, path), 'utf8'));

describe('scanning scripts for the files they read', () => {
  it.each(cases.map((each) => [each.argv.join(' '), each] as const))(
    'misses nothing in %s',
    (_, {argv, reads}) => {
      const found = scan(argv);
      const missed = found.certain ? reads.filter((path) => !found.paths.includes(path)) : [];
      expect(missed).toEqual([]);
    },
  );

  it('resolves at least 16 of 20 exactly', () => {
    const inexact = cases
      .map(({argv, reads}) => ({line: argv.join(' '), found: scan(argv), reads: [...reads].sort()}))
      .filter(({found, reads}) => !found.certain || found.paths.join() !== reads.join());
    expect(cases).toHaveLength(20);
    expect(cases.length - inexact.length, JSON.stringify(inexact)).toBeGreaterThanOrEqual(16);
  });
});

describe('harder ways to name a file', () => {
  /** The code files found for a script beside some others; null where it can't be told. */
  const foundIn = (path: string, source: string, image = 'r:v2'): readonly string[] | null => {
    const files = [
      path,
      'lib/tools.py',
      'lib/tools.R',
      'data/a.csv',
      'data/b.csv',
      'other/c.csv',
      'lib/x.do',
    ];
    const result = scanScripts([image, path], files, (asked) => (asked === path ? source : ''));
    return result.certain ? result.paths.filter((each) => each !== path) : null;
  };

  it.each(HARDER.R)('R: $code', ({code, finds}) => {
    expect(foundIn('run.R', code)).toEqual(finds);
  });
  it.each(HARDER.Python)('Python: $code', ({code, finds}) => {
    expect(foundIn('run.py', code, 'python:v2')).toEqual(finds);
  });
  it.each(HARDER.Stata)('Stata: $code', ({code, finds}) => {
    expect(foundIn('run.do', code, 'stata-mp:v1')).toEqual(finds);
  });

  it('takes no division beside an empty text for a folder that is listed', () => {
    const source =
      'def share(part, whole):\n    return part / whole\nopen("data/a.csv", newline="")';
    expect(foundIn('lib/run.py', source, 'python:v2')).toEqual(['data/a.csv']);
  });

  it('comes to an end where names are made of each other', () => {
    const knot = 'a = b + c + a\nb = a + c + b\nc = a + b + c\n'.repeat(50);
    expect(foundIn('run.py', `${knot}open(a + "data/a.csv")`, 'python:v2')).toEqual(['data/a.csv']);
  });
});
