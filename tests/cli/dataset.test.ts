import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {cellFault, openDummyTable} from '../../shared/dummyTable';
import {ensureTestImages} from '../../build/testImages.mjs';
import {firstOf, isLong, longTest} from '../gateShare';
import {
  definitionsLeft,
  definitionsRunning,
  EHRQL_REGISTRY,
  ensureEhrqlImage,
  makeOtherEhrql,
  noEhrql,
  pythonInEhrql,
} from './ehrqlImage';
import {folderOf, runCli, startCli} from './runCli';

const HEAD = `from ehrql import create_dataset, get_parameter, show
from ehrql.tables.tpp import clinical_events, patients

dataset = create_dataset()
dataset.define_population(patients.date_of_birth.is_on_or_before("2005-01-01"))
dataset.configure_dummy_data(population_size=6)
dataset.sex = patients.sex
`;
const MORE = `dataset.age = patients.age_on("2023-04-01")
last = clinical_events.sort_by(clinical_events.date).last_for_patient()
dataset.code = last.snomedct_code
`;
const bad = (code: string) => `${HEAD}${code}\n`;
const action = (name: string, rest: string, image = 'ehrql:v1') =>
  `  ${name}:\n    run: ${image} ${rest} --output output/${name}.csv\n    outputs: {highly_sensitive: {data: output/${name}.csv}}\n`;

const FILES = {
  'project.yaml': `version: '4.0'\nactions:\n${[
    action('made', 'generate-dataset analysis/d.py --test-data-file tests/test_d.py'),
    action('given', 'generate-dataset analysis/p.py --dummy-tables tables'),
    action('measured', 'generate-measures analysis/m.py --dummy-data-file dummy/m.csv'),
    action('elsewhere', 'generate-dataset analysis/d.py', 'ehrql:v9'),
  ].join('')}`.replace(
    'analysis/p.py --dummy-tables tables --output output/given.csv',
    'analysis/p.py --dummy-tables tables --output output/given.csv -- --least 7',
  ),
  'analysis/d.py': `${HEAD}${MORE}show(
    dataset,
    label="<b>all</b>",
    head=2,
)
show(patients.sex)
print("<p>mine</p>")
`,
  'analysis/p.py': `${HEAD}import sys
assert sys.argv[1:] == ["--least", "7"], sys.argv
show(dataset)
`,
  'analysis/m.py': `from ehrql import claim_permissions, create_measures, months
from ehrql.tables.tpp import patients
claim_permissions("a_permission")
measures = create_measures()
measures.configure_dummy_data(population_size=12)
measures.define_defaults(intervals=months(2).starting_on("2022-01-01"))
measures.define_measure("m1", numerator=patients.exists_for_patient(), denominator=patients.exists_for_patient(), group_by={"sex": patients.sex})
`,
  'tables/patients.csv':
    'patient_id,date_of_birth,sex\n1,1980-01-01,male\n2,1990-01-01,female\n4,2020-01-01,female\n',
  'tests/test_d.py': `import sys
sys.path.append("analysis")
from datetime import date
from d import dataset

test_data = {
    1: {
        "patients": {"date_of_birth": date(1980, 1, 1), "sex": "male"},
        "clinical_events": [],
        "expected_columns": {
            "sex": "female",
            "age": 43,
        },
    },
    2: {
        "patients": {"date_of_birth": date(2010, 1, 1)},
        "clinical_events": [],
        "expected_in_population": False,
    },
    3: {
        "patients": {"date_of_birth": date(2010, 1, 1)},
        "clinical_events": [],
        "expected_columns": {},
    },
}
`,
  // no run line names it
  'tests/test_p.py': `import sys
sys.path.append("analysis")
from datetime import date
from p import dataset

test_data = {4: {"patients": {"date_of_birth": date(1980, 1, 1)}, "expected_columns": {"sex": None}}}
`,
  'bad/type.py': bad('\ndataset.x = patients.sex + 1'),
  'bad/tab.py': bad('\n\tx = 1'),
  'bad/loop.py': bad('while True: pass'),
  'bad/much.py': bad('for _ in range(100): print("x" * 1_000_000)'),
  'bad/write.py': bad(
    'for path in ("left.txt", "../above.txt"): open(path, "w").write("x")\nshow(dataset)',
  ),
  'bad/behind.py': bad('import subprocess\nsubprocess.Popen(["sleep", "1000"])\nshow(dataset)'),
  'bad/many.py': bad(
    'import subprocess\nall = [subprocess.Popen(["sleep", "1000"]) for _ in range(9999)]',
  ),
  'bad/network.py': bad(
    'import urllib.request\nurllib.request.urlopen("http://192.0.2.1/", timeout=9)',
  ),
  'bad/image.py': bad(
    'open("/etc/os-release").read()\nimport subprocess\nsubprocess.run(["cat", "/etc/passwd"], capture_output=True)\nshow(dataset)',
  ),
  'bad/outside.py': bad('open("../../outside.csv").read()'),
  "bad/it's - a name.py": bad('show(patients.sex, label="x")'),
};

describe.skipIf(noEhrql !== null)(
  `definitions in the real ehrQL${noEhrql === null ? '' : `: SKIPPED, as ${noEhrql}`}`,
  () => {
    const dir = folderOf(FILES);
    writeFileSync(join(dir, 'bad/latin.py'), Buffer.from('x = "caf\xe9"\n', 'latin1'));
    const before = readdirSync(dir, {recursive: true}).sort();
    const call = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      runCli([...args, '--json', '--project-dir', dir], {
        env: {DOCKER_REGISTRY: EHRQL_REGISTRY, ...env},
      });
    const errorOf = async (file: string) => {
      const end = await call(['dataset', file]);
      expect([end.code, end.json().length]).toEqual([1, 1]);
      return end.json()[0]?.['error'] as {message: string; file: string; line: number | null};
    };

    beforeAll(async () => {
      await ensureTestImages();
      ensureEhrqlImage();
      makeOtherEhrql();
    }, 900_000);
    afterAll(() => {
      expect(definitionsLeft(dir)).toBe('');
      // identity and locks of the study aside, nothing of it has changed
      const after = readdirSync(dir, {recursive: true}).sort();
      expect(after.filter((path) => !String(path).startsWith('metadata'))).toEqual(before);
      const kept = readdirSync(join(dir, 'metadata'), {recursive: true, withFileTypes: true});
      expect(
        kept
          .filter((each) => each.isFile())
          .map(({name}) => name)
          .sort(),
      ).toEqual(['.gitignore', 'study.json']);
      rmSync(dir, {recursive: true, force: true});
    });

    it('says what each definition is, of a study with several', async () => {
      const end = await call(['dataset']);
      expect(end.code).toBe(1);
      const [made, given, measured, elsewhere] = end.json();
      expect(made).toEqual({
        ...{action: 'made', file: 'analysis/d.py', args: [], populationSize: 6},
        columns: [
          {name: 'sex', type: 'str'},
          {name: 'age', type: 'int'},
          {name: 'code', type: 'str'},
        ],
        tables: [
          {name: 'clinical_events', columns: ['date', 'snomedct_code']},
          {name: 'patients', columns: ['date_of_birth', 'sex']},
        ],
        ...{permissions: [], dummyData: {kind: 'generated', path: null}, error: null, problems: []},
      });
      expect(given).toMatchObject({
        args: ['--least', '7'],
        dummyData: {kind: 'tables', path: 'tables'},
        error: null,
      });
      expect(measured).toMatchObject({
        ...{
          populationSize: 12,
          permissions: ['a_permission'],
          dummyData: {kind: 'file', path: 'dummy/m.csv'},
        },
        ...{tables: [{name: 'patients', columns: ['sex']}], error: null},
      });
      expect(measured?.['columns']).toContainEqual({name: 'interval_start', type: 'date'});
      expect(elsewhere).toMatchObject({
        columns: [],
        error: {message: expect.stringMatching(/ehrql:v9 has no command/) as unknown},
      });
    });

    it('tries one on tables that ehrQL makes, and on those of the run line', async () => {
      const [made, given] = await Promise.all([
        call(['try', 'made']),
        call(['try', 'analysis/p.py']),
      ]);
      expect([made.code, given.code]).toEqual([0, 0]);
      const [all, sex, ...none] = made.json();
      expect(none).toEqual([]);
      expect(all).toMatchObject({
        line: 11,
        columns: ['patient_id', 'sex', 'age', 'code'],
        cut: true,
      });
      expect(all?.['rows']).toHaveLength(2);
      expect(sex).toMatchObject({line: 16, cut: false});
      expect(sex?.['rows']).toHaveLength(6);
      expect(made.stderr).toContain('<p>mine</p>');
      expect(given.json()).toEqual([
        {
          line: 10,
          columns: ['patient_id', 'sex'],
          rows: [
            ['1', 'male'],
            ['2', 'female'],
          ],
          cut: false,
        },
      ]);
    });

    longTest('names the data that it ran on', async () => {
      const on = async (...args: readonly string[]) =>
        (
          await runCli(['try', ...args, '--project-dir', dir], {
            env: {DOCKER_REGISTRY: EHRQL_REGISTRY},
          })
        ).stdout.split('\n')[0];
      expect(await on('analysis/d.py')).toBe('On 6 patients generated by ehrQL:');
      expect(await on('given')).toBe('On tables/, 1 table:');
    });

    it('runs the assurance tests, each patient at its line', async () => {
      const [end, unnamed] = await Promise.all([
        call(['assure', 'made']),
        call(['assure', 'tests/test_p.py']),
      ]);
      expect(end.code).toBe(1);
      // with the parameters of the action whose definition it tests
      expect(unnamed.json()).toMatchObject([{patient: 4, ok: true, file: 'tests/test_p.py'}]);
      const at = {file: 'tests/test_d.py'};
      expect(end.json()).toEqual([
        {
          patient: 1,
          ok: false,
          problem: 'value',
          column: 'sex',
          expected: 'female',
          actual: 'male',
          ...at,
          line: 11,
        },
        {
          patient: 2,
          ok: true,
          problem: null,
          column: null,
          expected: null,
          actual: null,
          ...at,
          line: 15,
        },
        {
          patient: 3,
          ok: false,
          problem: 'not-in-population',
          column: null,
          expected: 'in the population',
          actual: 'not in the population',
          ...at,
          line: 20,
        },
      ]);
      expect((await call(['assure', 'measured'])).json()).toMatchObject([
        {error: {kind: 'not-found'}},
      ]);
    });

    // the gate has the try of bad/type.py below
    it.each(
      firstOf(
        [
          ['bad/tab.py', 9, /^IndentationError: unexpected indent$/],
          ['bad/type.py', 9, /^TypeError: unsupported operand/],
          ['bad/latin.py', 1, /utf-8/],
          ['bad/network.py', 9, /Network is unreachable/],
          ['bad/outside.py', 8, /^FileNotFoundError/],
        ] as const,
        0,
      ),
    )('finds the error of %s at its line', async (file, line, message) => {
      expect(await errorOf(file)).toEqual({
        message: expect.stringMatching(message) as unknown,
        file,
        line,
      });
    });

    it('passes ehrQL’s exit code on, and gives its error last', async () => {
      const end = await call(['try', 'bad/type.py']);
      expect(end.code).toBe(10);
      expect(end.json()).toMatchObject([{error: {file: 'bad/type.py', line: 9}}]);
    });

    longTest('says what a definition left running, and what it read of the image', async () => {
      const [left, read, plain] = await Promise.all(
        ['bad/behind.py', 'bad/image.py', 'made'].map((name) => call(['try', name])),
      );
      expect([left?.code, left?.json().length]).toEqual([0, 1]);
      expect(left?.stderr).toContain('It started processes that went on after it: they were ended');
      expect([read?.code, read?.json().length]).toEqual([0, 1]);
      expect(read?.stderr).toContain('It read /etc/os-release, outside the study');
      expect(read?.stderr).toContain(
        'It ran cat: the server allows no definition to run a program',
      );
      expect(plain?.stderr).not.toMatch(/It read|It ran|study-desk-/);
    });

    longTest('takes a name with blanks, says what was written, limits processes', async () => {
      const [name, wrote] = await Promise.all([
        call(['try', "bad/it's - a name.py"]),
        call(['try', 'bad/write.py']),
      ]);
      const many = await call(['try', 'bad/many.py']);
      expect(many.json()).toMatchObject([
        {error: {message: expect.stringMatching(/^BlockingIOError/) as unknown, line: 9}},
      ]);
      expect(many.stderr).toContain('may have no more than a few hundred');
      expect([name.code, name.json()[0]?.['line']]).toEqual([0, 8]);
      expect([wrote.code, wrote.json().length]).toEqual([0, 1]);
      expect(wrote.stderr).toMatch(
        /It wrote (?=.*left\.txt)(?=.*\/above\.txt).*: nothing of that is kept/,
      );
      expect(existsSync(join(dir, 'left.txt'))).toBe(false);
    });

    longTest('stops one that loops for ever, prints without end, or is interrupted', async () => {
      const loop = await call(['try', 'bad/loop.py', '--definition-time', '4']);
      expect(loop.code).toBe(1);
      expect(loop.json()).toMatchObject([
        {error: {message: 'The definition was stopped after 4 seconds.'}},
      ]);
      const much = await call(['try', 'bad/much.py']);
      expect(much.json()).toMatchObject([
        {error: {message: 'The definition was stopped, as it printed more than 32 MB.'}},
      ]);
      for (const [signal, code] of [
        ['SIGINT', 130],
        ['SIGKILL', null],
      ] as const) {
        const hung = startCli(['dataset', 'bad/loop.py', '--project-dir', dir], {
          env: {DOCKER_REGISTRY: EHRQL_REGISTRY},
        });
        await expect.poll(() => definitionsLeft(dir), {timeout: 30_000}).not.toBe('');
        hung.child.kill(signal);
        expect((await hung.end).code).toBe(code);
        await expect.poll(() => definitionsRunning(dir)).toBe('');
        if (signal === 'SIGINT') expect(definitionsLeft(dir)).toBe('');
        else {
          // one that was killed is left for the clean-up, which finds it by its labels
          expect((await call(['clean'])).json()).toContainEqual(
            expect.objectContaining({kind: 'container', removed: true}),
          );
          expect(definitionsLeft(dir)).toBe('');
        }
      }
    });

    longTest(
      'finds what the server would refuse, each at its line, and explains a job that ended so',
      async () => {
        const needs = folderOf({
          'project.yaml': `version: '4.0'\nactions:\n${[
            action('needs', 'generate-dataset needs.py --dummy-tables tables'),
            action('filed', 'generate-dataset fine.py --dummy-data-file dummy.csv'),
            action('tested', 'generate-dataset fine.py --test-data-file test_fine.py'),
          ].join('')}`,
          'fine.py': HEAD,
          'dummy.csv': 'patient_id,se\n1,male\n',
          'tables/patients.csv': 'patient_id,sex\n1,male\n',
          'needs.py': `${HEAD}from ehrql.tables.tpp import appointments
dataset.booked = appointments.exists_for_patient()
dataset.add_event_table("visits", day=appointments.start_date)
`,
          'test_fine.py': `from fine import dataset
test_data = {5: {"patients": {"sex": "male"}, "clinical_events": [], "expected_columns": {}}}
`,
        });
        const at = ['--json', '--project-dir', needs];
        const env = {DOCKER_REGISTRY: EHRQL_REGISTRY};
        const looked = await Promise.all(
          ['needs', 'filed'].map((name) => runCli(['dataset', name, ...at], {env})),
        );
        const problems = looked.flatMap((end) =>
          end.json().flatMap((line) => line['problems'] as {rule: string; line: number}[]),
        );
        expect(problems.map(({rule, line}) => `${rule} ${line}`).sort()).toEqual([
          'D-DUMMY-COLUMN 7',
          'D-DUMMY-EXTRA 7',
          'D-EVENT-OUTPUT 10',
          'D-PERMISSION 10',
          'D-PERMISSION 9',
          'D-TABLE-COLUMN 5',
          'D-TABLE-MISSING 9',
        ]);
        await runCli(['run', 'needs', 'tested', '--continue-on-error', ...at], {env});
        const titleOf = async (name: string) => (await runCli(['why', name, ...at], {env})).stdout;
        expect(await titleOf('needs')).toContain(
          'permissions that it does not have: appointments and event_level_data.',
        );
        expect(await titleOf('tested')).toContain(
          'The assurance tests of the definition failed for 1 patient.',
        );
        rmSync(needs, {recursive: true, force: true});
      },
    );

    it('makes dummy tables, and replaces none unless that is asked for', async () => {
      const study = folderOf({'project.yaml': FILES['project.yaml'], 'analysis/d.py': HEAD});
      const make = (...args: readonly string[]) =>
        runCli(['dummy-tables', 'made', 'dummy', ...args, '--json', '--project-dir', study], {
          env: {DOCKER_REGISTRY: EHRQL_REGISTRY},
        });
      const path = 'dummy/patients.csv';
      const row = {path, rows: 6, columns: ['patient_id', 'date_of_birth', 'sex']};
      expect((await make()).json()).toEqual([{...row, replaces: 'nothing', written: true}]);
      const file = join(study, path);
      const text = readFileSync(file, 'utf8');
      expect(text).toMatch(/^patient_id,date_of_birth,sex\r\n1,/);
      const table = openDummyTable(text);
      expect(table.ok).toBe(true);

      writeFileSync(file, 'mine');
      const refused = await make();
      expect([refused.code, readFileSync(file, 'utf8')]).toEqual([1, 'mine']);
      expect(refused.json()).toEqual([{...row, replaces: 'other', written: false}]);
      if (isLong) {
        expect((await make('--replace')).code).toBe(0);
        expect(readFileSync(file, 'utf8')).toBe(text);
      }
      rmSync(study, {recursive: true, force: true});
    });

    it('refuses the values of a dummy table that ehrQL refuses, and no others', () => {
      const values = {
        int: ['1', ' 2 ', '+3', '-4', '1_000', '1__0', '1.0', 'x', '1e3', '٣'],
        float: [
          '1',
          '1.',
          '.5',
          '1e5',
          ' -1.5 ',
          'nan',
          'Infinity',
          '1_0.5',
          '.',
          '1e',
          'x',
          '0x1',
        ],
        bool: ['T', 'F', 't', 'true', '1', ' T'],
        date: [
          ...[
            '2020-02-29',
            '2021-02-29',
            '20200131',
            '2020-1-1',
            '2020-W01',
            '2020-W53-7',
            '2021W531',
          ],
          ...[
            '0000-01-01',
            '0001-01-01',
            '31/01/2020',
            '2020-01-31 ',
            '2020-0131',
            '2020-W1',
            '9999-12-31',
          ],
        ],
        str: ['a', 'b', 'c', ' a'],
      };
      const categories = ['a', 'b'];
      const read = pythonInEhrql(
        `import json, sys, datetime
from ehrql.file_formats.csv import create_column_parser
from ehrql.query_model.column_specs import ColumnSpec
def fine(type, value):
    kind = datetime.date if type == "date" else getattr(__builtins__, type)
    try:
        create_column_parser(["c"], "c", ColumnSpec(kind, categories=("a", "b") if type == "str" else None))([value])
        return True
    except ValueError:
        return False
print(json.dumps([[t, v, fine(t, v)] for t, values in json.load(sys.stdin).items() for v in values]))`,
        JSON.stringify(values),
      );
      const schemaOf = (type: string) => ({
        ...{name: 't', onePerPatient: true},
        columns: [{name: 'c', type, categories: type === 'str' ? categories : null}],
      });
      const ours = Object.entries(values).flatMap(([type, all]) =>
        all.map((value) => [type, value, cellFault('c', value, schemaOf(type)) === null]),
      );
      expect(ours).toEqual(JSON.parse(read));
    });

    it('refuses what is no definition of the study', async () => {
      const refused = await Promise.all(
        [
          ['nothing'],
          ['../elsewhere.py'],
          ['bad/none.py'],
          ['made', '--dummy-tables', 'nowhere'],
        ].map((args) => call(['try', ...args])),
      );
      for (const end of refused) {
        expect(end.code).toBe(2);
        expect(end.json()).toMatchObject([{error: {kind: 'not-found'}}]);
      }
    });
  },
);
