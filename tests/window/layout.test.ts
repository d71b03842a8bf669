import {describe, expect, it} from 'vitest';
import {nodeOf, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {outsideWindow, resizeDesk} from './layout';
import {layoutFaults} from './layoutFaults';
import {projectText, sampleStudy, writeStudy} from './windowStudy';

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

describe.skipIf(noWindow)('the list of actions', () => {
  it('writes names that do not fit on two lines, in rows that follow one another', async () => {
    const names = Array.from(
      {length: 90},
      (_, at) =>
        `analyse_older_adults_${['admissions', 'deaths', 'visits'][at % 3]}_model_${Math.floor(at / 3)}_${at % 2 === 0 ? 'primary' : 'sensitive'}`,
    );
    const action = (name: string, at: number) =>
      [
        name,
        {
          run: `python:v2 python analysis/step_${at}.py`,
          outputs: {moderately_sensitive: `output/${name}.csv`},
        },
      ] as const;
    const text = projectText({
      short: {run: 'python:v2 python a.py', outputs: {moderately_sensitive: 'output/short.csv'}},
      ...Object.fromEntries(names.map(action)),
    });
    const {page} = await launchDesk({dir: await writeStudy('long-names', {'project.yaml': text})});
    const list = page.getByRole('tree', {name: 'Actions by state'});
    await list.getByRole('treeitem', {name: 'short'}).waitFor();
    const rows = () =>
      list.getByRole('treeitem').evaluateAll((all) =>
        all
          .map((row) => {
            const {top, bottom} = row.getBoundingClientRect();
            const name = row.querySelector<HTMLElement>('[data-name]');
            const inside = name === null || name.getBoundingClientRect().bottom <= bottom + 1;
            return {top, bottom, inside, text: name?.textContent, name: name?.dataset['name']};
          })
          .sort((one, other) => one.top - other.top),
      );
    const check = async () => {
      const seen = await rows();
      seen.slice(1).forEach(({top}, at) => expect(top).toBeCloseTo(seen[at]?.bottom ?? 0, 0));
      expect(seen.filter(({inside}) => !inside)).toEqual([]);
      return seen;
    };
    const first = await check();
    const heights = new Set(first.map(({top, bottom}) => Math.round(bottom - top)));
    expect([...heights].sort()).toEqual([30, 48]);
    expect(first.filter(({text, name}) => text !== name)).toEqual([]);
    await list.focus();
    await page.keyboard.press('End');
    const last = names.at(-1) ?? '';
    await list.locator(`[data-name="${last}"]`).waitFor();
    await expect.poll(async () => (await check()).at(-1)?.name).toBe(last);
    expect(await layoutFaults(page)).toEqual([]);
  });
});
