import {O, R, command, output, v5, version, type RuleCase} from './ruleCases';

const action = (name: string, more: string): string =>
  `${name}: {run: "r:v2 ${name}.R", outputs: {highly_sensitive: {o: ${name}.csv}}, ${more}}`;
const outputs = (name: string, tiers: string): string =>
  `${name}: {run: "r:v2 ${name}.R", outputs: {${tiers}}}`;

/** The rules beyond the reference, which passes every one of these files. */
export const EXTRA_RULE_CASES: readonly RuleCase[] = [
  {
    rule: 'S-CYCLE',
    when: 'actions need each other in a circle, which the message walks',
    triggers: [v5(action('a', 'needs: [b]'), action('b', 'needs: [c]'), action('c', 'needs: [a]'))],
    passes: [v5(action('a', 'needs: [b, c]'), action('b', 'needs: [c]'), action('c', 'needs: []'))],
  },
  {
    rule: 'S-SELF-NEED',
    when: 'an action needs itself',
    triggers: [v5(action('a', 'needs: [a]'))],
    passes: [v5(action('a', 'needs: [b]'), action('b', 'needs: []'))],
  },
  {
    rule: 'S-PATH-OUTSIDE',
    when: 'the path of an output leads out of the study through `..`',
    triggers: [output('../a.csv'), output('../../b/c.csv')],
    passes: [output('..a.csv'), output('a../b.csv')],
  },
  {
    rule: 'S-PATH-PROJECT',
    when: 'an output pattern stands for project.yaml',
    triggers: [output('project.yaml'), output("'*.yaml'")],
    passes: [output('output/project.yaml'), output("'output/*.yaml'")],
  },
  {
    rule: 'S-OVERLAP',
    when: 'two patterns of different tiers or actions stand for the same file, of which one is named',
    triggers: [
      v5(
        outputs('a', "highly_sensitive: {o: 'out/*.csv'}"),
        outputs('b', 'highly_sensitive: {o: out/table.csv}'),
      ),
      v5(
        outputs(
          'a',
          "highly_sensitive: {o: 'out/a*.csv'}, moderately_sensitive: {p: 'out/*b.csv'}",
        ),
      ),
      version(
        '1',
        outputs('a', 'highly_sensitive: {o: a.csv}, moderately_sensitive: {p: "a*.csv"}'),
      ),
      v5(
        outputs('a', "highly_sensitive: {o: 'out/a.c*v'}"),
        outputs('b', 'highly_sensitive: {o: out/a.csv}'),
      ),
    ],
    passes: [
      v5(outputs('a', "highly_sensitive: {o: 'out/*.csv', p: 'out/a*.csv'}")),
      v5(
        outputs('a', "highly_sensitive: {o: 'out/*.csv'}"),
        outputs('b', 'highly_sensitive: {o: out/sub/table.csv}'),
      ),
      v5(
        outputs('a', "highly_sensitive: {o: 'out/a*.csv'}"),
        outputs('b', "highly_sensitive: {o: 'out/b*.csv'}"),
      ),
    ],
  },
  {
    rule: 'S-CASE-ONLY',
    when: 'two paths or two action names differ in upper and lower case only',
    triggers: [
      v5(
        outputs('a', 'highly_sensitive: {o: out/a.csv}'),
        outputs('b', 'highly_sensitive: {o: out/A.csv}'),
      ),
      v5(
        outputs('a', 'highly_sensitive: {o: x.csv}'),
        outputs('A', 'highly_sensitive: {o: y.csv}'),
      ),
    ],
    passes: [
      v5(
        outputs('a', 'highly_sensitive: {o: out/a.csv}'),
        outputs('b', 'highly_sensitive: {o: out/b.csv}'),
      ),
    ],
  },
  {
    rule: 'S-MODERATE-REFUSED',
    when: 'a moderately sensitive pattern can take along a file of a type that may not be moderately sensitive',
    triggers: [
      v5(outputs('a', 'moderately_sensitive: {o: out/a.csv}, highly_sensitive: {p: out/a.csv.gz}')),
      v5(
        outputs('a', "moderately_sensitive: {o: 'out/*.csv'}, highly_sensitive: {p: out/a.csv.gz}"),
      ),
    ],
    passes: [
      v5(outputs('a', 'moderately_sensitive: {o: out/a.csv}, highly_sensitive: {p: out/b.csv.gz}')),
      v5(
        outputs('a', 'moderately_sensitive: {o: out/a.csv}'),
        outputs('b', 'highly_sensitive: {p: out/a.csv.gz}'),
      ),
    ],
  },
  {
    rule: 'S-UNKNOWN-IMAGE',
    when: 'the image is neither a runtime nor a known reusable action; the nearest known name is suggested',
    triggers: [command('"pyton:v2 x.py"'), command('"nosuchimage:v1"'), command('"R:v2 x.R"')],
    passes: [command('"python:v2 x.py"'), command('"cohort-report:v3.0.0"')],
  },
  {
    rule: 'S-SCRIPT-MISSING',
    when: 'the study has no file of the name that the command gives; the nearest file is suggested',
    triggers: [command('"r:v2 analysis/modle.R"'), command('"python:v2 python analysis/Model.R"')],
    passes: [
      command('"r:v2 analysis/model.R"'),
      command('"r:v2 ./analysis/model.R"'),
      command('"safetab:v4.0.0 analysis/other.R"'),
    ],
    files: ['analysis/model.R', 'project.yaml'],
  },
  {
    rule: 'S-NEEDS-REPEATED',
    when: '`needs` lists an action twice',
    triggers: [v5(action('a', 'needs: [b, b]'), action('b', 'needs: []'))],
    passes: [v5(action('a', 'needs: [b, c]'), action('b', 'needs: []'), action('c', 'needs: []'))],
  },
  {
    rule: 'S-ACTION-NAME',
    when: 'an action name is not text, or holds something other than letters, digits, `_` and `-`',
    triggers: [v5(`a b: {${R}, ${O}}`), v5(`a/b: {${R}, ${O}}`), v5(`1: {${R}, ${O}}`)],
    passes: [v5(`a-b_1: {${R}, ${O}}`), v5(`"1": {${R}, ${O}}`)],
  },
  {
    rule: 'S-LATEST',
    when: 'below version 5 an image has the version `latest`, which means `v1`',
    triggers: [version('4', `a: {run: "r:latest x.R", ${O}}`)],
    passes: [version('4', `a: {run: "r:v2 x.R", ${O}}`)],
  },
  {
    rule: 'S-IMAGE-LEAVING',
    when: 'the image is going to be removed, or is refused by the server',
    triggers: [
      command('"r:v1 x.R"'),
      command('"databuilder:v0 x"'),
      version('3.5', `a: {run: "cohortextractor:v1 x", ${O}}`),
    ],
    passes: [command('"r:v2 x.R"')],
  },
  {
    rule: 'S-CONFIG-JSON',
    when: 'a value of `config` has no JSON form: a date',
    triggers: [v5(`a: {${R}, ${O}, config: {from: 2020-01-01}}`)],
    passes: [v5(`a: {${R}, ${O}, config: {from: "2020-01-01"}}`)],
  },
  {
    rule: 'S-NO-PATTERN',
    when: 'an action has tiers but no outputs in them',
    triggers: [v5(`a: {${R}, outputs: {highly_sensitive: {}}}`)],
    passes: [v5(`a: {${R}, ${O}}`)],
  },
  {
    rule: 'S-OUTPUT-IS-SCRIPT',
    when: 'a script that a command names fits an output pattern',
    triggers: [
      v5(`a: {run: "r:v2 analysis/model.R", outputs: {highly_sensitive: {o: 'analysis/*.R'}}}`),
    ],
    passes: [
      v5(`a: {run: "r:v2 analysis/model.R", outputs: {highly_sensitive: {o: 'output/*.R'}}}`),
    ],
    files: ['analysis/model.R'],
  },
  {
    rule: 'S-PATTERN-SPACE',
    when: 'the path of an output has blanks around it or a line break in it',
    triggers: [output("' a.csv'"), output('"a\\nb.csv"')],
    passes: [output("'a b.csv'")],
  },
  {
    rule: 'S-WINDOWS-NAME',
    when: 'a part of the path cannot be a file name on Windows',
    triggers: [output("'a:b.csv'"), output('nul.csv'), output('"dir./a.csv"')],
    passes: [output('null.csv'), output("'x.y/a.csv'")],
  },
  {
    rule: 'S-DUMMY-UNUSED',
    when: '`dummy_data_file` is given for another command than `generate_cohort`',
    triggers: [v5(`a: {${R}, ${O}, dummy_data_file: d.csv}`)],
    passes: [
      `${version('3', `a: {run: "cohortextractor:v1 generate_cohort", ${O}, dummy_data_file: d.csv}`)}expectations: {population_size: 10}\n`,
    ],
  },
];
