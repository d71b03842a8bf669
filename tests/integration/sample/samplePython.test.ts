import {execFileSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {readdirSync, readFileSync} from 'node:fs';
import {mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {createCore} from '../../../electron/core/createCore';
import {copySample} from '../../../electron/sample/copySample';
import {longTest} from '../../gateShare';

const ORDER = [
  [
    'generate_patients.py',
    '--codelist',
    'codelists/asthma-diagnosis.csv',
    '--output',
    'output/patients.csv.gz',
  ],
  ['check_patients.py'],
  ['count_by_region.py'],
  ['count_by_month.py'],
  ['draw_region_chart.py'],
  ['draw_month_chart.py'],
  ['write_report.py'],
] as const;

async function runWithPython(): Promise<{readonly dir: string; readonly log: string}> {
  const dir = await mkdtemp(join(tmpdir(), 'sample-python-'));
  const copied = await copySample(dir);
  if (!copied.ok) throw new Error(copied.error.message);
  const log = ORDER.map(([script, ...args]) =>
    // no site packages: what an image or a computer has besides must not be needed
    execFileSync('python3', ['-I', '-S', '-c', RUN, script, ...args], {cwd: dir, encoding: 'utf8'}),
  );
  return {dir, log: log.join('')};
}

/** Runs a script as `python analysis/SCRIPT` would, its own folder on the path. */
const RUN =
  'import runpy, sys; sys.argv = ["analysis/" + sys.argv[1]] + sys.argv[2:]; ' +
  'sys.path.insert(0, "analysis"); runpy.run_path(sys.argv[0], run_name="__main__")';

function hashes(dir: string): Readonly<Record<string, string>> {
  const files = readdirSync(join(dir, 'output'), {recursive: true, withFileTypes: true}).filter(
    (entry) => entry.isFile(),
  );
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file): [string, string] => [
        file.slice(dir.length + 1),
        createHash('sha256').update(readFileSync(file)).digest('hex'),
      ])
      .sort(),
  );
}

describe('the sample study under python3 alone', () => {
  let first: Awaited<ReturnType<typeof runWithPython>>;
  beforeAll(async () => {
    first = await runWithPython();
  });

  it('makes every output it declares', () => {
    expect(Object.keys(hashes(first.dir))).toEqual([
      'output/charts/reviews_by_month.png',
      'output/charts/reviews_by_region.svg',
      'output/checks/patients.html',
      'output/checks/study_size.json',
      'output/patients.csv.gz',
      'output/report.html',
      'output/summary.txt',
      'output/tables/reviews_by_region.csv',
      'output/tables/reviews_in_2018.csv',
      'output/tables/reviews_in_2019.csv',
      'output/tables/reviews_in_2020.csv',
      'output/tables/reviews_in_2021.csv',
      'output/tables/reviews_in_2022.csv',
    ]);
  });

  longTest('makes the same files each time', async () => {
    const second = await runWithPython();
    expect(hashes(second.dir)).toEqual(hashes(first.dir));
  });

  it('writes a log to watch', () => {
    expect(first.log.match(/^Region \d of 9: /gm)).toHaveLength(9);
  });

  it('is asked only about its HTML pages by the checks before release', async () => {
    const core = createCore({cacheDir: join(first.dir, 'metadata/cache')});
    const opened = await core.openStudy(first.dir, {watch: false});
    if (!opened.ok) throw new Error(opened.error.message);
    const report = await opened.value.release.check({paths: null});
    await opened.value.close();
    await core.close();
    if (!report.ok) throw new Error(report.error.message);
    expect(report.value.files).toHaveLength(10);
    const asked = report.value.findings.filter(({level}) => level !== 'info');
    expect(asked.map(({rule, path}) => `${rule} ${path}`).sort()).toEqual([
      'html-page output/checks/patients.html',
      'html-page output/report.html',
    ]);
  });

  it('shows no small count and no unrounded one in what may leave', () => {
    const table = readFileSync(join(first.dir, 'output/tables/reviews_by_region.csv'), 'utf8');
    const counts = table
      .trim()
      .split('\n')
      .slice(1)
      .flatMap((row) =>
        row
          .split(',')
          .filter((_, column) => column === 1 || column % 2 === 0)
          .slice(1),
      );
    for (const count of counts) expect(Number(count) % 5).toBe(0);
  });
});
