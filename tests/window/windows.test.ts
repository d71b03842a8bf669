import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {answerFolder, openSecondWindow, waitForState} from './deskActions';
import {inBrowser} from './inBrowser';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {diamond, trouble, writeStudy} from './windowStudy';

describe.skipIf(noWindow)('windows', () => {
  it('offers three ways to begin, and opens the folder the user chooses', async () => {
    const dir = await writeStudy('chosen', diamond);
    const desk = await launchDesk();
    await desk.page.getByRole('button', {name: 'Try the sample study'}).waitFor();
    await desk.page.getByRole('region', {name: 'Recent studies'}).waitFor();
    await answerFolder(desk, dir);
    await desk.page.getByRole('button', {name: 'Open a study'}).click();
    await waitForState(desk.page, 'make_cohort', 'never-run');
  });

  longTest('lets the doctor say what is wrong, and opens what puts it right', async () => {
    const dir = await writeStudy('doctored', diamond);
    const {page} = await launchDesk({dir});
    await waitForState(page, 'make_cohort', 'never-run');
    await page.getByRole('button', {name: /^Engine: /u}).click();
    await page.getByRole('button', {name: 'Doctor…'}).click();
    const doctor = page.getByRole('dialog', {name: 'Doctor'});
    await doctor.getByText(/^\d+ checks: /u).waitFor();
    const study = doctor.getByRole('listitem', {name: 'Study', exact: true});
    expect(await study.innerText()).toContain('project.yaml is valid');
    await doctor.getByRole('button', {name: 'Check and repair'}).click();
    await doctor.getByText('All of it can be read.').waitFor();
    await doctor.getByRole('button', {name: 'Create support report…'}).click();
    const report = page.getByLabel('Report', {exact: true});
    await report.waitFor();
    expect(await report.innerText()).not.toContain('doctored');
  });

  it('copies the sample study to where the user wants it', async () => {
    const parent = await writeStudy('place', {'elsewhere/note.txt': 'kept\n'});
    const desk = await launchDesk();
    await answerFolder(desk, join(parent, 'sample'));
    await desk.page.getByRole('button', {name: 'Try the sample study'}).click();
    await waitForState(desk.page, 'generate_patients', 'never-run');
    expect((await readdir(parent)).length).toBe(2);
  });

  longTest('says why the sample study could not be copied, and waits for nobody', async () => {
    const dir = await writeStudy('taken', {'note.txt': 'kept\n'});
    const {page} = await launchDesk({dir, args: ['--sample']});
    const said = page.getByRole('alert');
    await said.getByText('is not empty').waitFor();
    await said.getByRole('button', {name: 'Copy report'}).waitFor();
    await page.getByRole('button', {name: 'Try the sample study'}).waitFor();
    expect(await readdir(dir)).toEqual(['note.txt']);
  });

  longTest('lists a study that was open among the recent ones', async () => {
    const dir = await writeStudy('recent-one', diamond);
    const userDataDir = await writeStudy('user', {'empty.txt': ''});
    const first = await launchDesk({dir, userDataDir});
    await waitForState(first.page, 'make_cohort', 'never-run');
    await first.close();
    const second = await launchDesk({userDataDir});
    await second.page
      .getByRole('region', {name: 'Recent studies'})
      .getByRole('button', {name: /^recent-one/})
      .click();
    await waitForState(second.page, 'make_cohort', 'never-run');
  });

  it('shows two studies in two windows, each its own', async () => {
    // as a file manager opens a study, and as macOS does
    const dir = await writeStudy('one', diamond);
    const desk = await launchDesk(inBrowser ? {dir} : {args: [join(dir, 'project.yaml')]});
    await waitForState(desk.page, 'make_cohort', 'never-run');
    const other = await writeStudy('two', trouble);
    const page = await (inBrowser ? openSecondWindow : openFromFileManager)(desk, other);
    await waitForState(page, 'wait_long', 'never-run');
    expect(await page.locator('[data-node="action:make_cohort"]').count()).toBe(0);
    expect(await desk.page.locator('[data-node="action:wait_long"]').count()).toBe(0);
    expect(desk.page.context().pages()).toHaveLength(2);
  });
});

describe.skipIf(noWindow || inBrowser)('windows of the application', () => {
  longTest(
    'opens the studies of two windows again at the next start, each where it was',
    async () => {
      const dir = await writeStudy('again-one', diamond);
      const userDataDir = await writeStudy('user', {'empty.txt': ''});
      const first = await launchDesk({dir, userDataDir});
      await waitForState(first.page, 'make_cohort', 'never-run');
      const page = await openFromFileManager(first, await writeStudy('again-two', trouble));
      await waitForState(page, 'wait_long', 'never-run');
      await first.application.evaluate(({BrowserWindow}) =>
        BrowserWindow.getAllWindows().forEach((window, at) =>
          window.setBounds({x: 40 * at, y: 30 * at, width: 1000 + 50 * at, height: 700}),
        ),
      );
      // kept while they are open: this application is ended by force
      const kept = async () => readFile(join(userDataDir, 'last-start.json'), 'utf8');
      await expect
        .poll(kept)
        .toMatch(/^(?=[^]*"width": 1000,)(?=[^]*"x": 40,\s+"y": 30,\s+"width": 1050,)/);
      await first.close();
      const second = await launchDesk({userDataDir});
      const pages = () => second.page.context().pages();
      await expect.poll(() => pages().length).toBe(2);
      const nodes = async () =>
        Promise.all(
          pages().map((each) =>
            each
              .locator('[data-node="action:make_cohort"], [data-node="action:wait_long"]')
              .count(),
          ),
        );
      await expect.poll(nodes).toEqual([1, 1]);
    },
  );

  longTest('opens the study of a link only when asked, and confirmed', async () => {
    const dir = await writeStudy('linked', diamond);
    const {application, page} = await launchDesk();
    await page.getByRole('button', {name: 'Try the sample study'}).waitFor();
    const follow = (link: string, response: number) =>
      application.evaluate(
        ({app, dialog}, given) => {
          const asked: string[] = [];
          Reflect.set(globalThis, 'asked', asked);
          Object.assign(dialog, {
            showMessageBox: async (_: unknown, {message}: {message: string}) => {
              asked.push(message);
              return {response: given.response};
            },
          });
          app.emit('open-url', {preventDefault: () => undefined}, given.link);
        },
        {link, response},
      );
    const asked = () => application.evaluate(() => Reflect.get(globalThis, 'asked') as string[]);
    const link = `study-desk://open?dir=${encodeURIComponent(dir)}`;
    await follow('study-desk://open?dir=relative', 0);
    await expect.poll(asked).toEqual(['This link can’t be opened.']);
    await follow(link, 1);
    await expect.poll(asked).toEqual(['Open this study?']);
    expect(page.context().pages()).toHaveLength(1);
    const opened = application.waitForEvent('window');
    await follow(link, 0);
    await waitForState(await opened, 'make_cohort', 'never-run');
  });
});

/** A window opened on the project.yaml of a study, as macOS has it. */
async function openFromFileManager({application}: Desk, dir: string): Promise<Page> {
  const opened = application.waitForEvent('window');
  await application.evaluate(
    ({app}, path) => {
      app.emit('open-file', {preventDefault: () => undefined}, path);
    },
    join(dir, 'project.yaml'),
  );
  return opened;
}
