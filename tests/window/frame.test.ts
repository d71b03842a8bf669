import {appendFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {nodeOf, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {outsideWindow, resizeDesk} from './layout';
import {sampleStudy} from './windowStudy';

const inspector = (page: Page) => page.getByRole('complementary', {name: 'Details'});
const bottom = (page: Page) => page.locator('#bottom-panel');

/** The graph's scale, and whether every node is within its canvas. */
function graphView(page: Page): Promise<{readonly zoom: number; readonly whole: boolean}> {
  return page.evaluate(() => {
    const view = document.querySelector<HTMLElement>('.react-flow__viewport');
    const canvas = document.querySelector('.react-flow')?.getBoundingClientRect();
    const zoom = Number(/scale\(([\d.]+)\)/.exec(view?.style.transform ?? '')?.[1]);
    const whole = [...document.querySelectorAll('.react-flow__node')].every((node) => {
      const {left, right, top, bottom: foot} = node.getBoundingClientRect();
      if (canvas === undefined) return false;
      return (
        left >= canvas.left && right <= canvas.right && top >= canvas.top && foot <= canvas.bottom
      );
    });
    return {zoom, whole};
  });
}

describe.skipIf(noWindow)('the frame', () => {
  it('gives its room to what has something to say, and keeps folded what the user folded', async () => {
    const dir = await sampleStudy();
    const desk = await launchDesk({dir});
    const {page} = desk;
    await waitForState(page, 'write_report', 'never-run');
    // nothing is selected and nothing was printed: the graph has the room, its text nearly its size
    expect(await inspector(page).isVisible()).toBe(false);
    expect(await bottom(page).isVisible()).toBe(false);
    const first = await graphView(page);
    expect(first.whole).toBe(true);
    expect(first.zoom).toBeGreaterThanOrEqual(0.9);
    const overview = page.getByRole('img', {name: 'Overview of the whole graph'});
    expect(await overview.count(), 'an overview of what is all to be seen').toBe(0);

    // a divider chooses the size of its own side alone, which comes back after larger text and a smaller window
    const widen = page.getByRole('separator', {name: 'Width of the left list'});
    const width = async () => (await page.locator('[data-place=left]').boundingBox())?.width;
    await widen.press('ArrowRight');
    await expect.poll(width).toBeGreaterThan(300);
    const chosen = await width();
    await resizeDesk(desk, 1024, 700, 2);
    await page.keyboard.press('g');
    await resizeDesk(desk, 1280, 800);
    await expect.poll(width).toBe(chosen);
    await widen.press('ArrowLeft');
    await expect.poll(width).toBeLessThan(300);

    // the first selection opens the inspector, beside which the graph still is whole until the user moves it
    await nodeOf(page, 'generate_patients').click();
    await inspector(page).waitFor();
    await expect.poll(async () => (await graphView(page)).whole).toBe(true);
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('+');
    // now some of the graph is out of sight: its overview stands below the nodes, not on them
    await overview.waitFor();
    const map = await overview.boundingBox();
    const canvas = await page.locator('.react-flow').boundingBox();
    expect((map?.y ?? 0) + 1).toBeGreaterThanOrEqual((canvas?.y ?? 0) + (canvas?.height ?? 0));

    // what a node says in full is there too, over no node
    const tip = page.locator('[class*="_tip_"]');
    const toldOnHover = async () => {
      // the view may still move under the pointer
      await nodeOf(page, 'check_patients').hover();
      return tip.textContent();
    };
    await expect.poll(toldOnHover).toMatch(/^check_patients, Never run, python:v2/);
    expect(((await tip.boundingBox())?.y ?? 0) + 4).toBeGreaterThan(
      (canvas?.y ?? 0) + (canvas?.height ?? 0),
    );

    // folded by the user it stays so at the next selection, with a badge
    await page.getByRole('button', {name: 'Inspector', exact: true}).click();
    await expect.poll(() => inspector(page).isVisible()).toBe(false);
    await nodeOf(page, 'check_patients').click();
    await page.waitForTimeout(300);
    expect(await inspector(page).isVisible()).toBe(false);
    const badge = page.getByRole('button', {name: 'Inspector: details of the selection'});
    expect(await badge.getAttribute('data-badge')).toBe('true');

    // the first error opens Problems by itself, and nothing claims to be ready
    await appendFile(join(dir, 'project.yaml'), '\n  broken:\n    run: 5\n');
    await page.getByRole('tree', {name: 'Problems'}).waitFor({timeout: 15_000});
    expect(await page.getByRole('tab', {name: /^Problems/}).getAttribute('aria-selected')).toBe(
      'true',
    );
    const doing = page.getByRole('contentinfo').getByRole('status');
    expect(await doing.textContent()).toMatch(/^project\.yaml has \d errors?: nothing can run$/);
    expect(await doing.getAttribute('data-tone')).toBe('fail');
  });

  it('holds all of its parts at every size of text', async () => {
    const desk = await launchDesk({dir: await sampleStudy()});
    const {page} = desk;
    await waitForState(page, 'write_report', 'never-run');
    const parts =
      'header button, header input, footer button, [role=tab], #left-list [role=treeitem]';
    for (const [width, height, zoom] of [
      [1280, 800, 1],
      [1280, 800, 1.25],
      [1024, 700, 1.25],
      [1280, 800, 1.5],
      [1024, 700, 1.5],
      [1280, 800, 2],
      [1024, 700, 2],
    ] as const) {
      await resizeDesk(desk, width, height, zoom);
      const at = `${width}×${height} at ${zoom * 100} %`;
      // lists scroll; the first rows must be there
      expect(await outsideWindow(page, 'header *, footer *, [role=tab]'), at).toEqual([]);
      expect(await overlaps(page, parts), at).toEqual([]);
      const run = page.getByRole('group', {name: 'Run', exact: true}).getByRole('button').first();
      expect(await isOnTop(run), `Run, ${at}`).toBe(true);
      expect(
        await page.evaluate(() => [
          document.documentElement.scrollWidth - innerWidth,
          document.body.scrollHeight - innerHeight,
        ]),
        at,
      ).toEqual([0, 0]);
      // each side can be opened, and is then to be seen
      for (const [keys, place] of [
        ['p', '#bottom-panel'],
        ['o', '#left-list'],
      ] as const) {
        await page.keyboard.press(keys);
        const part = page.locator(place);
        await part.waitFor();
        const box = await part.boundingBox();
        expect(box?.width ?? 0, `${place}, ${at}`).toBeGreaterThan(180);
        expect(box?.height ?? 0, `${place}, ${at}`).toBeGreaterThan(90);
        expect(await outsideWindow(page, place), at).toEqual([]);
        const fold = page.getByRole('button', {name: 'Fold the bottom panel'});
        if (keys === 'p' && (await fold.isVisible())) await fold.press('Enter');
      }
      // with text twice as large one place has the window, and a tab leads to each
      const places = page.getByRole('tablist', {name: 'Places'}).getByRole('tab');
      expect(await places.allTextContents(), at).toEqual(
        zoom === 2 ? ['Study', 'Graph', 'Details', 'Log'] : [],
      );
      for (const tab of await places.all()) {
        await tab.click();
        expect(await tab.getAttribute('aria-selected'), at).toBe('true');
        expect(await outsideWindow(page, '#place, footer button'), at).toEqual([]);
      }
      await page.keyboard.press('Control+,');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      expect(await outsideWindow(page, 'dialog, dialog button[aria-label=Close]'), at).toEqual([]);
      expect(
        await dialog.evaluate((box: HTMLElement) =>
          [box, ...box.querySelectorAll<HTMLElement>('*')]
            .filter(
              (it) =>
                it.scrollWidth > it.clientWidth + 1 &&
                getComputedStyle(it).overflowX !== 'visible' &&
                it.clientWidth > 40,
            )
            .map((it) => it.className),
        ),
        `Settings scrolls sideways, ${at}`,
      ).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({state: 'detached'});
    }
  });
});

/** Pairs of elements that lie over each other and neither holds the other. */
function overlaps(page: Page, selector: string): Promise<readonly string[]> {
  return page.evaluate((wanted) => {
    const clipped = (element: Element): DOMRect | null => {
      let {left, top, right, bottom: foot} = element.getBoundingClientRect();
      for (let up = element.parentElement; up !== null; up = up.parentElement) {
        if (getComputedStyle(up).overflow === 'visible') continue;
        const box = up.getBoundingClientRect();
        [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
        [right, foot] = [Math.min(right, box.right), Math.min(foot, box.bottom)];
      }
      return right - left > 1 && foot - top > 1
        ? new DOMRect(left, top, right - left, foot - top)
        : null;
    };
    const seen = [...document.querySelectorAll(wanted)].flatMap((element) => {
      const box = element.checkVisibility() ? clipped(element) : null;
      return box === null ? [] : [{element, box}];
    });
    const name = (element: Element) =>
      (element.getAttribute('aria-label') ?? element.textContent ?? '').slice(0, 30);
    return seen.flatMap(({element, box}, index) =>
      seen.slice(index + 1).flatMap((other) => {
        if (element.contains(other.element) || other.element.contains(element)) return [];
        const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        return wide > 1.5 && high > 1.5 ? [`${name(element)} / ${name(other.element)}`] : [];
      }),
    );
  }, selector);
}

/** Whether a click in the middle of an element meets it. */
function isOnTop(locator: ReturnType<Page['locator']>): Promise<boolean> {
  return locator.evaluate((element) => {
    const {left, top, width, height} = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + height / 2);
    return at !== null && element.contains(at);
  });
}
