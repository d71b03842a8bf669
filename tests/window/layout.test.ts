import {describe, expect, it} from 'vitest';
import {nodeOf, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {outsideWindow, resizeDesk} from './layout';
import {layoutFaults} from './layoutFaults';
import {sampleStudy} from './windowStudy';

describe.skipIf(noWindow)('what floats over the window', () => {
  it('stays inside of it at any size, and is not cut by the part it belongs to', async () => {
    const desk = await launchDesk({dir: await sampleStudy()});
    const {page} = desk;
    await waitForState(page, 'write_report', 'never-run');
    await nodeOf(page, 'count_by_region').click();
    // the Run button has most to say of what a query finds
    await page.getByRole('combobox', {name: 'Find or filter actions'}).fill('*a*');
    await page.keyboard.press('Enter');
    for (const [width, height, zoom] of [
      [1280, 800, 1],
      [1024, 700, 1.25],
      [1280, 800, 2],
      [1024, 700, 2],
    ] as const) {
      await resizeDesk(desk, width, height, zoom);
      expect(await layoutFaults(page), `at ${zoom}`).toEqual([]);
      for (const name of ['More for the selection', 'More ways to run', 'Export the graph']) {
        const button = page.getByRole('button', {name, exact: true});
        if ((await button.count()) === 0) continue;
        await button.first().press('Enter');
        const menu = page.getByRole('menu');
        await menu.locator('xpath=self::*[@data-placed="true"]').waitFor();
        expect(await outsideWindow(page, '[role="menu"]'), `${name} at ${zoom}`).toEqual([]);
        const covered = await menu.getByRole('menuitem').evaluateAll((items) =>
          items.flatMap((item) => {
            const {left, top, width: wide} = item.getBoundingClientRect();
            const at = document.elementFromPoint(left + Math.min(20, wide / 2), top + 8);
            return at !== null && item.contains(at) ? [] : [item.textContent];
          }),
        );
        // what does not fit in height is scrolled to
        const scrolls = await menu.evaluate((list) => list.scrollHeight > list.clientHeight + 1);
        if (!scrolls) expect(covered, `${name} at ${zoom}`).toEqual([]);
        await page.keyboard.press('Escape');
        await menu.waitFor({state: 'detached'});
        expect(await button.first().evaluate((it) => it === document.activeElement)).toBe(true);
      }
    }
  });
});
