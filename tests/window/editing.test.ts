import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
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
    await page.getByRole('button', {name: 'Edit', exact: true}).click();

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
    await page.getByRole('dialog').getByRole('button', {name: 'Go on editing'}).click();
    await desk.application.evaluate(({dialog, BrowserWindow}) => {
      const asked: string[] = [];
      Reflect.set(globalThis, 'asked', asked);
      dialog.showMessageBox = ((_window: unknown, options: {buttons: string[]}) => {
        asked.push(options.buttons.join(' | '));
        return Promise.resolve({response: 1, checkboxChecked: false});
      }) as typeof dialog.showMessageBox;
      BrowserWindow.getAllWindows()[0]?.close();
    });
    const asked = () =>
      desk.application.evaluate(() => Reflect.get(globalThis, 'asked') as unknown);
    await expect.poll(asked).toEqual(['Close without saving | Stay']);

    await page.getByRole('button', {name: 'Keep mine'}).click();
    await page.getByRole('button', {name: 'Save', exact: true}).click();
    await page.getByText(/^Saved/).waitFor();
    expect(await onDisk()).toBe(`${file}# mine too`);
    await page.getByRole('button', {name: 'Close the file'}).click();
    await waitForState(page, 'make_cohort', 'never-run');
  });
});
