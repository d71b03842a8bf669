import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Locator, Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {runCli} from '../cli/runCli';
import {launchDesk, noWindow} from './launchDesk';
import {diamondWithoutEngine, writeStudy} from './windowStudy';

const SIZES = [
  {width: 1280, height: 800},
  {width: 1024, height: 700},
] as const;

/** What a researcher does for a task: each click, and each key or text that is typed, is a step. */
function stepsOn(page: Page) {
  let count = 0;
  const step = (act: () => Promise<unknown>) => {
    count += 1;
    return act();
  };
  return {
    click: (place: Locator) => step(() => place.click()),
    press: (key: string) => step(() => page.keyboard.press(key)),
    count: () => count,
  };
}

/** Whether all of these lie whole inside the window. */
async function areInView(places: readonly Locator[], size: (typeof SIZES)[number]) {
  const boxes = await Promise.all(places.map((place) => place.boundingBox()));
  return boxes.every(
    (box) =>
      box !== null &&
      box.x >= 0 &&
      box.y >= 0 &&
      box.x + box.width <= size.width &&
      box.y + box.height <= size.height,
  );
}

describe.skipIf(noWindow)('the steps that a task takes', () => {
  it.each(SIZES)('what changed since the last run: 2, at $width × $height', async (size) => {
    const dir = await writeStudy('regions', diamondWithoutEngine);
    const run = () =>
      runCli(['run', 'run_all', '--stale', '--executor', 'process', '--project-dir', dir]);
    expect((await run()).code).toBe(0);
    const script = join(dir, 'analysis/count_regions.py');
    await writeFile(script, (await readFile(script, 'utf8')).replace('// 10 * 10', '// 5 * 5'));
    expect((await run()).code).toBe(0);

    const {page} = await launchDesk({dir, ...size});
    await page.getByRole('tab', {name: /^Outputs/}).waitFor();
    const steps = stepsOn(page);
    await steps.press('o');
    await steps.click(page.getByRole('button', {name: 'What changed since the last run'}));
    const row = page.getByRole('row', {name: /table\.csv .*cells changed in .*rows/});
    await row.waitFor();
    expect(steps.count()).toBe(2);

    const table = page.getByRole('table');
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
      'File',
      'Change',
      'Action',
    ]);
    expect(await areInView([table, ...(await table.getByRole('cell').all())], size)).toBe(true);
    expect((await row.boundingBox())?.height).toBeLessThan(36);
    await row.getByRole('img', {name: 'Moderately sensitive'}).waitFor();
  });
});
