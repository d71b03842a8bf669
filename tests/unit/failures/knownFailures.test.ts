import {describe, expect, it} from 'vitest';
import {explainFailure} from '../../../electron/failures/explainFailure';
import {factsOf, madeLogs, studyTextOf} from './madeLogs';

const ran = madeLogs('ran.json');
const transcribed = madeLogs('transcribed.json');

/** The rule and the line of the script (null where none can be told) for each; with a part of what is said. */
const expected: Readonly<
  Record<string, readonly [rule: string, line: number | null, says: string]>
> = {
  'py-column': ['py-column', 5, 'The nearest name in `output/dataset.csv` is `stroke_dat`'],
  'py-columns': ['py-columns', 4, '`stroke_dat`'],
  'py-columns-none': ['py-columns', 4, 'There are no columns `ages`, `stroke_date`.'],
  'py-column-attribute': ['py-column-attribute', 4, '`stroke_dat`'],
  'py-column-function': ['py-column', 6, 'The nearest name in `output/dataset.csv` is `region`'],
  'py-usecols': ['py-usecols', 3, '`stroke_dat`'],
  'py-parse-dates': ['py-parse-dates', 3, '`stroke_dat`'],
  'py-drop': ['py-columns', 4, '`stroke_dat`'],
  'py-file': ['py-file', 3, 'is made by `make_cohort`, which is not in `needs`'],
  'py-file-open': ['py-file', 3, 'is made by `make_cohort`, which is not in `needs`'],
  'py-folder-pandas': ['py-folder', 4, 'output/tables'],
  'py-folder-open': ['py-folder', 1, 'output/tables'],
  'py-package': ['py-package', 1, '`lifelines` is not in the image'],
  'py-package-sub': ['py-package', 1, '`sklearn` is not in the image'],
  'py-own-module': ['py-package', 1, 'the study has `analysis/lib/functions/redaction.py`'],
  'py-import-name': ['py-import-name', 1, '`redact_counts`'],
  'py-optional-package': ['py-package', 4, '`openpyxl` is not in the image'],
  'py-feather': ['py-optional-package', 3, '`pyarrow` is not in the image'],
  'py-parquet': ['py-parquet', 4, '`pyarrow` is not in the image'],
  'py-script': ['py-script', null, 'Did you mean `analysis/model.py`?'],
  'py-syntax': ['py-syntax', 1, "'[' was never closed"],
  'py-indent': ['py-indent', 2, 'expected an indented block'],
  'py-tabs': ['py-tabs', 3, 'Tabs and spaces'],
  'py-name': ['py-name', 2, 'Python suggests `threshold`'],
  'py-attribute-module': ['py-attribute-module', 3, 'Python suggests `read_csv`'],
  'py-none': ['py-attribute-none', 4, 'is None'],
  'py-memory': ['py-memory', 3, '1.16 TiB'],
  'py-number': ['py-number', 2, '`unknown`'],
  'py-number-pandas': ['py-number', 4, '`London`'],
  'py-integer-missing': ['py-integer-missing', 4, 'Missing values'],
  'py-date': ['py-date', 3, '`01/09/2020`'],
  'py-date-strptime': ['py-date', 3, '`%Y-%m-%d`'],
  'py-empty': ['py-empty', 3, 'empty'],
  'py-fields': ['py-fields', 3, 'Line 3 of the file that was read has 3 fields instead of 2'],
  'py-merge-keys': ['py-merge-keys', 5, 'right table'],
  'py-merge-types': ['py-merge-types', 5, '`patient_id` has another type'],
  'py-duplicates': ['py-duplicates', 4, 'repeat'],
  'py-length': ['py-length', 4, '2 values cannot become a column of a table of 3 rows'],
  'py-ambiguous': ['py-ambiguous', 4, 'A Series was used'],
  'py-encoding': ['py-encoding', 2, 'not utf-8 text'],
  'py-arguments': ['py-arguments', null, '--output'],
  'py-arguments-unknown': ['py-arguments', null, '--ouput'],
  'py-argv': ['py-argv', 3, 'more arguments'],
  'py-permission': ['py-permission', 1, '/etc/study.txt'],
  'py-network': ['py-network', 3, 'network'],
  'py-gzip': ['py-gzip', 3, 'not compressed'],
  'py-folder-read': ['py-folder-read', 1, 'is a folder'],
  'py-zero': ['py-zero', 3, 'divided by zero'],
  'py-json': ['py-json', 4, 'is not JSON'],
  'py-type': ['py-text-and-number', 2, 'str and int'],
  'py-call-argument': ['py-call', 4, '`rate()`'],
  'py-assertion': ['py-assertion', 4, 'ages outside of 0 to 60'],
  'py-key': ['py-key', 2, '`M`'],
  'py-integer': ['py-integer', 1, '`12.5`'],
  'py-disk': ['py-disk', 2, 'full'],
  'sh-redirect': ['sh-redirect', null, 'mkdir -p output/tables'],
  'sh-redirect-read': ['sh-redirect', null, 'is made by `make_cohort`'],
  'sh-disk': ['sh-disk', null, 'full'],
  'py-recursion': ['py-recursion', 2, 'calls itself'],
  'py-notebook': ['sh-command', null, '`jupyter`'],
  'r-object': ['r-object-in-data', 4, '`stroke_dat`'],
  'r-select': ['r-column', 4, '`stroke_dat`'],
  'r-group': ['r-column', 4, '`region`'],
  'r-undefined-columns': ['r-columns-undefined', null, '`stroke_dat`'],
  'r-join': ['r-join-column', 5, '`patient_id`'],
  'r-join-types': ['r-join-types', 5, '`patient_id` has another type'],
  'r-variable': ['r-object', 2, '`treshold`'],
  'r-package': ['r-package', 1, '`survminer` is not in the image'],
  'r-namespace': ['r-package', 1, '`survminer` is not in the image'],
  'r-file': ['r-file', 1, 'is made by `make_cohort`, which is not in `needs`'],
  'r-file-readr': ['r-file', 3, 'is made by `make_cohort`, which is not in `needs`'],
  'r-file-fread': ['r-file', 3, 'is made by `make_cohort`, which is not in `needs`'],
  'r-file-rds': ['r-file', 1, 'is made by `make_cohort`, which is not in `needs`'],
  'r-source': ['r-source', 1, 'Did you mean `analysis/functions.R`?'],
  'r-folder': ['r-folder', 4, 'output/tables'],
  'r-folder-rds': ['r-folder', 4, 'output/models'],
  'r-folder-readr': ['r-folder', 3, 'output/tables'],
  'r-function': ['r-function', 2, 'summarise_all_of_it'],
  'r-pipe': ['r-pipe', 2, 'library(dplyr)'],
  'r-script': ['r-script', null, 'Did you mean `analysis/model.R`?'],
  'r-parse': ['r-parse', 2, 'unexpected symbol'],
  'r-parse-brace': ['r-parse', 3, "unexpected '}'"],
  'r-parse-end': ['r-parse', null, 'unexpected end of input'],
  'r-memory': ['r-memory', null, '298.0 Gb'],
  'r-rows': ['r-rows', null, '3, 2'],
  'r-replacement': ['r-replacement', null, '2 values'],
  'r-recycle': ['r-recycle', 4, '`score`'],
  'r-number': ['r-number', 2, "isn't a number"],
  'r-bounds': ['r-bounds', 2, 'beyond the end'],
  'r-contrasts': ['r-contrasts', null, 'one value only'],
  'r-missing-condition': ['r-condition-missing', 2, 'NA'],
  'r-empty-condition': ['r-condition-empty', 2, 'empty'],
  'r-long-condition': ['r-condition-long', 2, 'several values'],
  'r-date': ['r-date', null, 'format'],
  'r-unused-argument': ['r-argument-unused', 2, 'person_years = 2'],
  'r-missing-argument': ['r-argument-missing', 4, '`years`'],
  'r-argument-match': ['r-argument-choice', 1, 'median'],
  'r-closure': ['r-closure', 1, '`mean` is a function'],
  'r-atomic': ['r-atomic', 2, 'plain vector'],
  'r-network': ['r-network', 1, 'network'],
  'r-rds-format': ['r-rds', 1, 'saveRDS'],
  'r-permission': ['r-permission', 1, '/etc/study.txt'],
  'r-columns-csv': ['r-empty-file', null, 'empty'],
  'sh-command': ['sh-command', null, '`opensafely-summary`'],
  'sh-command-bash': ['sh-command', null, '`csvcut`'],
  'sh-script': ['sh-script', null, '`analysis/run.sh`'],
  'sh-script-dash': ['sh-script', null, '`analysis/run.sh`'],
  'sh-not-executable': ['sh-not-executable', null, 'bash ./analysis/run.sh'],
  'sh-file': ['sh-file', null, 'is made by `make_cohort`'],
  'sh-copy': ['sh-copy', null, 'is made by `make_cohort`'],
  'sh-folder': ['sh-folder', null, 'mkdir -p output/tables'],
  'sh-syntax': ['sh-syntax', 3, '"fi" unexpected'],
  'sh-line-ends': ['sh-line-ends', null, 'line ends of Windows'],
  'sh-interpreter': ['sh-line-ends', null, 'line ends of Windows'],
  'docker-command': ['docker-command', null, "doesn't contain the program"],
  'docker-not-executable': ['docker-not-executable', null, 'cannot be run'],
  'docker-folder': ['docker-not-executable', null, 'cannot be run'],
  'ehrql-name': ['py-name', 5, '`patient`'],
  'ehrql-type': ['ehrql-definition', 7, 'TypeError'],
  'ehrql-no-dataset': ['ehrql-no-dataset', null, 'create_dataset'],
  'ehrql-no-population': ['ehrql-no-population', null, 'define_population'],
  'ehrql-no-measures': ['ehrql-no-measures', null, 'define_measure'],
  'ehrql-columns': ['ehrql-columns', null, 'sex, stroke_date'],
  'ehrql-data': ['ehrql-data', null, 'ehrQL could not use a data file'],
  'ehrql-permission': ['ehrql-permission', null, 'permission'],
  'ehrql-assurance': ['ehrql-assurance', null, 'assurance tests'],
  'ehrql-arguments': ['ehrql-arguments', null, '--outptu'],
  'ehrql-database-lost': ['ehrql-database-lost', null, 'connection dropped'],
  'ehrql-database-import': ['ehrql-database-import', null, 'new data'],
  'ehrql-database': ['ehrql-database', null, 'refused the query'],
  'ehrql-complex': ['ehrql-complex', null, 'too complex'],
  'ehrql-slow': ['ehrql-slow', null, 'longer than the database allows'],
  'stata-variable': ['stata-variable', 2, '`stroke_dat`'],
  'stata-no-data': ['stata-not-found', null, 'No data'],
  'stata-file': ['stata-file', 1, 'is made by `make_cohort`'],
  'stata-file-exists': ['stata-file-exists', 3, 'replace'],
  'stata-file-open': ['stata-file-open', 3, 'folder'],
  'stata-command': ['stata-command', 2, '`mergemany`'],
  'stata-option': ['stata-option', null, 'replac'],
  'stata-syntax': ['stata-syntax', null, 'invalid syntax'],
  'stata-types': ['stata-types', null, 'Text and numbers'],
  'stata-string': ['stata-string-not-allowed', null, 'destring'],
  'stata-not-unique': ['stata-not-unique', null, 'patient_id'],
  'stata-defined': ['stata-defined', null, '`age`'],
  'stata-no-observations': ['stata-no-observations', null, 'Nothing is left'],
  'stata-memory': ['stata-memory', null, 'memory'],
  'docker-image': ['docker-image', null, 'no such image'],
  'docker-disk': ['docker-disk', null, 'full'],
  'docker-platform': ['docker-platform', null, 'processor'],
};

describe('a failure that is known', () => {
  const all = [...ran, ...transcribed];

  it('is expected of every log that is kept', () => {
    expect(all.map(({name}) => name).sort()).toEqual(Object.keys(expected).sort());
    expect(ran.length).toBeGreaterThanOrEqual(90);
  });

  it.each(all.map((log) => [log.name, log] as const))('is told of %s', async (name, log) => {
    const card = await explainFailure(factsOf(log));
    const [rule, line, says] = expected[name] ?? ['', null, ''];
    expect(card?.rule).toBe(rule);
    expect(card?.place?.line ?? null).toBe(line);
    expect([card?.title, ...(card?.remedies ?? [])].join('\n')).toContain(says);
    const seq = card?.cause.seq ?? null;
    expect(card?.cause.text).toBe(seq === null ? factsOf(log).message : log.log[seq - 100]);
  });

  it('shows at most five lines around the place', async () => {
    const log = ran.find(({name}) => name === 'py-column');
    const card = log === undefined ? null : await explainFailure(factsOf(log));
    expect(card?.place).toEqual({
      path: 'analysis/model.py',
      line: 5,
      firstLine: 3,
      code: [
        ...["dataset = pd.read_csv('output/dataset.csv')", 'print(len(dataset))'],
        ...["first = dataset['stroke_date'].min()", 'print(first)', ''],
      ],
      foundBy: 'message',
      changedSince: false,
    });
  });

  it('comes with the change of project.yaml that adds what is needed', async () => {
    const log = ran.find(({name}) => name === 'py-file');
    if (log === undefined) throw new Error('no such log');
    const facts = factsOf(log);
    const {fix} = (await explainFailure(facts)) ?? {};
    const [edit] = fix?.edits ?? [];
    const text = studyTextOf(log);
    expect(fix?.revision).toBe(7);
    expect(`${text.slice(0, edit?.from)}${edit?.insert ?? ''}${text.slice(edit?.to)}`).toBe(
      text.replace(
        '[generate_dataset, measure_bmi]',
        '[generate_dataset, measure_bmi, make_cohort]',
      ),
    );
  });
});

describe('a failure that the job itself tells', () => {
  const log = {
    name: 'job',
    image: 'python',
    argv: [],
    exitCode: 137,
    files: {},
    log: ['reading'],
  } as const;

  it('is that memory ran out, with the most that was seen', async () => {
    const card = await explainFailure(
      factsOf(
        {...log, argv: [], log: ['reading']},
        {
          outOfMemoryBytes: 4 * 1024 ** 3,
          peakMemoryBytes: 3.9 * 1024 ** 3,
        },
      ),
    );
    expect(card?.rule).toBe('job-memory');
    expect(card?.title).toBe('The job ran out of memory. Limit: 4 GB. Peak: 3.9 GB.');
  });

  it('is an output at another path, with the change of project.yaml', async () => {
    const facts = factsOf(
      {...log, argv: [], log: [], exitCode: 0},
      {
        statusCode: 'unmatched_patterns',
        unmatchedPatterns: ['output/model.csv'],
        unmatchedFiles: ['output/models.csv', 'output/plot.png'],
      },
    );
    const card = await explainFailure(facts);
    expect(card?.title).toBe(
      'The job wrote `output/models.csv`, but project.yaml expects `output/model.csv`.',
    );
    const [edit] = card?.fix?.edits ?? [];
    expect(edit?.insert).toBe('output/models.csv');
    expect(studyTextOf(log).slice(edit?.from, edit?.to)).toBe('output/model.csv');
  });

  it('is not told of a command that was killed for a reason nobody knows', async () => {
    const facts = factsOf({...log, argv: [], log: ['reading']});
    expect(facts.message).toContain('killed');
    expect(await explainFailure(facts)).toBeNull();
  });
});
