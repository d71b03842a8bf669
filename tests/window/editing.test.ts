import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {longTestIf} from '../gateShare';
import {answerFolder, nodeOf, waitForState} from './deskActions';
import {inBrowser} from './inBrowser';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

describe.skipIf(noWindow)('project.yaml edited in the window', () => {
  it('finds problems, saves with the line ends of the file, tells of other hands, and loses nothing unasked', async () => {
    const file = (diamond['project.yaml'] ?? '').replaceAll('\n', '\r\n');
    const dir = await writeStudy('edited', {...diamond, 'project.yaml': file});
    const onDisk = () => readFile(join(dir, 'project.yaml'), 'utf8');
    const desk = await launchDesk({dir});
    const {page} = desk;
    await waitForState(page, 'make_cohort', 'never-run');
    await page.getByRole('button', {name: 'edited', exact: true}).click();
    await page.getByRole('menuitem', {name: 'Show project.yaml'}).click();
    await page.locator('.cm-content').click();

    // the keyboard is in the text: what is typed is looked at while it is not saved
    await page.keyboard.press('Control+End');
    await page.keyboard.type('wrong: 1');
    await page.getByText(/^Not saved · 1 error/).waitFor();
    await page.locator('.cm-lintRange-error').getByText('wrong').waitFor();
    expect(await onDisk()).toBe(file);
    await page.keyboard.press('Control+z');
    await page.keyboard.type('# mine');
    await page.getByText(/^Not saved · (no problems|\d+ warnings?)$/).waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText(/^Saved/).waitFor();
    expect(await onDisk()).toBe(`${file}# mine`);

    // somebody else saves under it
    await page.keyboard.type(' too');
    await writeFile(join(dir, 'project.yaml'), `# theirs\r\n${file}`);
    await page.getByRole('alert').getByText('project.yaml was changed on disk').waitFor();
    await page.keyboard.press('Control+s');
    expect(await onDisk()).toBe(`# theirs\r\n${file}`);

    // neither Escape nor closing the window loses it unasked
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').getByRole('button', {name: 'Keep editing'}).click();
    expect(await askedAtClosing(desk)).toBe(
      inBrowser ? 'beforeunload' : 'Close without saving | Stay',
    );

    await page.getByRole('button', {name: 'Keep mine'}).click();
    await page.getByRole('button', {name: 'Save', exact: true}).click();
    await page.getByText(/^Saved/).waitFor();
    expect(await onDisk()).toBe(`${file}# mine too`);
    await page.getByRole('button', {name: 'Close the file'}).click();
    await waitForState(page, 'make_cohort', 'never-run');
  });

  it('makes a fix by hover or light bulb, and asks before another study or none takes its place', async () => {
    const wrong = (diamond['project.yaml'] ?? '').replace(
      '[count_regions, draw',
      '[count_region, draw',
    );
    const dir = await writeStudy('bulb', {...diamond, 'project.yaml': wrong});
    const other = await writeStudy('other', diamond);
    const desk = await launchDesk({dir});
    const {page} = desk;
    await page.getByRole('tree', {name: 'Problems'}).waitFor();
    await page.keyboard.press('F8');

    // a fix goes into the text, from its words or its light bulb, and can be undone
    await page.locator('.cm-lintRange-error').hover();
    const hover = page.locator('.cm-tooltip-lint');
    await hover.getByText('which is not an action of this file').waitFor();
    await hover.getByRole('button', {name: /count_regions/}).click();
    const dialog = page.getByRole('dialog');
    await page.getByText(/^Not saved · (no problems|\d+ warnings?)$/).waitFor();
    await page.keyboard.press('Control+z');
    await page.getByText(/^Saved · 1 error/).waitFor();
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toBe(wrong);
    await page.locator('.cm-fixes .cm-gutterElement:has(svg):visible').last().click();
    await page.getByText(/^Not saved · (no problems|\d+ warnings?)$/).waitFor();
    await page.locator('.cm-line', {hasText: 'needs: [count_regions, draw_regions]'}).waitFor();

    // closing the study, and opening another, ask first; what is gone on with is still there
    const menu = page.getByRole('button', {name: 'bulb', exact: true});
    await menu.click();
    await page.getByRole('menuitem', {name: 'Close this study'}).click();
    await dialog.getByRole('button', {name: 'Keep editing'}).click();
    await page.getByText(/^Not saved/).waitFor();
    await answerFolder(desk, other);
    await menu.click();
    await page.getByRole('menuitem', {name: 'Open another study…'}).click();
    await dialog.getByRole('button', {name: 'Save', exact: true}).click();
    await page.getByRole('button', {name: 'other', exact: true}).waitFor();
    expect(await readFile(join(dir, 'project.yaml'), 'utf8')).toBe(diamond['project.yaml']);
  });
});

longTestIf(
  !noWindow,
  'a script follows the file on disk, and loses nothing typed to it',
  async () => {
    const dir = await writeStudy('script', diamond);
    const script = join(dir, 'analysis/count_regions.py');
    const text = await readFile(script, 'utf8');
    const {page} = await launchDesk({dir});
    await waitForState(page, 'make_cohort', 'never-run');
    await nodeOf(page, 'count_regions').click();
    await page.getByRole('button', {name: 'Open script'}).click();
    const editor = page.getByRole('textbox', {name: 'analysis/count_regions.py'});
    await editor.waitFor();

    await writeFile(script, `# theirs\n${text}`);
    await editor.getByText('# theirs').waitFor();
    await editor.click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# mine\n');
    await writeFile(script, `# theirs again\n${text}`);
    await page.getByRole('alert').getByText('was changed on disk').waitFor();
    await page.keyboard.press('Control+s');
    await editor.getByText('# mine').waitFor();
    expect(await readFile(script, 'utf8')).toBe(`# theirs again\n${text}`);

    await page.getByRole('button', {name: 'Keep mine'}).click();
    await page.keyboard.press('Control+s');
    await expect.poll(() => readFile(script, 'utf8')).toBe(`# mine\n# theirs\n${text}`);
  },
);

/** Closes the window, and stays; what was asked. */
async function askedAtClosing(desk: Desk): Promise<string> {
  if (inBrowser) {
    const asked = desk.page.waitForEvent('dialog');
    await desk.page.close({runBeforeUnload: true});
    const dialog = await asked;
    await dialog.dismiss();
    return dialog.type();
  }
  return desk.application.evaluate(
    ({dialog, BrowserWindow}) =>
      new Promise<string>((resolve) => {
        dialog.showMessageBox = ((_window: unknown, options: {buttons: string[]}) => {
          resolve(options.buttons.join(' | '));
          return Promise.resolve({response: 1, checkboxChecked: false});
        }) as typeof dialog.showMessageBox;
        BrowserWindow.getAllWindows()[0]?.close();
      }),
  );
}
