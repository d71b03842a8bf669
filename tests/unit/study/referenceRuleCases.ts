import {SHAPE_RULE_CASES} from './shapeRuleCases';
import {O, actionWriting, R, command, output, v3, v5, version, type RuleCase} from './ruleCases';

const MODERATE = 'moderately_sensitive';
/** In a double-quoted scalar; of version 3, which still has the cohort extractor. */
const cohort = (
  outputs: string,
  command = 'cohortextractor:latest generate_cohort',
  more = '',
): string => v3(`a: {run: "${command}${more}", outputs: ${outputs}}`);
const TWO_TIERS = '{highly_sensitive: {a: a.csv}, moderately_sensitive: {b: b.csv}}';
const TWO_FOLDERS = '{highly_sensitive: {a: out/a.csv, b: out2/b.csv}}';
/** Ways to write the command by which the reference does not know it. */
const UNSEEN_COHORTS = [
  'cohortextractor:latest  generate_cohort',
  'cohortextractor:latest\\tgenerate_cohort',
  'cohortextractor:latest\\ngenerate_cohort',
  ' cohortextractor:latest generate_cohort',
  "cohortextractor:latest 'generate_cohort'",
  'cohortextractor:latest --x generate_cohort',
];
const ehrql = (run: string, outputs: string): string =>
  v5(`a: {run: "${run}", outputs: ${outputs}}`);
const DATASET = 'ehrql:v1 generate-dataset d.py --output output/d.csv';

/** The rules of the reference parser in the order in which RULES.md lists them. */
export const REFERENCE_RULE_CASES: readonly RuleCase[] = [
  ...SHAPE_RULE_CASES,
  {
    rule: 'E-PATH-BACKSLASH',
    when: 'the path holds a backslash',
    triggers: [output("'out\\a.csv'")],
    passes: [output('out/a.csv')],
  },
  {
    rule: 'E-PATH-WILDCARD',
    when: 'the path holds `**`, `?` or `[`',
    triggers: [output("'out/**/a.csv'"), output("'a?.csv'"), output("'a[0].csv'")],
    passes: [output("'out/*/a.csv'"), output("'a].csv'"), output("'a{b}.csv'")],
  },
  {
    rule: 'E-PATH-NOEXT',
    when: 'the last part of the path has no extension, or one that ends with `*`',
    triggers: ['out', 'out/', "'out/*'", "'a.c*'", "'x.*'", '.csv', 'a.', 'dir.x/a', "''"].map(
      (path) => output(path),
    ),
    passes: ['.a.csv', "'a.c*v'", 'a..csv', 'a.csv.gz'].map((path) => output(path)),
  },
  {
    rule: 'E-PATH-L4TYPE',
    when: 'a moderately sensitive file is of a type other than csv, jpg, jpeg, png, svg, svgz, html, txt, log, json and md, in lower case',
    triggers: ['a.rds', 'a.CSV', 'a.csv.gz', 'a.pdf', "'*.c*v'"].map((path) =>
      output(path, MODERATE),
    ),
    passes: [output('a.csv', MODERATE), output('a.rds'), output('a.rds', 'minimally_sensitive')],
  },
  {
    rule: 'E-PATH-NORMAL',
    when: 'the path differs from its normal form',
    triggers: ['./a.csv', 'a//b.csv', 'a/./b.csv', 'a/../b.csv'].map((path) => output(path)),
    passes: [output('../a.csv'), output('a/b.csv')],
  },
  {
    rule: 'E-PATH-METADATA',
    when: 'the path is `metadata` or below it',
    triggers: [output('metadata/a.csv')],
    passes: ['metadata.csv', 'Metadata/a.csv', 'a/metadata/b.csv'].map((path) => output(path)),
  },
  {
    rule: 'E-PATH-ABSOLUTE',
    when: 'the path is absolute on POSIX or on Windows',
    triggers: ['/a.csv', '//a.csv', '"C:/a.csv"'].map((path) => output(path)),
    passes: ['"c:a.csv"', '~/a.csv', '$HOME/a.csv'].map((path) => output(path)),
  },
  {
    rule: 'E-RUN-EMPTY',
    when: '`run` is empty (or blank, where the reference crashes)',
    triggers: [command("''"), command("'   '")],
    passes: [command('"r:v2"')],
  },
  {
    rule: 'E-RUN-QUOTING',
    when: 'a quote in `run` is never closed, or it ends with a backslash (the reference crashes)',
    triggers: [command(`"r:v2 'x"`), command("'r:v2 x\\'")],
    passes: [command(`"r:v2 'x'"`), command("'r:v2 x\\ y'")],
  },
  {
    rule: 'E-RUN-VERSION',
    when: 'what follows the first `:` of the image is not `v` with digits and dots (and `-pre`), `dev` or `latest`',
    triggers: [
      'r',
      '"r:"',
      '"r:2"',
      '"r:V2"',
      '"r:v"',
      '"r:v2-alpha"',
      '"r:v1x"',
      '"r:v1:v2"',
      '"r: v2"',
      `"'' x"`,
    ].map(command),
    passes: ['"r:v2"', '"r:v1.2.3"', '"r:v1-pre"', '"r:dev"', '"r:v."', '":v1"'].map(command),
  },
  {
    rule: 'E-NEEDS-SPACE',
    when: 'an entry of `needs` holds a space',
    triggers: [v5(`a: {${R}, ${O}, needs: [a b]}`), v5(`a: {${R}, ${O}, needs: ['b ']}`)],
    passes: [
      v5(
        `a: {${R}, ${O}, needs: [b, c]}`,
        actionWriting('b', 'b.csv'),
        actionWriting('c', 'c.csv'),
      ),
    ],
  },
  {
    rule: 'E-NEEDS-ITEM',
    when: 'an entry of `needs` is not text (the reference crashes)',
    triggers: [v5(`a: {${R}, ${O}, needs: [1]}`), v5(`a: {${R}, ${O}, needs: [null]}`)],
    passes: [
      v5(
        `a: {${R}, ${O}, needs: ["1"]}`,
        `"1": {run: "r:v2 y.R", outputs: {highly_sensitive: {o: b.csv}}}`,
      ),
    ],
  },
  {
    rule: 'E-COHORT-TIERS',
    when: 'the text of `run` begins with `cohortextractor:… generate_cohort`, one space between, and there is more than one tier, an empty one counted; at any version',
    triggers: [
      cohort(TWO_TIERS),
      cohort('{highly_sensitive: {a: a.csv}, minimally_sensitive: {}}'),
      cohort(TWO_TIERS, 'cohortextractor:latest generate_cohort_x'),
      cohort(TWO_TIERS, 'cohortextractor:latest generate_cohort.y'),
      version('4', `a: {run: "cohortextractor:latest generate_cohort", outputs: ${TWO_TIERS}}`),
      v5(`a: {run: "cohortextractor:v1 generate_cohort", outputs: ${TWO_TIERS}}`),
    ],
    passes: [
      cohort('{highly_sensitive: {a: a.csv, b: b.csv}}'),
      ...UNSEEN_COHORTS.map((run) => cohort(TWO_TIERS, run)),
    ],
  },
  {
    rule: 'E-COHORT-DIRS',
    when: 'the same command has outputs in several directories, or none at all, and no `--output-dir`',
    triggers: [
      cohort(TWO_FOLDERS),
      cohort('{highly_sensitive: {}}'),
      version(
        '1',
        'a: {run: "cohortextractor:latest generate_cohort", outputs: {highly_sensitive: {}}}',
      ),
      version('4', `a: {run: "cohortextractor:latest generate_cohort", outputs: ${TWO_FOLDERS}}`),
      cohort(TWO_FOLDERS, 'cohortextractor:latest generate_cohort', ' --output-directory=out'),
    ],
    passes: [
      cohort(TWO_FOLDERS, 'cohortextractor:latest generate_cohort', ' --output-dir=out'),
      cohort(TWO_FOLDERS, 'cohortextractor:latest generate_cohort', ' --output-dir'),
      cohort(
        '{highly_sensitive: {}}',
        'cohortextractor:latest generate_cohort',
        ' --output-dir=out',
      ),
      cohort('{highly_sensitive: {a: out/a.csv, b: out/b.csv}}'),
      ...UNSEEN_COHORTS.map((run) => cohort(TWO_FOLDERS, run)),
    ],
  },
  {
    rule: 'E-EHRQL-TIER',
    when: '`ehrql:… generate-dataset` (also `databuilder`, also `generate_dataset`) has moderately or minimally sensitive outputs',
    triggers: [
      ehrql(DATASET, '{moderately_sensitive: {d: output/d.csv}}'),
      ehrql(
        DATASET,
        '{highly_sensitive: {d: output/d.csv}, minimally_sensitive: {e: output/e.csv}}',
      ),
    ],
    passes: [
      ehrql(DATASET, '{highly_sensitive: {d: output/d.csv}}'),
      ehrql(DATASET, '{highly_sensitive: {d: output/d.csv}, moderately_sensitive: {}}'),
      ehrql(DATASET.replace(' ', '  '), '{moderately_sensitive: {d: output/d.csv}}'),
    ],
  },
  {
    rule: 'E-EHRQL-NOOUTPUT',
    when: 'the same command has no `--output`, or its first one has no value',
    triggers: [
      ehrql('ehrql:v1 generate-dataset d.py', '{highly_sensitive: {d: output/d.csv}}'),
      ehrql('ehrql:v1 generate-dataset d.py --output=', '{highly_sensitive: {d: output/d.csv}}'),
      ehrql(
        'ehrql:v1 generate-dataset d.py --output= --output=a.csv',
        '{highly_sensitive: {d: a.csv}}',
      ),
      ehrql(
        "ehrql:v1 generate-dataset d.py --output '' --output a.csv",
        '{highly_sensitive: {d: a.csv}}',
      ),
      ehrql('ehrql:v1 generate-dataset d.py --output', '{highly_sensitive: {d: output/d.csv}}'),
    ],
    passes: [
      ehrql(DATASET, '{highly_sensitive: {d: output/d.csv}}'),
      ehrql('ehrql:v1 generate-measures d.py', '{highly_sensitive: {d: output/d.csv}}'),
    ],
  },
  {
    rule: 'E-EHRQL-MISMATCH',
    when: 'what the first `--output` names is not listed, neither as it is nor as `directory:extension`',
    triggers: [
      ehrql(DATASET, '{highly_sensitive: {d: output/e.csv}}'),
      ehrql(DATASET, "{highly_sensitive: {d: 'output/*.csv'}}"),
      ehrql(DATASET.replace('output/d', './output/d'), '{highly_sensitive: {d: output/d.csv}}'),
      ehrql(
        'ehrql:v1 generate-dataset d.py --output output:csv',
        '{highly_sensitive: {d: other/d.csv}}',
      ),
      ehrql('ehrql:v1 generate-dataset d.py --output :csv', '{highly_sensitive: {d: d.csv}}'),
      ehrql(
        'ehrql:v1 generate-dataset d.py --output b.csv --output=a.csv',
        '{highly_sensitive: {d: a.csv}}',
      ),
      ehrql(
        'ehrql:v1 generate-dataset d.py --output --output=a.csv',
        '{highly_sensitive: {d: a.csv}}',
      ),
      ...['a[c-a]/x:csv', 'a[z-a]/x:csv', 'a[!b]/x:csv'].map((spec) =>
        ehrql(
          `ehrql:v1 generate-dataset d.py --output '${spec}'`,
          '{highly_sensitive: {d: ab/x/d.csv}}',
        ),
      ),
    ],
    passes: [
      ehrql(DATASET, '{highly_sensitive: {d: output/d.csv, e: e.csv}}'),
      ehrql(
        'ehrql:v1 generate-dataset d.py --output=output/d.csv',
        '{highly_sensitive: {d: output/d.csv}}',
      ),
      ehrql(
        'ehrql:v1 generate-dataset d.py --output output:csv',
        '{highly_sensitive: {d: output/sub/d.csv}}',
      ),
      ehrql(
        'ehrql:v1 generate-dataset d.py --output output/:csv.gz',
        '{highly_sensitive: {d: output/d.csv.gz}}',
      ),
      ...['a[!c-a]/x:csv', 'a[a-c]/x:csv', 'a?/x:csv'].map((spec) =>
        ehrql(
          `ehrql:v1 generate-dataset d.py --output '${spec}'`,
          '{highly_sensitive: {d: ab/x/d.csv}}',
        ),
      ),
    ],
  },
  {
    rule: 'E-COHORT-REMOVED',
    when: 'from version 4 on an image begins with `cohortextractor`',
    triggers: [
      version('4', `a: {run: "cohortextractor:latest x", ${O}}`),
      version('4', `a: {run: "cohortextractor:latest generate_cohort", ${O}}`),
      v5(`a: {run: "cohortextractor-foo:v1 x", ${O}}`),
      ...UNSEEN_COHORTS.map((run) => version('4', `a: {run: "${run}", outputs: ${TWO_TIERS}}`)),
    ],
    passes: [v3(`a: {run: "cohortextractor:latest x", ${O}}`)],
  },
  {
    rule: 'E-LATEST',
    when: 'from version 5 on an image ends with `:latest`',
    triggers: [command('"r:latest x"')],
    passes: [version('4', `a: {run: "r:latest x", ${O}}`), command('"r:v2 x a:latest"')],
  },
  {
    rule: 'E-DUP-RUN',
    when: 'two actions have the very same `run`',
    triggers: [
      v5(`a: {${R}, ${O}}`, `b: {${R}, outputs: {highly_sensitive: {o: b.csv}}, config: {x: 1}}`),
    ],
    passes: [
      v5(`a: {${R}, ${O}}`, 'b: {run: "r:v2  x.R", outputs: {highly_sensitive: {o: b.csv}}}'),
    ],
  },
  {
    rule: 'E-DUP-PATH',
    when: 'from version 2 on the very same path is given twice in the file',
    triggers: [
      v5(actionWriting('a', 'a.csv'), actionWriting('b', 'a.csv')),
      v5(`a: {${R}, outputs: {highly_sensitive: {o: a.csv}, moderately_sensitive: {p: a.csv}}}`),
    ],
    passes: [
      version('1', actionWriting('a', 'a.csv'), actionWriting('b', 'a.csv')),
      v5(actionWriting('a', 'a.csv'), actionWriting('b', 'A.csv')),
      v5(actionWriting('a', 'a.csv'), actionWriting('b', "'*.csv'")),
    ],
  },
  {
    rule: 'E-NEEDS-UNKNOWN',
    when: 'an action needs one that is not in the file',
    triggers: [v5(`a: {${R}, ${O}, needs: [zz]}`), v5(`a: {${R}, ${O}, needs: [run_all]}`)],
    passes: [v5(`a: {${R}, ${O}, needs: [b]}`, actionWriting('b', 'b.csv'))],
  },
  {
    rule: 'E-EXPECT-MISSING',
    when: 'version 3 has no `expectations`',
    triggers: [version('3', `a: {${R}, ${O}}`)],
    passes: [version('2', `a: {${R}, ${O}}`), version('3.5', `a: {${R}, ${O}}`)],
  },
  {
    rule: 'E-EXPECT-UNSUPPORTED',
    when: 'from version 4 on `expectations` is given and not null',
    triggers: [
      'version: 5\nactions: {}\nexpectations: {}\n',
      'version: 4.5\nactions: {}\nexpectations: {population_size: 10}\n',
    ],
    passes: [
      'version: 5\nactions: {}\nexpectations:\n',
      'version: 2\nactions: {}\nexpectations: nonsense\n',
    ],
  },
  {
    rule: 'E-EXPECT-TYPE',
    when: 'in version 3 `expectations` is not a mapping',
    triggers: ['version: 3\nactions: {}\nexpectations: []\n'],
    passes: ['version: 3\nactions: {}\nexpectations: {population_size: 10}\n'],
  },
  {
    rule: 'E-EXPECT-NOPOP',
    when: 'in version 3 `expectations` has no `population_size`',
    triggers: [
      'version: 3\nactions: {}\nexpectations: {}\n',
      'version: 3\nactions: {}\nexpectations: {x: 1}\n',
    ],
    passes: ['version: 3\nactions: {}\nexpectations: {population_size: 10}\n'],
  },
  {
    rule: 'E-EXPECT-UNKNOWN',
    when: 'in version 3 `expectations` has another key',
    triggers: ['version: 3\nactions: {}\nexpectations: {population_size: 10, x: 1}\n'],
    passes: ['version: 3\nactions: {}\nexpectations: {population_size: 10}\n'],
  },
  {
    rule: 'E-EXPECT-NUMBER',
    when: 'in version 3 `population_size` cannot be made a whole number',
    triggers: ['ten', "'10.7'", 'null', '.nan', '.inf'].map(
      (size) => `version: 3\nactions: {}\nexpectations: {population_size: ${size}}\n`,
    ),
    passes: ["'10'", "'1_000'", '10.7', 'true', '-5'].map(
      (size) => `version: 3\nactions: {}\nexpectations: {population_size: ${size}}\n`,
    ),
  },
  {
    rule: 'W-OLD-VERSION',
    when: 'the version is not 5',
    triggers: [version('4', `a: {${R}, ${O}}`), 'version: .nan\nactions: {}\n'],
    passes: [v5(`a: {${R}, ${O}}`)],
  },
  {
    rule: 'W-RUN-ALL',
    when: 'below version 5 an action is called `run_all`',
    triggers: [version('4', `run_all: {${R}, ${O}}`)],
    passes: [version('4', `run-all: {${R}, ${O}}`)],
  },
];
