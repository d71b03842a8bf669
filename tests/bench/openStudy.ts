import {mkdir, mkdtemp, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {writeLargeStudy} from './largeStudy';
import {within} from './measurement';

export const NAME = 'large-study';

/** A user folder below `folder`, in which the largest study, never opened before, is the first or second of the recent ones. */
export async function userWithLargeStudy(folder: string, newest: boolean): Promise<string> {
  const userDataDir = await mkdtemp(join(folder, 'user-'));
  const dir = join(userDataDir, NAME);
  await writeLargeStudy(dir);
  const other = join(userDataDir, 'other');
  await mkdir(other);
  const recents = (newest ? [dir, other] : [other, dir]).map((each) => ({
    dir: each,
    openedAt: new Date().toISOString(),
  }));
  await writeFile(join(userDataDir, 'recents.json'), JSON.stringify(recents));
  return userDataDir;
}

/** From the click on a recent study to its painted graph, in milliseconds; the click comes without a pointer. */
export async function msFromClickToGraph(page: Page): Promise<number> {
  const recent = page.getByRole('button', {name: new RegExp(`^${NAME}`)});
  await recent.waitFor();
  // the window has come to rest, as it has when a person clicks
  await page.waitForTimeout(1500);
  const from = await recent.evaluate((button: HTMLElement) => {
    const clicked = performance.now();
    button.click();
    return clicked;
  });
  return (await msToGraph(page)) - from;
}

/** From the address to the painted graph, in milliseconds of the page. */
export function msToGraph(page: Page): Promise<number> {
  const painted = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        // nodes are hidden until they are placed; what is visible at this point of a frame is painted in it
        const look = (): void => {
          const node = document.querySelector('.react-flow__node');
          if (node === null || getComputedStyle(node).visibility !== 'visible')
            requestAnimationFrame(look);
          else setTimeout(() => resolve(performance.now()));
        };
        requestAnimationFrame(look);
      }),
  );
  return within('the painted graph', painted);
}
