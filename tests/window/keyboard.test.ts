import {describe, expect, it} from 'vitest';
import {RUN_MS, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

describe.skipIf(noWindow || noEngine)('the keyboard alone', () => {
  it('finds an action, runs it with what it needs, reads its log and opens its output', async () => {
    const {page} = await launchDesk({dir: await writeStudy('keys', diamond)});
    await waitForState(page, 'count_regions', 'never-run');
    const keys = page.keyboard;

    // Escape leaves the query box, for the graph and not for nowhere
    await keys.press('/');
    await keys.press('Escape');
    await keys.press('Escape');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('main') !== null))
      .toBe(true);

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
    // a key that stops jobs asks first
    await page.keyboard.press('.');
    await page.getByRole('dialog', {name: 'Stop 1 job?'}).waitFor();
    await page.keyboard.press('Enter');
    await waitForState(page, 'make_cohort', 'cancelled');
  });

  it('does all of it: plan, run, log, output, a problem and its fix, never losing the focus', async () => {
    const dir = await writeStudy('keys', {
      ...diamond,
      'project.yaml': (diamond['project.yaml'] ?? '').replace(
        'needs: [count_regions, draw_regions]',
        'needs: [count_region, draw_regions]',
      ),
    });
    const {page} = await launchDesk({dir});
    const keys = page.keyboard;
    const focus = () =>
      page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return 'body';
        const {outlineStyle, boxShadow} = getComputedStyle(element);
        const list = element.getAttribute('aria-activedescendant');
        const seen =
          outlineStyle !== 'none' ||
          boxShadow !== 'none' ||
          list !== null ||
          element.closest('[class*="_box_"]') !== null;
        return `${element.getAttribute('role') ?? element.tagName} ${seen ? 'seen' : 'hidden'}`;
      });

    // the error has opened Problems by itself; E brings the keyboard there, the fix is made from its line
    const problems = page.getByRole('tree', {name: 'Problems'});
    await problems.waitFor();
    await keys.press('e');
    await expect.poll(focus).toBe('tree seen');
    await keys.press('Home');
    await keys.press('Enter');
    const fix = page.getByRole('button', {name: /^Change to count_regions/}).last();
    await fix.waitFor();
    await fix.press('Enter');
    await page.getByRole('dialog').waitFor();
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent))
      .toBe('Write to project.yaml');
    await keys.press('Enter');
    await page.getByRole('dialog').waitFor({state: 'detached'});
    await expect.poll(focus).not.toBe('body');
    await keys.press('g');
    await waitForState(page, 'write_report', 'never-run');

    // F6 walks the parts of the window, and back
    const regions = new Set<string>();
    for (let presses = 0; presses < 6; presses += 1) {
      await keys.press('F6');
      expect(await focus()).toMatch(/ seen$/);
      regions.add(
        await page.evaluate(
          () =>
            document.activeElement?.closest('header, nav, main, aside, section, footer')?.tagName ??
            '',
        ),
      );
    }
    expect(regions.size).toBeGreaterThanOrEqual(4);

    await keys.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await keys.type('count_regions');
    await keys.press('Enter');
    await page.getByRole('dialog').waitFor({state: 'detached'});
    await expect.poll(focus).not.toBe('body');
    await keys.press('r');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), {timeout: 20_000})
      .toMatch(/^Run 2 jobs$/);
    expect(await focus()).toBe('BUTTON seen');
    await keys.press('Enter');
    await waitForState(page, 'count_regions', 'up-to-date');
    // the plan has gone with its button, and the keyboard with neither
    expect(await focus()).not.toBe('body');
    await keys.press('l');
    await expect.poll(focus).toBe('log seen');
    await keys.press('o');
    await expect.poll(focus).toMatch(/^tree/);
    await keys.press('b');
    await expect.poll(focus).toMatch(/^log/);
  });
});
