import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {nodeOf, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {diamond, trouble, writeStudy} from './windowStudy';

/** Starts the one selected action and waits until it runs. */
async function startWaiting(page: Awaited<ReturnType<typeof launchDesk>>['page']): Promise<void> {
  await waitForState(page, 'wait_long', 'never-run');
  await nodeOf(page, 'wait_long').click();
  await page
    .getByRole('complementary', {name: 'Details'})
    .getByRole('button', {name: /^Run/})
    .first()
    .click();
  await page.getByRole('button', {name: 'Run 1 job'}).click();
  await page.getByRole('log').getByText('waiting 1').waitFor();
}

describe.skipIf(noWindow || noEngine)('trouble in a run', () => {
  longTest('stops a long job', async () => {
    const {page} = await launchDesk({dir: await writeStudy('long', trouble)});
    await startWaiting(page);
    await page.getByRole('button', {name: 'Stop 1 job'}).click();
    await waitForState(page, 'wait_long', 'cancelled');
    await page.getByRole('button', {name: /^Stop/}).waitFor({state: 'detached'});
  });

  longTest('says why a job failed', async () => {
    const {page} = await launchDesk({dir: await writeStudy('short', trouble)});
    await waitForState(page, 'stop_short', 'never-run');
    await nodeOf(page, 'stop_short').click();
    const details = page.getByRole('complementary', {name: 'Details'});
    await details.getByRole('button', {name: /^Run/}).first().click();
    await page.getByRole('button', {name: 'Run 1 job'}).click();
    await waitForState(page, 'stop_short', 'failed');
    await details
      .getByText(/exit(ed)?( with)?( code)? 3/i)
      .first()
      .waitFor();
    await page.getByRole('log').getByText('The column age_group is missing').waitFor();
  });

  it('asks before a window closes during a run, and stops the run when told to', async () => {
    const desk = await launchDesk({dir: await writeStudy('close', trouble)});
    await startWaiting(desk.page);
    // answers in place of the user: first "Stay", then "Stop the run"
    await desk.application.evaluate(({dialog, BrowserWindow}) => {
      const asked: string[] = [];
      Reflect.set(globalThis, 'asked', asked);
      dialog.showMessageBox = ((_window: unknown, options: {buttons: string[]}) => {
        asked.push(options.buttons.join(' | '));
        return Promise.resolve({response: asked.length === 1 ? 2 : 1, checkboxChecked: false});
      }) as typeof dialog.showMessageBox;
      BrowserWindow.getAllWindows()[0]?.close();
    });
    const askedSoFar = (): Promise<unknown> =>
      desk.application.evaluate(() => Reflect.get(globalThis, 'asked') as unknown);
    await expect.poll(askedSoFar).toEqual(['Keep running in the background | Stop the run | Stay']);
    await waitForState(desk.page, 'wait_long', 'running');

    const gone = desk.page.waitForEvent('close');
    await desk.application.evaluate(({BrowserWindow}) => BrowserWindow.getAllWindows()[0]?.close());
    await gone;
  });
});

describe.skipIf(noWindow)('trouble in project.yaml', () => {
  it('shows the problem and the last good actions, and forgets it once fixed', async () => {
    const dir = await writeStudy('broken', diamond);
    const {page} = await launchDesk({dir});
    await waitForState(page, 'write_report', 'never-run');
    const good = diamond['project.yaml'] ?? '';

    await writeFile(
      join(dir, 'project.yaml'),
      good.replace('needs: [make_cohort]', 'needs: [make_cohrot]'),
    );
    // the other actions are shown as they are, and the plan says what keeps them from running
    const banner = page.getByText('Nothing runs until line 10 is fixed.');
    await banner.first().waitFor();
    await waitForState(page, 'count_regions', 'has-errors');
    await page
      .getByRole('contentinfo')
      .getByText('project.yaml has 1 error: nothing can run')
      .waitFor();
    // Problems opens by itself
    await page
      .getByText(/make_cohrot/)
      .first()
      .waitFor();
    expect(await nodeOf(page, 'make_cohort').count()).toBe(1);
    await writeFile(join(dir, 'project.yaml'), 'actions: [');
    const before = page.getByText(/this graph is from before/);
    await before.waitFor();
    expect(await nodeOf(page, 'make_cohort').count()).toBe(1);

    await writeFile(join(dir, 'project.yaml'), good);
    await before.waitFor({state: 'detached'});
    await waitForState(page, 'write_report', 'never-run');
  });

  longTest('creates project.yaml from the form in a folder that has none', async () => {
    const {page} = await launchDesk({dir: await writeStudy('bare', {'analysis/first.py': ''})});
    await page.getByText('This folder has no project.yaml').waitFor();
    expect(await page.getByText(/project.yaml has \d* ?errors?/).count()).toBe(0);
    await page.getByRole('button', {name: 'Create it with a first action…'}).click();
    await page.getByLabel('Name', {exact: true}).fill('first');
    await page.getByLabel('Image').fill('python:v2');
    await page.getByLabel('Script and arguments').fill('python analysis/first.py');
    await page.getByLabel('Label').fill('rows');
    await page.getByLabel('Path').fill('output/rows.csv');
    await page.getByRole('button', {name: 'Show the change…'}).click();
    await page.getByRole('button', {name: 'Write to project.yaml'}).click();
    await waitForState(page, 'first', 'never-run');
  });

  longTest(
    'creates a study from the sample in a folder that has none, and touches nothing there',
    async () => {
      const dir = await writeStudy('bare', {'README.md': 'mine'});
      const {page} = await launchDesk({dir});
      await page.getByRole('button', {name: 'Create it from the sample…'}).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Already there, not changed: README.md.').waitFor();
      await dialog.getByRole('button', {name: /^Write \d+ files$/}).click();
      await waitForState(page, 'write_report', 'never-run');
      expect(await readFile(join(dir, 'README.md'), 'utf8')).toBe('mine');
    },
  );

  longTest(
    'opens a study that is broken from the start, and draws it once it is fixed',
    async () => {
      const dir = await writeStudy('broken', {...diamond, 'project.yaml': 'actions:\n\t- wrong\n'});
      const {page} = await launchDesk({dir});
      // the centre says so and the status line too
      await page.getByRole('main').getByText('project.yaml has errors', {exact: true}).waitFor();
      await writeFile(join(dir, 'project.yaml'), diamond['project.yaml'] ?? '');
      await waitForState(page, 'make_cohort', 'never-run');
    },
  );
});
