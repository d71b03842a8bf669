import {describe, expect, it} from 'vitest';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

describe.skipIf(noWindow)('the view of the graph', () => {
  it('fits a window that changes, until the user moves it', async () => {
    const desk = await launchDesk({
      dir: await writeStudy('fit', diamond),
      width: 1280,
      height: 800,
    });
    await desk.page.locator('.react-flow__node').first().waitFor();
    const small = await transformOf(desk);

    await resize(desk, 1800, 1000);
    await expect.poll(() => transformOf(desk)).not.toBe(small);
    const large = await transformOf(desk);
    await resize(desk, 1280, 800);
    await expect.poll(() => transformOf(desk)).toBe(small);

    const box = await desk.page.locator('.react-flow').boundingBox();
    if (box === null) throw new Error('The graph has no size.');
    await desk.page.mouse.move(box.x + box.width - 60, box.y + box.height - 60);
    await desk.page.mouse.wheel(0, 300);
    await expect.poll(() => transformOf(desk)).not.toBe(small);
    await desk.page.waitForTimeout(500);
    const own = await transformOf(desk);
    await resize(desk, 1800, 1000);
    await desk.page.waitForTimeout(500);
    expect(await transformOf(desk)).toBe(own);

    await desk.page.getByRole('button', {name: 'Fit', exact: true}).click();
    await expect.poll(() => transformOf(desk)).toBe(large);
  });
});

function transformOf({page}: Desk): Promise<string> {
  return page
    .locator('.react-flow__viewport')
    .evaluate((view: HTMLElement) => view.style.transform);
}

async function resize({application, page}: Desk, width: number, height: number): Promise<void> {
  await application.evaluate(
    ({BrowserWindow}, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h),
    [width, height] as const,
  );
  await page.waitForFunction(([w, h]) => innerWidth === w && innerHeight === h, [
    width,
    height,
  ] as const);
}
