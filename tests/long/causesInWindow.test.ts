import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {runAll, waitForState} from '../window/deskActions';
import {launchDesk, noEngine, noWindow} from '../window/launchDesk';
import {resizeDesk} from '../window/layout';
import {emptyFolder, projectText, writeStudy} from '../window/windowStudy';

const made = (name: string): string => `import pathlib
pathlib.Path("output").mkdir(exist_ok=True)
pathlib.Path("output/${name}.csv").write_text("patient_id,stroke_dat\\n1,2\\n")
`;

/** Two actions that fail of one column, one that reads what it does not need, and what all of them are made from. */
const study: Readonly<Record<string, string>> = {
  'project.yaml': projectText({
    cohort: {
      run: 'python:v2 python analysis/cohort.py',
      outputs: {highly_sensitive: 'output/cohort.csv'},
    },
    deaths: {
      run: 'python:v2 python analysis/deaths.py',
      outputs: {highly_sensitive: 'output/deaths.csv'},
    },
    cox_a: {
      run: 'python:v2 python analysis/cox.py a',
      needs: ['cohort'],
      outputs: {highly_sensitive: 'output/a.csv'},
    },
    cox_b: {
      run: 'python:v2 python analysis/cox.py b',
      needs: ['cohort'],
      outputs: {highly_sensitive: 'output/b.csv'},
    },
    mortality: {
      run: 'python:v2 python analysis/mortality.py',
      needs: ['cohort'],
      outputs: {highly_sensitive: 'output/m.csv'},
    },
  }),
  'analysis/cohort.py': made('cohort'),
  'analysis/deaths.py': made('deaths'),
  'analysis/cox.py':
    'import pandas\n\ncohort = pandas.read_csv("output/cohort.csv")\nfirst = cohort["stroke_date"].min()\n',
  'analysis/mortality.py':
    'cohort = open("output/cohort.csv").read()\ndeaths = open("output/deaths.csv").read()\n',
};

describe.skipIf(noWindow || noEngine)('why jobs failed', () => {
  it('is told once a cause, over the log, and with the change that helps', async () => {
    const dir = await writeStudy('causes', study);
    const userDataDir = await emptyFolder();
    await writeFile(join(userDataDir, 'settings.json'), JSON.stringify({continueOnError: true}));
    const desk = await launchDesk({dir, userDataDir});
    const {page} = desk;
    await waitForState(page, 'mortality', 'never-run');
    // the script is looked at before anything has run
    await page.getByRole('tab', {name: /^Problems/}).click();
    const warning = page.getByRole('treeitem', {name: /mortality reads output\/deaths\.csv/});
    await warning.waitFor();
    await runAll(page);
    const notices = page.getByRole('region', {name: 'Notifications'});
    await notices.getByText('Failed: 3 of 5').waitFor({timeout: 90_000});
    await notices.getByRole('button', {name: 'Why they failed'}).click();
    const dialog = page.getByRole('dialog', {name: '3 failures, 2 causes'});
    await dialog.getByText('Columns of').waitFor();
    await dialog.getByRole('button', {name: 'Rerun these 2'}).waitFor();
    await dialog.getByRole('button', {name: 'mortality', exact: true}).click();

    const card = page
      .getByRole('region', {name: 'Log, problems and plan'})
      .getByRole('region', {name: 'Why it failed'});
    await card.getByText('is made by').waitFor();
    // the log keeps at least half, however little space there is for both
    await resizeDesk(desk, 1024, 700);
    const height = async (place: string) => (await page.locator(place).boundingBox())?.height ?? 0;
    const heights = [await height('#bottom-panel [role=log]'), await height('#bottom-panel')];
    expect(Math.round(2 * (heights[0] ?? 0))).toBeGreaterThanOrEqual(Math.round(heights[1] ?? 0));
    await resizeDesk(desk, 1280, 800);
    expect(await card.getByLabel('analysis/mortality.py around line 2').innerText()).toContain(
      'deaths = open("output/deaths.csv").read()',
    );
    expect(await page.getByText('The end of the log usually says why').count()).toBe(0);
    await card.getByRole('button', {name: 'Add deaths to the needs of mortality…'}).click();
    await page.getByRole('button', {name: 'Write to project.yaml'}).click();
    await card.waitFor();
    await expect
      .poll(async () => readFile(join(dir, 'project.yaml'), 'utf8'))
      .toMatch(/mortality:[\s\S]*needs:[\s\S]*cohort[\s\S]*deaths/);
    await page.getByRole('tab', {name: /^Problems/}).click();
    await warning.waitFor({state: 'detached'});
  });
});
