import {existsSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {homedir, hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {
  exported,
  filesBelow,
  hasSnakemake,
  inFolder,
  leftBy,
  snakemake,
  studyOf,
} from './exportedStudy';
import {isLong, longTestIf} from '../gateShare';
import {runCli, sampleStudy} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const noSnakemake = !(await hasSnakemake());

/** A study in which everything happens that the rules of outputs speak of. */
const odd = () =>
  studyOf({
    makes: {
      code: 'open("output/made.csv", "w").write("a\\n1\\n")\nopen("output/undeclared.txt", "w").write("x")',
      outputs: {moderately_sensitive: ['output/made.csv']},
    },
    reads: {
      needs: ['makes'],
      code: 'assert not os.path.exists("output/undeclared.txt")\nprint(open("output/made.csv").read())\nprint("so", end="")\nos.makedirs("output/deep/er")\nopen("output/deep/er/x.csv", "w").write("b\\n2\\n")',
      outputs: {minimally_sensitive: ['output/*.csv'], highly_sensitive: ['output/deep/*/x.csv']},
    },
    excluded: {
      code: 'rows = "patient_id,n\\r\\n" + "".join("%d,\\"a\\nb\\"\\n\\n" % n for n in range(5001))\nopen("output/rows.csv", "w").write(rows)\nopen("output/m.csv", "w").write("x\\n" * 9 * 10**6)\nopen("output/latin.csv", "wb").write(b"patient_id\\n\\xe9\\n")',
      outputs: {
        moderately_sensitive: ['output/rows.csv', 'output/m.csv', 'output/latin.csv'],
      },
    },
    links: {
      code: 'os.makedirs("output/l/real")\nopen("output/l/real/1.csv", "w").write("c\\n")\nos.symlink("real/1.csv", "output/l/latest.csv")\nos.symlink("/workspace/output/l/real", "output/l/again")\nos.symlink("/etc/passwd", "output/l/out.csv")\nos.symlink("nothing", "output/l/gone.csv")\nos.mkfifo("output/l/pipe.csv")',
      outputs: {highly_sensitive: ['output/l/*.csv', 'output/l/again/*.csv']},
    },
    fails: {
      code: 'open("output/never.csv", "w").write("d")\nprint("bad", file=sys.stderr)\nsys.exit(3)',
      outputs: {moderately_sensitive: ['output/never.csv']},
    },
    waits: {
      needs: ['fails'],
      code: 'pass',
      outputs: {moderately_sensitive: ['output/waits.csv']},
    },
    waits_longer: {
      needs: ['waits', 'makes'],
      code: 'pass',
      outputs: {moderately_sensitive: ['output/longer.csv']},
    },
    mistyped: {
      code: 'open("output/reslut.csv", "w").write("e")\nopen("output/other.txt", "w").write("f")',
      outputs: {moderately_sensitive: ['output/result.csv', 'output/other.txt']},
    },
    large: {
      code: 'held = [b"x" * 10**7 for _ in range(100)]',
      outputs: {moderately_sensitive: ['output/large.csv']},
    },
  });

describe.skipIf(noEngine)('an exported study', () => {
  const dir = odd();
  const made: string[] = [dir];
  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    for (const each of made) rmSync(each, {recursive: true, force: true});
  });

  it('stands alone, names nothing of this computer, and is written over earlier exports only', async () => {
    const {to, said} = await exported(dir, 'reads', '--json', '--profile', 'slurm');
    made.push(to);
    expect(said.stderr).toBe('');
    const [line] = said.json();
    expect(line).toMatchObject({path: to, actions: ['makes', 'reads'], runtime: 'docker'});
    const files = Object.keys(filesBelow(to));
    expect(files).toEqual(
      expect.arrayContaining(['Snakefile', 'plan.jsonl', 'stage.py', 'README.md']),
    );
    for (const file of files) {
      const text = readFileSync(join(to, file), 'utf8');
      for (const place of [dir, to, tmpdir() + '/study']) expect(text, file).not.toContain(place);
      for (const name of [homedir(), hostname()])
        expect(text.split(/[^\w./-]+/u), file).not.toContain(name);
    }
    expect(files.filter((file) => file.startsWith('study/output'))).toEqual([
      'study/output/.gitkeep',
    ]);
    const yaml =
      'import sys, ruyaml\nfor file in sys.argv[1:]: assert ruyaml.YAML(typ="safe").load(open(file))';
    const profiles = ['config.yaml', 'config.v8+.yaml'].map((name) => `profiles/slurm/${name}`);
    expect(await inFolder(to, '/usr/bin/python3', ['-c', yaml, ...profiles])).toMatchObject({
      code: 0,
    });

    const again = await runCli(['export', 'snakemake', '--to', to, '--project-dir', dir]);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('not tried');
    for (const refused of [dir, join(dir, 'new'), join(dir, '..')])
      expect(
        await runCli(['export', 'snakemake', '--to', refused, '--project-dir', dir]),
      ).toMatchObject({code: 2});
    const full = join(to, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine.txt'), 'mine');
    const refused = await runCli(['export', 'snakemake', '--to', full, '--project-dir', dir]);
    expect(refused).toMatchObject({code: 2});
    expect(Object.keys(filesBelow(full))).toEqual(['mine.txt']);
    expect(existsSync(join(dir, 'new'))).toBe(false);
  }, 120_000);

  longTestIf(
    !noSnakemake,
    'leaves what `run` leaves, of failures too',
    async () => {
      await runCli(['limits', 'large', '--memory', '64m', '--project-dir', dir]);
      const {to, study} = await exported(dir);
      made.push(to);
      const there = await snakemake(to, '--keep-going');
      expect(there.code, there.text).toBe(1);
      expect(there.text).toContain('4 of 9 actions have succeeded.');
      expect(there.text).toContain(
        'Files that the job made and no pattern matches:\n  output/reslut.csv',
      );
      const here = await runCli(['run', 'run_all', '--continue-on-error', '--project-dir', dir]);
      expect(here.code).toBe(1);
      expect(await leftBy(study)).toEqual(await leftBy(dir));
      const kept = 'metadata/study-desk/kept';
      expect(filesBelow(join(study, kept))).toEqual(filesBelow(join(dir, kept)));
    },
    240_000,
  );
});

describe.skipIf(noEngine || noSnakemake)('the sample study under Snakemake', () => {
  const dir = sampleStudy();
  const made: string[] = [dir];
  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    for (const each of made) rmSync(each, {recursive: true, force: true});
  });

  it('runs with nothing but its folder, and goes on where it was changed', async () => {
    const {to, study} = await exported(dir);
    made.push(to);
    const first = await snakemake(to);
    expect(first.code, first.text).toBe(0);
    const status = await runCli(['status', '--exit-code', '--project-dir', study]);
    expect(status.code, status.stdout).toBe(0);
    expect(status.stdout.match(/ran by Snakemake/gu)).toHaveLength(7);
    await runCli(['run', 'run_all', '--project-dir', dir]);
    expect(await leftBy(study)).toEqual(await leftBy(dir));
    if (!isLong) return;

    // what changed in the study is run again after the next export, and what needs it
    const script = join(dir, 'analysis/write_report.py');
    writeFileSync(script, `${readFileSync(script, 'utf8')}\nprint("changed")\n`);
    await runCli(['export', 'snakemake', '--to', to, '--project-dir', dir]);
    const second = await snakemake(to);
    expect(second.code, second.text).toBe(0);
    expect(second.text).toContain('2 of 2 steps');
    expect((await runCli(['status', '--exit-code', '--project-dir', study])).code).toBe(0);

    // code that was changed there is not run
    writeFileSync(join(study, 'analysis/write_report.py'), 'print("mine")');
    rmSync(join(to, 'done/run_write_report_py'), {recursive: true});
    const third = await snakemake(to);
    expect(third.code).toBe(1);
    expect(third.text).toContain('analysis/write_report.py is not as it was exported.');
  }, 240_000);
});
