import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {nodeOf} from './deskActions';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {resizeDesk} from './layout';
import {diamond, projectText, sampleStudy, writeStudy} from './windowStudy';

describe.skipIf(noWindow)('the view of the graph', () => {
  it('fits a window that changes, until the user moves it; what was in the middle then stays there', async () => {
    const desk = await launchDesk({
      dir: await writeStudy('fit', diamond),
      width: 1280,
      height: 800,
    });
    await desk.page.locator('.react-flow__node').first().waitFor();
    const small = await transformOf(desk);

    await resizeDesk(desk, 1800, 1000);
    await expect.poll(() => transformOf(desk)).not.toBe(small);
    const large = await transformOf(desk);
    await resizeDesk(desk, 1280, 800);
    await expect.poll(() => transformOf(desk)).toBe(small);

    const box = await desk.page.locator('.react-flow').boundingBox();
    if (box === null) throw new Error('The graph has no size.');
    await desk.page.mouse.move(box.x + box.width - 60, box.y + box.height - 60);
    await desk.page.mouse.wheel(0, 300);
    await expect.poll(() => transformOf(desk)).not.toBe(small);
    await desk.page.waitForTimeout(500);
    const own = await middleOf(desk);
    await resizeDesk(desk, 1800, 1000);
    await expect.poll(() => middleOf(desk)).toEqual(own);

    await desk.page.getByRole('button', {name: 'Fit', exact: true}).click();
    await expect.poll(() => transformOf(desk)).toBe(large);

    await desk.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await desk.page.mouse.wheel(0, 300);
    await expect.poll(() => transformOf(desk)).not.toBe(large);
    await desk.page.waitForTimeout(500);
    const again = await middleOf(desk);
    // the panel takes half of the height
    await desk.page.getByRole('tab', {name: /^Problems/}).click();
    await desk.page.locator('#bottom-panel').waitFor();
    await expect.poll(() => middleOf(desk)).toEqual(again);
  });

  longTest(
    'shows all of a small study whatever is opened beside it, the selected node too',
    async () => {
      const desk = await launchDesk({dir: await sampleStudy(), width: 1280, height: 800});
      await desk.page.locator('.react-flow__node').first().waitFor();
      await expect.poll(() => nodesCut(desk)).toEqual([]);
      await nodeOf(desk.page, 'write_report').click();
      await desk.page.getByRole('tab', {name: /^Log/}).click();
      await desk.page.locator('#bottom-panel').waitFor();
      await expect.poll(() => nodesCut(desk)).toEqual([]);
      await desk.page.getByRole('tab', {name: /^Plan/}).click();
      await expect.poll(() => nodesCut(desk)).toEqual([]);
      await resizeDesk(desk, 1024, 700);
      await expect.poll(() => nodesCut(desk)).toEqual([]);
      expect(await desk.page.getByRole('img', {name: 'Overview of the whole graph'}).count()).toBe(
        0,
      );
    },
  );

  longTest('shows all of one column that just fits, whichever of it is selected', async () => {
    const names = Array.from({length: 8}, (_, at) => `count_${'abcdefgh'.charAt(at)}`);
    const outputs = (name: string) => ({moderately_sensitive: `output/${name}.csv`});
    const actions = names.map((name) => {
      const run = `python:v2 python analysis/${name}.py`;
      return [name, {run, needs: ['cohort'], outputs: outputs(name)}] as const;
    });
    const cohort = {run: 'r:v2 analysis/cohort.R', outputs: outputs('cohort')};
    const text = projectText({cohort, ...Object.fromEntries(actions)});
    const dir = await writeStudy('column', {'project.yaml': text});
    const {page} = await launchDesk({dir, width: 1280, height: 800});
    for (const name of ['count_a', 'count_h']) {
      await page.getByRole('treeitem', {name: new RegExp(name)}).click();
      await page.getByRole('tab', {name: /^Log/}).click();
      await page.locator('#bottom-panel').waitFor();
      await page.waitForTimeout(500);
      expect(await nodesCut({page})).toEqual([]);
      const overview = page.getByRole('img', {name: 'Overview of the whole graph'});
      expect(await overview.count()).toBe(0);
    }
  });
});

/** The nodes that can't be seen whole in the canvas. */
async function nodesCut({page}: Pick<Desk, 'page'>): Promise<readonly string[]> {
  return page.locator('.react-flow').evaluate((canvas) => {
    const place = canvas.getBoundingClientRect();
    return [...canvas.querySelectorAll('[data-node]')].flatMap((node) => {
      const {left, top, right, bottom} = node.getBoundingClientRect();
      const whole =
        left >= place.left && top >= place.top && right <= place.right && bottom <= place.bottom;
      return whole ? [] : [node.getAttribute('data-node') ?? ''];
    });
  });
}

function transformOf({page}: Desk): Promise<string> {
  return page
    .locator('.react-flow__viewport')
    .evaluate((view: HTMLElement) => view.style.transform);
}

/** What of the graph is in the middle of its canvas, and how large it is drawn; the foot counts as canvas. */
async function middleOf({page}: Desk): Promise<readonly number[]> {
  return page.locator('.react-flow').evaluate((canvas) => {
    const view = canvas.querySelector<HTMLElement>('.react-flow__viewport');
    const {m11: zoom, m41: x, m42: y} = new DOMMatrixReadOnly(view?.style.transform);
    const {clientWidth, clientHeight} = canvas;
    return [(clientWidth / 2 - x) / zoom, (clientHeight / 2 - y) / zoom, zoom * 100].map(
      Math.round,
    );
  });
}
