import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {createHash} from 'node:crypto';
import {git} from '../git/actionRepositories';

/** Files of a study by path. */
export type Files = Readonly<Record<string, string>>;

const PYTHON = `import csv, os

os.makedirs("output", exist_ok=True)
`;

const COUNT = `${PYTHON}
# nothing of /Users/me/secret.csv is read
with open("output/people.csv") as source, open("output/counts.csv", "w") as target:
    target.write(f"n\\n{len(list(csv.DictReader(source)))}\\n")
`;

const TWO_ACTIONS = `version: 5

actions:
  make_people:
    run: python:v2 python analysis/make_people.py
    outputs:
      highly_sensitive:
        people: output/people.csv

  count_people:
    run: python:v2 python analysis/count_people.py
    needs: [make_people]
    outputs:
      moderately_sensitive:
        counts: output/counts.csv
`;

const MAKE = `${PYTHON}
with open("output/people.csv", "w") as target:
    target.write("patient_id,age\\n1,40\\n2,50\\n")
`;

/** A study of two actions that is ready. */
export const READY: Files = {
  'project.yaml': TWO_ACTIONS,
  '.gitignore': '/output/*\n/metadata/*\n',
  'analysis/make_people.py': MAKE,
  'analysis/count_people.py': COUNT,
};

/** As \`opensafely codelists\` writes it down: of the lines without the last end. */
export function digestOf(text: string): string {
  return createHash('sha1').update(text.replace(/\r\n?/g, '\n').replace(/\n$/, '')).digest('hex');
}

const CODES = 'code,term\n12,asthma\n';
/** A codelist as it is downloaded. */
export const CODELIST: Files = {
  'codelists/codelists.txt': 'opensafely/asthma/2020-01-01\n',
  'codelists/opensafely-asthma.csv': CODES,
  'codelists/codelists.json': JSON.stringify({
    files: {
      'opensafely-asthma.csv': {
        id: 'opensafely/asthma/2020-01-01',
        url: 'https://www.opencodelists.org/codelist/opensafely/asthma/2020-01-01/',
        downloaded_at: '2026-01-01T00:00:00Z',
        sha: digestOf(CODES),
      },
    },
  }),
};

/** Studies of which nothing is to be said. */
export const CLEAN: Readonly<Record<string, Files>> = {
  'two actions': READY,
  'codelists as they were downloaded, with the line ends of Windows': {
    ...READY,
    ...CODELIST,
    'codelists/opensafely-asthma.csv': CODES.replaceAll('\n', '\r\n'),
  },
  'a folder of outputs that the commit keeps, and a module of its own': {
    ...READY,
    'output/.gitkeep': '',
    '.gitignore': '/output/*\n!/output/.gitkeep\n/metadata/*\nlocal/\n',
    'analysis/make_people.py': `from people import text\nopen("output/people.csv", "w").write(text)\n`,
    'analysis/people.py': 'text = "patient_id\\n1\\n"\n',
    'local/notes.txt': 'not of the study',
  },
  'R and dummy data, with paths that containers have': {
    'project.yaml': `version: 5
actions:
  extract:
    run: ehrql:v1 generate-dataset analysis/dataset_definition.py --output output/dataset.csv.gz --dummy-data-file dummy/dataset.csv
    outputs:
      highly_sensitive:
        dataset: output/dataset.csv.gz
  model:
    run: r:v2 analysis/model.R
    needs: [extract]
    outputs:
      moderately_sensitive:
        model: output/model/coefficients.csv
`,
    '.gitignore': 'output/\nmetadata/\n',
    'analysis/dataset_definition.py':
      'from ehrql import create_dataset\nfrom ehrql.tables.core import patients\n\ndataset = create_dataset()\ndataset.define_population(patients.date_of_birth.year > 1900)\n',
    'analysis/model.R': `library(readr)
folder <- here::here("output", "model")
dir.create(folder, recursive = TRUE, showWarnings = FALSE)
data <- read_csv("output/dataset.csv.gz")
saved <- file.path("/tmp", "part.rds")
saveRDS(data, "/tmp/part.rds")
write_csv(data[1:2, ], file.path(folder, "coefficients.csv"))
`,
    'dummy/dataset.csv': 'patient_id,age\n1,2\n',
  },
  'files made and read by the same script, and a folder for each input': {
    'project.yaml': TWO_ACTIONS.replace('output/counts.csv', 'output/tables/counts.csv'),
    '.gitignore': '/output/*\n/metadata/*\n',
    'analysis/make_people.py': MAKE,
    'analysis/count_people.py': `import os
os.makedirs("output/tables", exist_ok=True)
open("part.txt", "w").write("2")
count = open("part.txt").read()
open("output/tables/counts.csv", "w").write("n\\n" + count)
`,
  },
};

/** A fault of the server's that is planted in a study that is ready, and what is to be found. */
export interface Planted {
  readonly rule: string;
  /** What the message names. */
  readonly names: string;
  readonly committed?: Files;
  /** Put there after the commit was pushed. */
  readonly later?: Files;
  readonly also?: (dir: string) => void;
}

const count = (text: string): Files => ({'analysis/count_people.py': `${COUNT}${text}\n`});
const yaml = (from: string, to: string): Files => ({
  'project.yaml': TWO_ACTIONS.replace(from, to),
});

/** Faults, each the only one of its study. */
export const PLANTED: Readonly<Record<string, Planted>> = {
  'an untracked input': {
    rule: 'R-UNTRACKED-INPUT',
    names: 'data/weights.csv',
    committed: count('weights = open("data/weights.csv").read()'),
    later: {'data/weights.csv': 'a\n'},
  },
  'an ignored input': {
    rule: 'R-IGNORED-INPUT',
    names: 'data/weights.csv',
    committed: {
      ...count('weights = open("data/weights.csv").read()'),
      '.gitignore': '/output/*\n/metadata/*\ndata/\n',
    },
    later: {'data/weights.csv': 'a\n'},
  },
  'an uncommitted change': {
    rule: 'R-UNCOMMITTED',
    names: 'analysis/count_people.py',
    later: count('# a change'),
  },
  'an untracked file': {rule: 'R-UNTRACKED', names: 'notes.md', later: {'notes.md': 'x'}},
  'a branch that is ahead': {
    rule: 'R-UNPUSHED',
    names: 'main',
    also: (dir) => git(dir, 'commit', '--quiet', '--allow-empty', '--message', 'More'),
  },
  'a branch that was never pushed': {
    rule: 'R-UNPUSHED',
    names: 'idea',
    also: (dir) => git(dir, 'switch', '--quiet', '--create', 'idea'),
  },
  'an absolute path': {
    rule: 'R-ABSOLUTE-PATH',
    names: '/Users/me/people.csv',
    committed: count('more = [] if True else open("/Users/me/people.csv")'),
  },
  'a path out of the study': {
    rule: 'R-PATH-OUTSIDE',
    names: '../shared/people.csv',
    committed: count('more = [] if True else open("../shared/people.csv")'),
  },
  'a link out of the study': {
    rule: 'R-PATH-OUTSIDE',
    names: 'data',
    also: (dir) => {
      symlinkSync('../elsewhere', join(dir, 'data'));
      publish(dir);
    },
  },
  'names that clash': {
    rule: 'R-NAME-CLASH',
    names: 'analysis/Make_People.py',
    committed: {'analysis/Make_People.py': ''},
  },
  'a name that Windows does not have': {
    rule: 'R-NAME-SYSTEM',
    names: 'analysis/aux.txt',
    committed: {'analysis/aux.txt': ''},
  },
  'a folder that nothing makes': {
    rule: 'R-OUTPUT-FOLDER',
    names: 'analysis/make_people.py',
    committed: {
      'analysis/make_people.py': 'open("output/people.csv", "w").write("patient_id\\n1\\n")\n',
    },
  },
  'a folder below the one that is made': {
    rule: 'R-OUTPUT-FOLDER',
    names: 'output/tables',
    committed: yaml('output/counts.csv', 'output/tables/counts.csv'),
  },
  'an image without a version': {
    rule: 'E-RUN-VERSION',
    names: 'project.yaml',
    committed: yaml('python:v2 python analysis/count', 'python python analysis/count'),
  },
  'an image with a wrong version': {
    rule: 'R-IMAGE-VERSION',
    names: 'python:v9',
    committed: yaml('python:v2 python analysis/count', 'python:v9 python analysis/count'),
  },
  'an image that is going away': {
    rule: 'S-IMAGE-LEAVING',
    names: 'python:v1',
    committed: yaml('python:v2 python analysis/count', 'python:v1 python analysis/count'),
  },
  'an edited codelist': {
    rule: 'R-CODELIST-EDITED',
    names: 'codelists/opensafely-asthma.csv',
    committed: {...CODELIST, 'codelists/opensafely-asthma.csv': `${CODES}13,more\n`},
  },
  'a codelist that was not downloaded': {
    rule: 'R-CODELIST-MISSING',
    names: 'opensafely/copd/2021-02-02',
    committed: {
      ...CODELIST,
      'codelists/codelists.txt': 'opensafely/asthma/2020-01-01\nopensafely/copd/2021-02-02\n',
    },
  },
  'a pointer of Git LFS': {
    rule: 'R-LFS',
    names: 'data/large.csv',
    committed: {
      'data/large.csv': `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`,
    },
  },
  'a submodule': {
    rule: 'R-SUBMODULE',
    names: 'shared-code',
    also: (dir) => {
      const head = git(dir, 'rev-parse', 'HEAD');
      git(dir, 'update-index', '--add', '--cacheinfo', `160000,${head},shared-code`);
      git(dir, 'commit', '--quiet', '--message', 'A submodule');
      git(dir, 'push', '--quiet');
    },
  },
  'an output that matches a pattern': {
    rule: 'R-COMMITTED-OUTPUT',
    names: 'output/counts.csv',
    also: (dir) => {
      write(dir, {'output/counts.csv': 'n\n1\n'});
      git(dir, 'add', '--force', 'output/counts.csv');
      publish(dir);
    },
  },
  'a file that is ignored': {
    rule: 'R-COMMITTED-OUTPUT',
    names: 'output/old.txt',
    also: (dir) => {
      write(dir, {'output/old.txt': 'n\n1\n'});
      git(dir, 'add', '--force', 'output/old.txt');
      publish(dir);
    },
  },
  'a table of patients': {
    rule: 'R-COMMITTED-OUTPUT',
    names: 'data/extract.csv',
    committed: {'data/extract.csv': 'patient_id,age\n1,2\n'},
  },
  'a file over the limit': {
    rule: 'R-FILE-SIZE',
    names: 'data/large.bin',
    also: (dir) => {
      mkdirSync(join(dir, 'data'));
      execFileSync('truncate', ['--size=101M', join(dir, 'data/large.bin')]);
      publish(dir);
    },
  },
  'a left-over of the cohort extractor': {
    rule: 'R-COHORTEXTRACTOR',
    names: 'analysis/study_definition.py',
    committed: {'analysis/study_definition.py': 'from cohortextractor import StudyDefinition\n'},
  },
  'an input that the action that makes it does not list': {
    rule: 'R-UNDECLARED-INPUT',
    names: 'output/extra.csv',
    committed: {
      'analysis/make_people.py': `${MAKE}open("output/extra.csv", "w").write("a")\n`,
      ...count('extra = open("output/extra.csv").read()'),
    },
  },
  'an input of an action that is not needed': {
    rule: 'S-NEED-HIDDEN',
    names: 'output/people.csv',
    committed: yaml('    needs: [make_people]\n', ''),
  },
  'a wrong project.yaml': {
    rule: 'E-NEEDS-UNKNOWN',
    names: 'make_peopl',
    committed: yaml('[make_people]', '[make_peopl]'),
  },
};

/** Makes a study of files, committed and pushed; answers its folder, and the one to remove. */
export function studyOf(files: Files): {readonly dir: string; readonly base: string} {
  const base = mkdtempSync(join(tmpdir(), 'study-desk-ready-'));
  const dir = join(base, 'study');
  git(base, 'init', '--quiet', '--bare', '--initial-branch=main', 'origin.git');
  mkdirSync(dir);
  git(dir, 'init', '--quiet', '--initial-branch=main');
  git(dir, 'config', 'core.autocrlf', 'false');
  git(dir, 'remote', 'add', 'origin', join(base, 'origin.git'));
  write(dir, files);
  git(dir, 'add', '--all');
  git(dir, 'commit', '--quiet', '--message', 'A study');
  git(dir, 'push', '--quiet', '--set-upstream', 'origin', 'main');
  return {dir, base};
}

/** A study with a planted fault. */
export function plant({committed, later, also}: Planted): ReturnType<typeof studyOf> {
  const study = studyOf({...READY, ...committed});
  write(study.dir, later ?? {});
  also?.(study.dir);
  return study;
}

/** Removes a study. */
export function remove({base}: {readonly base: string}): void {
  rmSync(base, {recursive: true, force: true});
}

function write(dir: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), {recursive: true});
    writeFileSync(join(dir, path), text);
  }
}

function publish(dir: string): void {
  git(dir, 'add', '--all');
  git(dir, 'commit', '--quiet', '--message', 'More');
  git(dir, 'push', '--quiet');
}
