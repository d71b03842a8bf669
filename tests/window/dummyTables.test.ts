import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {definitionsLeft, EHRQL_REGISTRY, ensureEhrqlImage, noEhrql} from '../cli/ehrqlImage';
import {longTest} from '../gateShare';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {layoutFaults} from './layoutFaults';
import {writeStudy} from './windowStudy';

const PATH = 'analysis/dataset_definition.py';
const DEFINITION = `from argparse import ArgumentParser
from ehrql import create_dataset, show
from ehrql.tables.core import clinical_events, patients

parser = ArgumentParser()
parser.add_argument("--index-date")
index_date = parser.parse_args().index_date or "2020-03-01"
dataset = create_dataset()
dataset.define_population(patients.date_of_birth.is_on_or_before(index_date))
dataset.configure_dummy_data(population_size=6)
dataset.sex = patients.sex
dataset.events = clinical_events.where(clinical_events.date >= index_date).count_for_patient()
show(dataset, label="all")
`;
const PROJECT = `version: '4.0'
actions:
  # the cohort
  extract:
    run: ehrql:v1 generate-dataset ${PATH} --output output/extract.csv -- --index-date 2020-03-01
    outputs:
      highly_sensitive: {data: output/extract.csv}
  report:
    run: python:v2 python analysis/report.py output/extract.csv output/report.csv
    needs: [extract]
    outputs:
      moderately_sensitive: {report: output/report.csv}
`;
const PATIENTS = 'dummy_tables/patients.csv';
const HEAD = 'patient_id,sex,date_of_birth,date_of_death';
/** With the line ends of Windows, and columns in another order than ehrQL's. */
const MINE = `${HEAD}\r\n1,female,1970-01-01,\r\n2,male,1980-02-01,\r\n`;

function tableOf({page}: Desk, path: string) {
  const view = page.getByRole('article', {name: path});
  const grid = view.getByRole('grid');
  const cell = (row: number, column: number) =>
    grid.getByRole('row').nth(row).getByRole('gridcell').nth(column);
  return {
    view,
    grid,
    cell,
    /** Types over a cell and takes the value. */
    type: async (row: number, column: number, value: string): Promise<void> => {
      await cell(row, column).click();
      await page.keyboard.type(value);
      await page.keyboard.press('Enter');
    },
    button: (name: string) => view.getByRole('button', {name, exact: true}),
  };
}

describe.skipIf(noWindow)('without an engine', () => {
  it('a dummy table is edited and saved, and its action repeated', async () => {
    const dir = await writeStudy('small', {
      'project.yaml': PROJECT.replace('-- --index', '--dummy-tables dummy_tables -- --index'),
      [PATH]: DEFINITION,
      [PATIENTS]: MINE,
    });
    const desk = await launchDesk({dir});
    const {page} = desk;
    await page.getByRole('treeitem', {name: /extract/}).click();
    await page.getByRole('button', {name: PATIENTS}).click();
    const table = tableOf(desk, PATIENTS);
    await table.type(1, 1, 'intersex');
    await table.cell(2, 0).click();
    await table.button('New row').click();
    await table.type(3, 2, '1990-01-01');
    await table.cell(2, 0).click();
    await table.button('Remove row').click();
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+s');
    const saved = `${MINE.replace('female', 'intersex')}3,,1990-01-01,\r\n`;
    await expect.poll(() => readFile(join(dir, PATIENTS), 'utf8')).toBe(saved);
    await writeFile(join(dir, PATIENTS), `${saved}4,,1991-01-01,\r\n`);
    await table.view.getByText(/^Saved · 4 rows/).waitFor();

    await page.getByRole('treeitem', {name: /extract/}).click({button: 'right'});
    await page.getByRole('menuitem', {name: 'Repeat for…'}).click();
    await page.getByLabel('Last date').fill('2020-12-31');
    await page.getByRole('combobox', {name: 'For', exact: true}).selectOption('quarter');
    await page.getByRole('checkbox', {name: 'report'}).check();
    await page.getByRole('button', {name: 'Show the change…'}).click();
    await page.getByRole('button', {name: 'Write to project.yaml'}).click();
    await page.getByText('extract is now 8 actions').waitFor();
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toContain(
      '    needs: [extract_2020-12-01]',
    );
  });
});

describe.skipIf(noWindow || noEhrql !== null)(
  `dummy tables in the window, with the real ehrQL${noEhrql === null ? '' : `: SKIPPED, as ${noEhrql}`}`,
  () => {
    longTest(
      'are made, named in the run line, and edited as ehrQL would have them',
      async () => {
        ensureEhrqlImage();
        const dir = await writeStudy('tables', {
          'project.yaml': PROJECT,
          [PATH]: DEFINITION,
          'analysis/report.py': '',
          [PATIENTS]: MINE,
        });
        const project = () => readFile(join(dir, 'project.yaml'), 'utf8');
        const patients = () => readFile(join(dir, PATIENTS), 'utf8');
        const desk = await launchDesk({dir, env: {DOCKER_REGISTRY: EHRQL_REGISTRY}});
        const {page} = desk;
        await page.getByRole('treeitem', {name: /extract/}).click();
        const dataset = page.getByRole('region', {name: 'Dataset'});

        // what is there is replaced only once it was seen; leaving writes nothing
        await dataset.getByRole('button', {name: 'Make dummy tables…'}).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByRole('button', {name: 'Make tables…'}).click();
        const made = dialog.getByRole('list', {name: 'Tables made'});
        await made.getByText('Replaces 2 rows, 4 columns').waitFor();
        await made.getByText('dummy_tables/clinical_events.csv').waitFor();
        expect(await layoutFaults(page)).toEqual([]);
        await page.keyboard.press('Escape');
        expect(await patients()).toBe(MINE);

        await dataset.getByRole('button', {name: 'Make dummy tables…'}).click();
        await dialog.getByRole('button', {name: 'Make tables…'}).click();
        await dialog.getByRole('button', {name: 'Write, and replace 1 table'}).click();
        await dialog.getByText('does not name them yet').waitFor();
        expect(await project()).toBe(PROJECT);
        expect(await layoutFaults(page)).toEqual([]);
        await dialog.getByRole('button', {name: 'Write to project.yaml'}).click();
        await dialog.getByText('extract reads dummy_tables/').waitFor();
        expect(await project()).toContain('--dummy-tables dummy_tables');
        await dialog.getByRole('button', {name: 'Undo'}).click();
        await expect.poll(project).toBe(PROJECT);
        expect((await patients()).split('\n')[0]).toContain('patient_id');

        // tables that were placed can be edited at once: those of another program too
        await writeFile(join(dir, PATIENTS), MINE);
        await dataset.getByRole('button', {name: PATIENTS}).click();
        const table = tableOf(desk, PATIENTS);
        await table.grid.waitFor();
        await table.view.getByText('Values are checked as ehrQL has the table patients.').waitFor();
        expect(await table.cell(1, 1).innerText()).toBe('female');
        await table.type(1, 1, 'intersex');
        await table.type(2, 2, '1980-02-30');
        await table.view.getByText(/“1980-02-30” is not a date such as 2020-01-31/).waitFor();
        await page.keyboard.press('Escape');
        await table.type(2, 1, 'woman');
        await table.view.getByText(/“woman” is none of the values of sex/).waitFor();
        expect(await layoutFaults(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await table.button('New row').click();
        expect(await table.cell(3, 0).innerText()).toBe('3');
        await table.type(3, 2, '1990-01-01');
        await table.cell(2, 0).click();
        await table.button('Remove row').click();
        expect(await table.grid.getAttribute('aria-rowcount')).toBe('3');
        await page.keyboard.press('Control+z');
        await page.keyboard.press('Control+z');
        expect(await table.cell(3, 2).innerText()).toBe('');
        await page.keyboard.press('Control+y');
        await page.keyboard.press('Control+s');
        const saved = MINE.replace('female', 'intersex') + '3,,1990-01-01,\r\n';
        await expect.poll(patients).toBe(saved);
        await table.view.getByText(/^Saved · 3 rows/).waitFor();

        // another program's change is said, and nothing is lost
        await table.type(1, 1, 'male');
        await writeFile(join(dir, PATIENTS), `${saved}4,,1991-01-01,\r\n`);
        await page.getByText(`${PATIENTS} was changed on disk.`).waitFor();
        expect(await table.button('Save').isDisabled()).toBe(true);
        await page.getByRole('button', {name: 'Load from disk'}).click();
        expect(await table.grid.getAttribute('aria-rowcount')).toBe('5');
        await table.view.getByText(/^Saved · 4 rows/).waitFor();

        // ehrQL reads what was written, by the key; what it would refuse is marked
        await writeFile(join(dir, PATIENTS), saved.replace('1990-01-01', 'unknown'));
        await table.view.getByRole('button', {name: /^1 row that ehrQL would refuse/}).click();
        expect(await table.cell(3, 2).getAttribute('data-mark')).toBe('fail');
        await writeFile(join(dir, PATIENTS), saved);
        await table.view.getByText('that ehrQL would refuse').waitFor({state: 'detached'});
        expect(definitionsLeft(dir)).toBe('');
      },
      240_000,
    );

    longTest(
      'an action is repeated for dates with what is downstream, tried by its key, and one again by undo',
      async () => {
        ensureEhrqlImage();
        const dir = await writeStudy('repeat', {
          'project.yaml': PROJECT,
          [PATH]: `from words import label\n${DEFINITION.replace('"all"', 'label')}`,
          'analysis/words.py': 'label = "all"\n',
          'analysis/report.py': '',
        });
        const project = () => readFile(join(dir, 'project.yaml'), 'utf8');
        const desk = await launchDesk({dir, env: {DOCKER_REGISTRY: EHRQL_REGISTRY}});
        const {page} = desk;
        const extract = page.getByRole('treeitem', {name: /extract/}).first();
        await extract.click();
        await page.keyboard.press('F9');
        await page.getByRole('region', {name: 'Shown by all'}).waitFor({timeout: 60_000});

        // on save of what it imports, which nobody has open
        await page.getByRole('region', {name: 'Dataset'}).getByRole('button', {name: PATH}).click();
        await page.getByRole('checkbox', {name: 'Try on save'}).check();
        await page.getByRole('button', {name: 'Close the file'}).click();
        await writeFile(join(dir, 'analysis/words.py'), 'label = "another"\n');
        await page.getByRole('region', {name: 'Shown by another'}).waitFor({timeout: 60_000});

        const repeat = async (): Promise<void> => {
          await extract.click({button: 'right'});
          await page.getByRole('menuitem', {name: 'Repeat for…'}).click();
          await page.getByLabel('Last date').fill('2020-12-31');
          await page.getByRole('combobox', {name: 'For', exact: true}).selectOption('quarter');
          await page.getByRole('checkbox', {name: 'report'}).check();
          await page.getByText('4 actions: 2020-03-01').waitFor();
          expect(await layoutFaults(page)).toEqual([]);
          await page.getByRole('button', {name: 'Show the change…'}).click();
          await page.getByRole('button', {name: 'Back'}).waitFor();
          expect(await layoutFaults(page)).toEqual([]);
          await page.getByRole('button', {name: 'Write to project.yaml'}).click();
          await page.getByText('extract is now 8 actions').waitFor();
        };
        await repeat();
        const text = await project();
        expect(text.match(/^ {2}# the cohort$/gm)).toHaveLength(1);
        for (const date of ['2020-03-01', '2020-06-01', '2020-09-01', '2020-12-01']) {
          expect(text).toContain(`--output output/extract_${date}.csv -- --index-date ${date}`);
          expect(text).toContain(`needs: [extract_${date}]`);
          expect(text).toContain(`report: output/report_${date}.csv`);
        }
        await page.getByRole('button', {name: 'Undo'}).click();
        await expect.poll(project).toBe(PROJECT);

        await extract.click();
        await page.keyboard.press('Control+k');
        await page.keyboard.type('repeat for');
        await page.keyboard.press('Enter');
        await page.getByRole('dialog', {name: 'Repeat extract for…'}).waitFor();
      },
      120_000,
    );

    longTest(
      'open and are edited with 100,000 rows as small ones are',
      async () => {
        const rows = Array.from(
          {length: 100_000},
          (_, at) => `${at + 1},${at % 2 === 0 ? 'female' : 'male'},19${50 + (at % 50)}-01-01,`,
        );
        const text = `${[HEAD, ...rows].join('\n')}\n`;
        const dir = await writeStudy('long', {
          'project.yaml': PROJECT.replace('-- --index', '--dummy-tables dummy_tables -- --index'),
          [PATH]: DEFINITION,
          [PATIENTS]: text,
        });
        const desk = await launchDesk({dir, env: {DOCKER_REGISTRY: EHRQL_REGISTRY}});
        const {page} = desk;
        await page.getByRole('treeitem', {name: /extract/}).click();
        const table = tableOf(desk, PATIENTS);
        const took = async (act: () => Promise<void>): Promise<number> => {
          const from = performance.now();
          await act();
          return performance.now() - from;
        };
        const opened = await took(async () => {
          await page.getByRole('button', {name: PATIENTS}).click();
          await table.cell(1, 1).waitFor();
        });
        await table.view.getByText('Values are checked as ehrQL has').waitFor();
        await table.grid.focus();
        await page.keyboard.press('Control+End');
        await table.grid.getByText('100,000').waitFor();
        const edited = await took(async () => {
          await page.keyboard.press('F2');
          await page.keyboard.press('Control+a');
          await page.keyboard.type('2020-01-01');
          await page.keyboard.press('Enter');
          await table.view.getByText(/^Not saved/).waitFor();
        });
        const undone = await took(async () => {
          await page.keyboard.press('Control+z');
          await table.view.getByText(/^Saved/).waitFor();
        });
        const added = await took(async () => {
          await table.button('New row').click();
          await table.grid.getByText('100,001').first().waitFor();
        });
        const saved = await took(async () => {
          await page.keyboard.press('Control+s');
          await expect
            .poll(() => readFile(join(dir, PATIENTS), 'utf8'), {interval: 20})
            .toBe(`${text}100001,,,\n`);
        });
        console.log({opened, edited, undone, added, saved});
        for (const each of [edited, undone, added]) expect(each).toBeLessThan(1500);
        expect(opened).toBeLessThan(4000);
        expect(saved).toBeLessThan(4000);
      },
      120_000,
    );
  },
);
