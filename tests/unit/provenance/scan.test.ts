import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import * as z from 'zod';
import {scanScripts} from '../../../electron/provenance/scan/scanScripts';

const fixtures = join(__dirname, '../../fixtures/scan');
const study = join(fixtures, 'study');
const cases = z
  .array(z.object({argv: z.array(z.string()), reads: z.array(z.string())}))
  .parse(JSON.parse(readFileSync(join(fixtures, 'cases.json'), 'utf8')));
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

  it.each([
    [
      'fs <- dir("data")\nlapply(fs, function(f) read_csv(file.path("data", f)))',
      ['data/a.csv', 'data/b.csv'],
    ],
    [
      'purrr::walk(fs::dir_ls(here::here("lib"), glob = "*.R"), source)',
      ['lib/tools.R', 'lib/tools.py', 'lib/x.do'],
    ],
    ['which <- "a"\nx <- read_csv(glue::glue("data/{which}.csv"))', ['data/a.csv', 'data/b.csv']],
    [
      'for (n in c("a", "b")) x <- read.csv(paste0("data/", n, ".csv"))',
      ['data/a.csv', 'data/b.csv'],
    ],
    ['readRDS(file.path(getwd(), "data", "a.csv"))', ['data/a.csv']],
    ['system("Rscript lib/tools.R")', ['lib/tools.R']],
    ['x <- r"(data/a.csv)"\nread_csv(x)', ['data/a.csv']],
    ['# read_csv("data/a.csv")\n1', []],
    ['write_csv(x, "data/a.csv")', []],
    ['setwd("lib")\nsource("tools.R")', null],
    ['source(Sys.getenv("X"))', null],
    ['lapply(list.files(), source)', null],
  ])('R: %s', (source, expected) => expect(foundIn('run.R', source)).toEqual(expected));

  it.each([
    ['from pathlib import Path\nwith (Path("data") / "a.csv").open() as f: pass', ['data/a.csv']],
    ['for n in ["a", "b"]:\n    open(f"data/{n}.csv")', ['data/a.csv', 'data/b.csv']],
    [
      'from pathlib import Path\ndef f(p):\n    return p.read_text()\nf(Path("data") / "a.csv")',
      ['data/a.csv'],
    ],
    [
      'def f(p):\n    return open(p)\nn = input()\nf("data/" + n + ".csv")',
      ['data/a.csv', 'data/b.csv'],
    ],
    ['def f(p):\n    return open(p)\nf("data/%s.csv" % "a")', ['data/a.csv', 'data/b.csv']],
    ['import os\nopen(os.path.join(os.path.dirname(__file__), "data", "a.csv"))', ['data/a.csv']],
    ['import sys\nsys.path.append("lib")\nimport tools', ['lib/tools.py']],
    ['from lib.tools import (\n  one,\n  two as three,\n)', ['lib/tools.py']],
    ['from lib import tools', ['lib/tools.py']],
    [
      'import glob\nfor p in glob.glob("data/*.csv"):\n    read_csv(p)',
      ['data/a.csv', 'data/b.csv'],
    ],
    ['import subprocess\nsubprocess.run(["Rscript", "lib/tools.R"], check=True)', ['lib/tools.R']],
    ['open("data/a.csv", "w")', []],
    ['"""reads data/a.csvx"""', []],
    ['import os\nos.chdir("data")\nopen("a.csv")', null],
    ['import os\nopen(os.environ["X"])', null],
    ['exec(input())', null],
  ])('Python: %s', (source, expected) => {
    expect(foundIn('run.py', source, 'python:v2')).toEqual(expected);
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

  it.each([
    ['import delimited data/a.csv, clear', ['data/a.csv']],
    ['local d "data"\nimport delimited using `d\'/a, clear', ['data/a.csv']],
    ['local fs : dir "data" files "*.csv"\nforeach f of local fs {', ['data/a.csv', 'data/b.csv']],
    ['#delimit ;\nimport delimited\n  using data/b.csv;', ['data/b.csv']],
    ['qui do lib/x', ['lib/x.do']],
    ['save data/a.csv', []],
    ['cd lib\ndo x', null],
  ])('Stata: %s', (source, expected) => {
    expect(foundIn('run.do', source, 'stata-mp:v1')).toEqual(expected);
  });
});
