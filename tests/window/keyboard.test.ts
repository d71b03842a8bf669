import {describe, expect, it} from 'vitest';
import {RUN_MS, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

describe.skipIf(noWindow || noEngine)('the keyboard alone', () => {
  it('finds an action, runs it with what it needs, reads its log and opens its output', async () => {
    const {page} = await launchDesk({dir: await writeStudy('keys', diamond)});
    await waitForState(page, 'count_regions', 'never-run');
    const keys = page.keyboard;

    await keys.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await keys.type('count_regions');
    await keys.press('Enter');
    await page.locator('[data-node="action:count_regions"][data-selected="true"]').waitFor();

    await keys.press('r');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), {timeout: 20_000})
      .toMatch(/^Run 2 jobs$/);
    await keys.press('Enter');
    await waitForState(page, 'count_regions', 'up-to-date');
    await keys.press('l');
    await page.getByRole('log').getByText('Counted 3 regions').waitFor({timeout: RUN_MS});

    await keys.press('o');
    const tree = page.getByRole('tree', {name: 'Outputs by tier'});
    await tree.waitFor();
    // from wherever the focus is, Tab comes to the list
    for (let presses = 0; presses < 60; presses += 1) {
      if (await tree.evaluate((list) => list === document.activeElement)) break;
      await keys.press('Tab');
    }
    expect(await tree.evaluate((list) => list === document.activeElement)).toBe(true);
    const shown = page.getByRole('article', {name: 'output/table.csv'});
    await keys.press('Home');
    for (let presses = 0; presses < 20 && !(await shown.isVisible()); presses += 1)
      await keys.press('ArrowDown');
    await keys.press('Enter');
    await shown.getByText('East', {exact: true}).waitFor();

    await keys.press('Escape');
    await page.locator('.react-flow__node').first().waitFor();
  });

  it('stops a run with the full stop, and Escape does not', async () => {
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
    await page.keyboard.press('Enter');
    await waitForState(page, 'make_cohort', 'running');
    await page.keyboard.press('Escape');
    expect(await page.locator('[data-node="action:make_cohort"]').getAttribute('data-state')).toBe(
      'running',
    );
    await page.keyboard.press('.');
    await waitForState(page, 'make_cohort', 'cancelled');
  });
});
