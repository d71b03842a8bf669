import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {findNeeds} from '../../../electron/provenance/needs';
import type {NeedFindings, StudyNow} from '../../../electron/provenance/provenance';
import type {SuccessRecord} from '../../../electron/provenance/successLedger';
import {buildGraph} from '../../../electron/study/buildGraph';
import {readProject} from '../../../electron/study/readProject';
import {STYLES} from './scriptStyles';

interface Given {
  readonly run: string;
  readonly needs: readonly string[];
  readonly output: string;
  /** The text of its script. */
  readonly code?: string;
  /** Files of its needs that its latest job was not seen to read. */
  readonly notRead?: readonly string[];
}

function studyOf(text: string): StudyNow {
  const {project, problems} = readProject(text);
  if (project === null) throw new Error(problems.map(({message}) => message).join('\n'));
  return {
    project,
    graph: buildGraph(project.actions),
    imageIds: new Map(),
    successes: new Map(),
  };
}

function recordOf(study: StudyNow, name: string, notRead: readonly string[]): SuccessRecord | null {
  const action = study.project.actions.find((each) => each.name === name);
  if (action === undefined) return null;
  return {
    format: 1,
    action: name,
    jobId: 'j',
    completedAt: '2026-11-01T00:00:00Z',
    restoredAt: null,
    runLine: action.run.raw,
    configJson: action.configJson,
    imageId: null,
    actionCommit: null,
    outputPatterns: [],
    codeFoundBy: 'observed',
    codeManifest: '',
    // the digest of a list is all that the list's reader is asked with here
    inputManifest: name,
    inputsNotRead: [...notRead],
    outputs: [],
  };
}

function find(
  actions: Readonly<Record<string, Given>>,
  library: Readonly<Record<string, string>> = {},
): NeedFindings {
  const yaml = Object.entries(actions).map(
    ([name, {run, needs, output}]) =>
      `  ${name}:\n    run: ${run}\n    needs: [${needs.join(', ')}]\n    outputs:\n      highly_sensitive:\n        o: ${output}\n`,
  );
  const study = studyOf(`version: 5\nactions:\n${yaml.join('')}`);
  const texts: Record<string, string> = {...library};
  for (const {run, code} of Object.values(actions)) {
    const script = run.split(' ').find((word) => /\.(py|R|do)$/.test(word));
    if (script !== undefined && code !== undefined) texts[script] = code;
  }
  const outputOf = (need: string): string => (actions[need]?.output ?? '').replace('*', 'x');
  return findNeeds(study, {
    codePaths: Object.keys(texts),
    readText: (path) => texts[path] ?? null,
    recordOf: (name) => recordOf(study, name, actions[name]?.notRead ?? []),
    listed: (name) => (actions[name]?.needs ?? []).map(outputOf),
  });
}

const made = (name: string): Given => ({
  run: `python:v2 python make_${name}.py`,
  needs: [],
  output: `output/${name}.csv`,
  code: 'print(1)\n',
});
const BASE = {
  cohort: made('cohort'),
  deaths: made('deaths'),
  bmi: made('bmi'),
  tables: {...made('tables'), output: 'output/tables/*.csv'},
  model: {...made('model'), output: 'output/model.rds'},
  panel: {...made('panel'), output: 'output/panel.dta'},
} as const;

const r = (name: string, code: string, more: Partial<Given> = {}): Given => ({
  run: `r:v2 ${name}.R`,
  needs: ['cohort'],
  output: `output/${name}_out.csv`,
  code,
  ...more,
});
const py = (name: string, code: string, more: Partial<Given> = {}): Given => ({
  run: `python:v2 python ${name}.py`,
  needs: ['cohort'],
  output: `output/${name}_out.csv`,
  code: `import pandas as pd\n${code}`,
  ...more,
});
const COHORT_R = 'd <- read_csv("output/cohort.csv")\n';
const COHORT_PY = 'd = pd.read_csv("output/cohort.csv")\n';

/** Twelve hidden needs and eight that are not used, each in its own way. */
const PLANTED: Readonly<Record<string, readonly [need: string, kind: 'hidden' | 'unused', Given]>> =
  {
    h1: [
      'deaths',
      'hidden',
      r('h1', `${COHORT_R}x <- read_csv(here::here("output", "deaths.csv"))\n`),
    ],
    h2: [
      'model',
      'hidden',
      r('h2', `${COHORT_R}path <- file.path("output", "model.rds")\nm <- readRDS(path)\n`),
    ],
    h3: ['tables', 'hidden', r('h3', `${COHORT_R}x <- fread("output/tables/age.csv")\n`)],
    h4: ['deaths', 'hidden', py('h4', `${COHORT_PY}x = pd.read_csv("output/deaths.csv")\n`)],
    h5: [
      'bmi',
      'hidden',
      py(
        'h5',
        `from pathlib import Path\nOUT = Path("output")\n${COHORT_PY}x = pd.read_csv(OUT / "bmi.csv")\n`,
      ),
    ],
    h6: [
      'deaths',
      'hidden',
      py(
        'h6',
        `def load():\n    return pd.read_csv("output/deaths.csv")\n\n${COHORT_PY}x = load()\n`,
      ),
    ],
    h7: [
      'bmi',
      'hidden',
      py('h7', COHORT_PY, {run: 'python:v2 python h7.py --bmi output/bmi.csv'}),
    ],
    h8: [
      'panel',
      'hidden',
      {
        run: 'stata-mp:v1 h8.do',
        needs: ['cohort'],
        output: 'output/h8.csv',
        code: 'import delimited "output/cohort.csv", clear\nmerge 1:1 patient_id using "output/panel"\n',
      },
    ],
    h9: ['model', 'hidden', r('h9', `source("lib.R")\n${COHORT_R}`)],
    h10: ['bmi', 'hidden', r('h10', `${COHORT_R}bmi <- "output/bmi.csv" %>%\n  read_csv()\n`)],
    h11: [
      'deaths',
      'hidden',
      py('h11', `with open("output/deaths.csv") as f:\n    lines = f.readlines()\n${COHORT_PY}`),
    ],
    // needed only by what it needs
    h12: ['cohort', 'hidden', r('h12', COHORT_R, {needs: ['h1']})],
    u1: [
      'bmi',
      'unused',
      r('u1', COHORT_R, {needs: ['cohort', 'bmi'], notRead: ['output/bmi.csv']}),
    ],
    u2: [
      'deaths',
      'unused',
      py('u2', COHORT_PY, {needs: ['deaths', 'cohort'], notRead: ['output/deaths.csv']}),
    ],
    u3: [
      'tables',
      'unused',
      r('u3', COHORT_R, {needs: ['cohort', 'tables'], notRead: ['output/tables/x.csv']}),
    ],
    u4: [
      'model',
      'unused',
      py('u4', 'import csv\nd = list(csv.reader(open("output/cohort.csv")))\n', {
        needs: ['cohort', 'model'],
        notRead: ['output/model.rds'],
      }),
    ],
    u5: [
      'panel',
      'unused',
      {
        run: 'stata-mp:v1 u5.do',
        needs: ['cohort', 'panel'],
        output: 'output/u5.csv',
        code: 'import delimited "output/cohort.csv", clear\n',
        notRead: ['output/panel.dta'],
      },
    ],
    u6: [
      'bmi',
      'unused',
      py('u6', '# output/bmi.csv is no longer read\nd = pd.read_csv("output/cohort.csv")\n', {
        needs: ['cohort', 'bmi'],
        notRead: ['output/bmi.csv'],
      }),
    ],
    u7: [
      'deaths',
      'unused',
      r('u7', `source("lib2.R")\n${COHORT_R}`, {
        needs: ['cohort', 'deaths'],
        notRead: ['output/deaths.csv'],
      }),
    ],
    u8: [
      'cohort',
      'unused',
      r('u8', 'd <- read_csv("output/bmi.csv")\n', {
        needs: ['cohort', 'bmi'],
        notRead: ['output/cohort.csv'],
      }),
    ],
  };

/** Needs that are as they must be, though it does not look so. */
const FINE: Readonly<Record<string, Given>> = {
  f1: r('f1', COHORT_R),
  f2: r('f2', `${COHORT_R}if (file.exists("output/bmi.csv")) b <- read_csv("output/bmi.csv")\n`),
  f3: r(
    'f3',
    `args <- commandArgs(TRUE)\n${COHORT_R}if (args[1] == "deaths") {\n  x <- read_csv("output/deaths.csv")\n}\n`,
  ),
  f4: r('f4', `${COHORT_R}write_csv(d, "output/f4_out.csv")\nx <- read_csv("output/f4_out.csv")\n`),
  f5: py(
    'f5',
    `${COHORT_PY}try:\n    b = pd.read_csv("output/bmi.csv")\nexcept FileNotFoundError:\n    b = None\n`,
  ),
  f6: py('f6', `import sys\nd = pd.read_csv(f"output/{sys.argv[1]}.csv")\n`, {
    run: 'python:v2 python f6.py cohort',
  }),
  f7: py(
    'f7',
    `SOURCES = {"a": "output/cohort.csv", "b": "output/deaths.csv"}\nd = pd.read_csv(SOURCES["a"])\n`,
  ),
  f8: py('f8', `import shutil\nshutil.copy("output/cohort.csv", "output/f8_out.csv")\n`, {
    notRead: ['output/cohort.csv'],
  }),
  f9: r('f9', 'files <- list.files("output", full.names = TRUE)\nd <- lapply(files, read_csv)\n', {
    notRead: ['output/cohort.csv'],
  }),
  f10: py('f10', `import glob\nd = [pd.read_csv(each) for each in glob.glob("output/*.csv")]\n`, {
    notRead: ['output/cohort.csv'],
  }),
  f11: r('f11', `source("unused_reader.R")\n${COHORT_R}`),
  f12: r('f12', `${COHORT_R}# read_csv("output/deaths.csv")\nmessage("see output/deaths.csv")\n`),
  f13: {
    run: 'python:v2 sh run.sh output/cohort.csv',
    needs: ['cohort'],
    output: 'output/f13.csv',
    notRead: ['output/cohort.csv'],
  },
  f19: py(
    'f19',
    `import csv\nimport subprocess\nrows = csv.reader(open("output/cohort.csv"))\nsubprocess.run(["sort", "output/" + name])\n`,
    {needs: ['cohort', 'bmi'], notRead: ['output/bmi.csv']},
  ),
  f14: py(
    'f14',
    `${COHORT_PY}d.to_csv("output/bmi.csv.tmp")\nopen("output/f14_out.csv", "w").write("x")\n`,
  ),
  f15: {run: 'some-action:v1.0 output/deaths.csv', needs: ['cohort'], output: 'output/f15.csv'},
  // reads what is made by those that need it: an output of a former run
  f16: r('f16', `${COHORT_R}x <- read_csv("output/f17_out.csv")\n`),
  f17: r('f17', 'x <- read_csv("output/f16_out.csv")\n', {needs: ['f16']}),
  f18: {
    run: 'ehrql:v1 generate-dataset def.py --dummy-data-file dummy/cohort.csv --output output/f18.csv',
    needs: [],
    output: 'output/f18.csv',
    code: 'from ehrql import create_dataset\n',
  },
};

const LIBRARY = {
  'lib.R': 'm <- readRDS("output/model.rds")\n',
  'lib2.R': 'round_it <- function(x) round(x)\n',
  'unused_reader.R': 'load_deaths <- function() {\n  read_csv("output/deaths.csv")\n}\n',
  'dummy/cohort.csv': 'patient_id\n',
};

it('finds at least 18 of 20 planted needs, and at most two that are none', () => {
  const planted = Object.fromEntries(
    Object.entries(PLANTED).map(([name, [, , given]]) => [name, given]),
  );
  const {hidden, unused} = find({...BASE, ...planted, ...FINE}, LIBRARY);
  const found = [
    ...hidden.map(({action, need}) => `${action} hidden ${need}`),
    ...unused.map(({action, need}) => `${action} unused ${need}`),
  ];
  const wanted = Object.entries(PLANTED).map(([name, [need, kind]]) => `${name} ${kind} ${need}`);
  expect(wanted).toHaveLength(20);
  // measured: all but what comes through a pipe
  expect(wanted.filter((each) => !found.includes(each))).toEqual(['h10 hidden bmi']);
  expect(found.filter((each) => !wanted.includes(each))).toEqual([]);
});

describe('a study whose needs are complete', () => {
  const sample = join(__dirname, '../../../electron/sample/study');
  const files = readdirSync(sample, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(sample.length + 1));
  const read = (path: string): string => readFileSync(join(sample, path), 'utf8');
  const study = studyOf(read('project.yaml'));
  const outputOf = (need: string): readonly string[] =>
    study.project.actions
      .find(({name}) => name === need)
      ?.outputs.map(({pattern}) => pattern.replace('*', '2024')) ?? [];

  it('has no warnings, even where none of its jobs was seen to read anything', () => {
    const given = (name: string): readonly string[] =>
      (study.project.actions.find((each) => each.name === name)?.needs ?? []).flatMap(outputOf);
    expect(
      findNeeds(study, {
        codePaths: files,
        readText: read,
        recordOf: (name) => recordOf(study, name, given(name)),
        listed: given,
      }),
    ).toEqual({hidden: [], unused: []});
  });

  it('has one where a need is taken out', () => {
    const cut = read('project.yaml').replace('needs: [count_by_region]', 'needs: []');
    const {hidden} = findNeeds(studyOf(cut), {
      codePaths: files,
      readText: read,
      recordOf: () => null,
      listed: () => [],
    });
    expect(hidden.map(({action, need}) => [action, need])).toEqual([
      ['draw_region_chart', 'count_by_region'],
    ]);
  });
});

it('has nothing to say of 400 actions whose needs are complete', () => {
  const actions: Record<string, Given> = {start: made('start')};
  let before = 'start';
  for (let index = 0; index < 400; index += 1) {
    const name = `step_${index}`;
    const output = `output/${name}.csv`;
    const style = STYLES[index % STYLES.length]?.(actions[before]?.output ?? '', output);
    if (style === undefined) throw new Error('there is no such style');
    const run = style.run.replace('SCRIPT', `${name}.${style.end}`);
    const input = actions[before]?.output ?? '';
    actions[name] = {run, code: style.code ?? '', needs: [before], output, notRead: [input]};
    if (index % 5 === 0) before = name;
  }
  expect(find(actions)).toEqual({hidden: [], unused: []});
});
