import {expect, it} from 'vitest';
import {CodeMatcher} from '../../../electron/provenance/scan/codeMatcher';
import {sureReads} from '../../../electron/provenance/scan/sureReads';

const LIBRARY = {
  'analysis/load.R':
    'load_it <- function() read.csv("output/from_function.csv")\nbase <- readRDS("output/base.rds")\n',
  'analysis/shared.py':
    'import pandas as pd\ndef load():\n    return pd.read_csv("output/from_function.csv")\nTABLE = pd.read_csv("output/base.csv")\n',
};

function read(argv: readonly string[], files: Readonly<Record<string, string>>): readonly string[] {
  const all: Readonly<Record<string, string>> = {...LIBRARY, ...files};
  return sureReads(
    argv,
    {matcher: new CodeMatcher(Object.keys(all)), readText: (path) => all[path] ?? null},
    new Map(),
  ).map(({path, at}) => (at === null ? path : `${path} ${at.script}:${at.line}`));
}

const r = (source: string): readonly string[] =>
  read(['r:v2', 'analysis/x.R'], {'analysis/x.R': source});
const python = (source: string): readonly string[] =>
  read(['python:v2', 'python', 'analysis/x.py'], {'analysis/x.py': source});

it.each([
  [
    'a plain path in R',
    r('a <- 1\nd <- read_csv("output/a.csv")\n'),
    ['output/a.csv analysis/x.R:2'],
  ],
  ['here()', r('d <- readRDS(here::here("output", "a.rds"))\n'), ['output/a.rds analysis/x.R:1']],
  [
    'a path in a variable',
    r('path <- "output/a.csv"\n\nd <- fread(path)\n'),
    ['output/a.csv analysis/x.R:3'],
  ],
  [
    'a pipe',
    r('d <- read_csv("output/a.csv") %>%\n  filter(x)\n'),
    ['output/a.csv analysis/x.R:1'],
  ],
  ['local()', r('d <- local({\n  read.csv("output/a.csv")\n})\n'), ['output/a.csv analysis/x.R:2']],
  [
    'a function of the script itself',
    r('f <- function() {\n  read.csv("output/a.csv")\n}\nf()\n'),
    ['output/a.csv analysis/x.R:2'],
  ],
  ['what source() reads', r('source("analysis/load.R")\n'), ['output/base.rds analysis/load.R:2']],
  [
    'a plain path in Python',
    python('import pandas as pd\nd = pd.read_csv("output/a.csv")\n'),
    ['output/a.csv analysis/x.py:2'],
  ],
  [
    'a path of pathlib',
    python('from pathlib import Path\nOUT = Path("output")\ntext = open(OUT / "a.txt").read()\n'),
    ['output/a.txt analysis/x.py:3'],
  ],
  [
    'a function of Python',
    python(
      'import pandas as pd\ndef main():\n    d = pd.read_csv(\n        "output/a.csv"\n    )\nif __name__ == "__main__":\n    main()\n',
    ),
    ['output/a.csv analysis/x.py:4'],
  ],
  [
    'what a module reads',
    python('from shared import TABLE\n'),
    ['output/base.csv analysis/shared.py:4'],
  ],
  [
    'a word of the run line',
    read(['r:v2', 'analysis/x.R', 'output/a.csv'], {'analysis/x.R': ''}),
    ['output/a.csv'],
  ],
  [
    'an option of the run line',
    read(
      [
        'ehrql:v1',
        'generate-dataset',
        'analysis/d.py',
        '--dummy-data-file=output/a.csv',
        '--output',
        'output/b.csv',
      ],
      {'analysis/d.py': ''},
    ),
    ['output/a.csv'],
  ],
  [
    'use of Stata',
    read(['stata-mp:v1', 'analysis/x.do'], {
      'analysis/x.do': 'use "output/a", clear\nmerge 1:1 id using "output/b.dta"\n',
    }),
    ['output/a.dta analysis/x.do:1', 'output/b.dta analysis/x.do:2'],
  ],
])('a file that is surely read %s', (_, found, wanted) => expect(found).toEqual(wanted));

it.each([
  ['a condition of R', r('if (ready) d <- read.csv("output/a.csv")\n')],
  ['a block of R', r('if (file.exists("output/a.csv")) {\n  d <- read.csv("output/a.csv")\n}\n')],
  ['tryCatch', r('d <- tryCatch(read.csv("output/a.csv"), error = function(e) NULL)\n')],
  ['switch', r('d <- switch(kind, a = read.csv("output/a.csv"))\n')],
  [
    'one of several paths',
    r('paths <- c("output/a.csv", "output/b.csv")\nd <- read.csv(paths[1])\n'),
  ],
  [
    'an argument of R',
    r('args <- commandArgs(TRUE)\nd <- read.csv(paste0("output/", args[1], ".csv"))\n'),
  ],
  [
    'a path that is set twice',
    r('path <- "output/a.csv"\nif (big) path <- "output/b.csv"\nd <- read.csv(path)\n'),
  ],
  ['what is written', r('write.csv(d, "output/a.csv")\nsaveRDS(d, "output/b.rds")\n')],
  ['a comment', r('# read.csv("output/a.csv")\n')],
  [
    'a condition of Python',
    python('import pandas as pd\nif ready:\n    d = pd.read_csv("output/a.csv")\n'),
  ],
  [
    'what a parameter is unless it is given',
    python(
      'def read_it(\n    path="output/a.csv",\n):\n    return path\n\ndef read_b(path="output/b.csv"):\n    return path\n',
    ),
  ],
  [
    'try',
    python(
      'import pandas as pd\ntry:\n    d = pd.read_csv("output/a.csv")\nexcept FileNotFoundError:\n    d = None\n',
    ),
  ],
  [
    'an expression with if',
    python('import pandas as pd\nd = pd.read_csv("output/a.csv") if ready else None\n'),
  ],
  ['open for writing', python('with open("output/a.csv", "w") as f:\n    f.write("a")\n')],
  [
    'an output on the run line',
    read(
      [
        'python:v2',
        'python',
        'analysis/x.py',
        '--output',
        'output/a.csv',
        '--output-file=output/b.csv',
      ],
      {'analysis/x.py': ''},
    ),
  ],
  [
    'a block of Stata',
    read(['stata-mp:v1', 'analysis/x.do'], {
      'analysis/x.do': 'if `big\' {\n  use "output/a.dta"\n}\n',
    }),
  ],
])('a file that may be read is left out %s', (_, found) => expect(found).toEqual([]));
