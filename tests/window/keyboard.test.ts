import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {everyNth, longTest} from '../gateShare';
import {answerFolder, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {resizeDesk} from './layout';
import {expectSeenFocus, focusOf} from './seenFocus';
import {diamond, emptyFolder, writeStudy} from './windowStudy';

describe.skipIf(noWindow || noEngine)('the keyboard alone', () => {
  it.each(
    everyNth(
      [
        {width: 1024, height: 700},
        {width: 1280, height: 800},
      ],
      2,
    ),
  )('does all of it on the sample at $width × $height, seen at every step', async (size) => {
    const parent = await emptyFolder();
    const desk = await launchDesk(size);
    const {page} = desk;
    const keys = page.keyboard;
    const tabTo = async (what: RegExp): Promise<void> => {
      for (let presses = 0; presses < 60 && !what.test(await focusOf(page)); presses += 1)
        await keys.press('Tab');
      await expectSeenFocus(page, what);
    };
    await answerFolder(desk, join(parent, 'sample'));
    await page.getByRole('button', {name: 'Try the sample study'}).waitFor();
    await tabTo(/Try the sample study/);
    await keys.press('Enter');
    await waitForState(page, 'count_by_region', 'never-run');
    // the study opens with the keyboard on its list
    await expectSeenFocus(page, /^tree Actions by state/);

    // Escape leaves the query box, for the list and not for nowhere
    await keys.press('/');
    await expectSeenFocus(page, /^combobox Find or filter actions/);
    await keys.press('Escape');
    await keys.press('Escape');
    await expectSeenFocus(page, /^tree Actions by state/);

    // F6 walks the parts of the window, and back to the first
    const parts: string[] = [];
    do {
      await keys.press('F6');
      await expectSeenFocus(page, /./);
      parts.push(await focusOf(page));
    } while ((parts.length < 8 && parts.at(-1) !== parts[0]) || parts.length === 1);
    expect(parts.length).toBeGreaterThanOrEqual(5);

    await keys.press('Control+k');
    await expectSeenFocus(page, /^combobox Find actions, scripts, outputs and commands/);
    await keys.type('count_by_region');
    await keys.press('Enter');
    await page.locator('[data-node="action:count_by_region"][data-selected="true"]').waitFor();
    await expectSeenFocus(page, /^(?!nothing)/);

    await keys.press('r');
    await expectSeenFocus(page, /^button Run 2 jobs$/);
    await keys.press('p');
    await expectSeenFocus(page, /^group Jobs in order/);
    await tabTo(/^input Run count_by_region/);
    await keys.press('p');
    await expectSeenFocus(page, /^group Jobs in order/);
    await keys.press('r');
    await expectSeenFocus(page, /^button Run 2 jobs$/);
    await keys.press('Enter');
    await waitForState(page, 'count_by_region', 'up-to-date');
    // the plan has gone with its button, and the keyboard with neither
    await expectSeenFocus(page, /^(?!nothing)/);

    await keys.press('l');
    await expectSeenFocus(page, /^log/);
    await page.getByRole('log').getByText('reviews_by_region.csv').first().waitFor();
    // where the log has the room of the centre too, Escape leaves the query box for the log
    await resizeDesk(desk, size.width, size.height, 2);
    await expect.poll(() => focusOf(page)).toMatch(/^log/);
    await keys.press('/');
    await expect.poll(() => focusOf(page)).toMatch(/^(combobox|input) Find/);
    await keys.press('Escape');
    await expect.poll(() => focusOf(page)).toMatch(/^log/);
    await resizeDesk(desk, size.width, size.height);

    await keys.press('o');
    await expectSeenFocus(page, /^tree Outputs by tier/);
    const shown = page.getByRole('article', {name: 'output/tables/reviews_by_region.csv'});
    await keys.press('Home');
    for (let presses = 0; presses < 20 && !(await shown.isVisible()); presses += 1)
      await keys.press('ArrowDown');
    await keys.press('Enter');
    await shown.getByText('region', {exact: true}).first().waitFor();
    await expectSeenFocus(page, /^tree Outputs by tier/);
    // the log has given way to the file, and comes back with its key
    await keys.press('l');
    await expectSeenFocus(page, /^log/);
    await keys.press('b');
    await expectSeenFocus(page, /^tree Outputs by tier/);
    await keys.press('Escape');
    await keys.press('g');
    await expectSeenFocus(page, /^button count_by_region/);

    // somebody makes a mistake in project.yaml: the fix is made from its line
    const file = join(parent, 'sample/asthma-reviews-sample/project.yaml');
    const good = await readFile(file, 'utf8');
    await writeFile(file, good.replace('needs: [count_by_month]', 'needs: [count_by_mont]'));
    const problems = page.getByRole('tree', {name: 'Problems'});
    await problems.waitFor();
    await keys.press('e');
    await expectSeenFocus(page, /^tree Problems/);
    await keys.press('Home');
    await keys.press('Enter');
    await page
      .getByRole('button', {name: /^Change to count_by_month/})
      .last()
      .waitFor();
    await tabTo(/^button Change to count_by_month/);
    await keys.press('Enter');
    await expectSeenFocus(page, /^button Write to project.yaml/);
    await keys.press('Enter');
    await page.getByRole('dialog').waitFor({state: 'detached'});
    expect(await readFile(file, 'utf8')).toBe(good);
    await expectSeenFocus(page, /^(?!nothing)/);
    await keys.press('g');
    await waitForState(page, 'draw_month_chart', 'never-run');
    await expectSeenFocus(page, /^button draw_month_chart/);
  });

  longTest('stops a run with the full stop, and Escape does not', async () => {
    const {page} = await launchDesk({dir: await writeStudy('keys', diamond)});
    await waitForState(page, 'make_cohort', 'never-run');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('make_cohort');
    await page.keyboard.press('Enter');
    await page.keyboard.press('r');
    await page.getByRole('button', {name: 'Run 1 job'}).waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''))
      .toBe('Run 1 job');
    // a key goes where it says, also from what goes away with its tab
    await page.keyboard.press('e');
    await expect.poll(() => focusOf(page)).toBe('tree Problems');
    await page.keyboard.press('r');
    await expect.poll(() => focusOf(page)).toBe('button Run 1 job');
    await page.keyboard.press('Enter');
    await waitForState(page, 'make_cohort', 'running');
    await page.keyboard.press('Escape');
    expect(await page.locator('[data-node="action:make_cohort"]').getAttribute('data-state')).toBe(
      'running',
    );
    // a key that stops jobs asks first
    await page.keyboard.press('.');
    await page.getByRole('dialog', {name: 'Stop 1 job?'}).waitFor();
    await page.keyboard.press('Enter');
    await waitForState(page, 'make_cohort', 'cancelled');
  });

  it('lists every key that the menu binds, and the menu does what its entry says', async () => {
    const {application, page} = await launchDesk({dir: await writeStudy('menu', diamond)});
    await waitForState(page, 'make_cohort', 'never-run');
    const bound = await application.evaluate(({Menu}) =>
      (Menu.getApplicationMenu()?.items ?? [])
        .filter(({role}) => role?.toLowerCase() !== 'editmenu')
        .flatMap(({submenu}) => submenu?.items ?? [])
        .flatMap(({accelerator}) => (typeof accelerator === 'string' ? [accelerator] : [])),
    );
    expect(bound.length).toBeGreaterThanOrEqual(12);
    await application.evaluate(({Menu, BrowserWindow}) => {
      const entries = Menu.getApplicationMenu()?.items.flatMap(({submenu}) => submenu?.items ?? []);
      entries
        ?.find(({label}) => label === 'Keyboard')
        ?.click(undefined, BrowserWindow.getAllWindows()[0]);
    });
    const listed = await page.getByRole('dialog', {name: 'Keys'}).locator('kbd').allTextContents();
    const words = (accelerator: string): string =>
      accelerator
        .replaceAll(/(CmdOrCtrl|Ctrl)\+/g, 'Ctrl ')
        .replace('Shift+', 'Shift ')
        .replace('Plus', '+')
        .replace(/-$/, '−');
    expect(listed).toEqual(expect.arrayContaining(bound.map(words)));
  });
});
