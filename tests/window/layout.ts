import type {Page} from 'playwright-core';
import {changeLook} from '../../build/openDesk.mjs';
import {inBrowser} from './inBrowser';
import type {Desk} from './launchDesk';

/** Gives the window a size in pixels of the screen, its text a size, 1 as usual, and a theme where one is named. */
export async function resizeDesk(
  desk: Desk,
  width: number,
  height: number,
  zoom = 1,
  theme: 'light' | 'dark' | null = null,
): Promise<void> {
  if (inBrowser) {
    await zoomPage(desk.page, width, height, zoom);
    if (theme !== null) await desk.page.emulateMedia({colorScheme: theme});
  } else await changeLook(desk, {width, height, zoom, theme});
  // what measures itself does so a frame later
  await desk.page.waitForTimeout(250);
}

/** As a browser has larger text: the pixels of the page are larger, and so fewer in a window of the same size. */
async function zoomPage(page: Page, width: number, height: number, zoom: number): Promise<void> {
  await page.evaluate((outer) => {
    Object.defineProperty(window, 'outerWidth', {value: outer, configurable: true});
  }, width);
  await page.setViewportSize({
    width: Math.round(width / zoom),
    height: Math.round(height / zoom),
  });
}

/** Elements that fit `selector`, are to be seen, and stand at least half a pixel out of the window; with where. */
export function outsideWindow(page: Page, selector: string): Promise<readonly string[]> {
  return page.evaluate((wanted) => {
    const found: string[] = [];
    for (const element of document.querySelectorAll(wanted)) {
      const {left, top, right, bottom, width, height} = element.getBoundingClientRect();
      if (width === 0 || height === 0 || !element.checkVisibility()) continue;
      if (left < -0.5 || top < -0.5 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5)
        found.push(
          `${(element.getAttribute('aria-label') ?? element.textContent ?? '').slice(0, 40)} at ${[left, top, right, bottom].map(Math.round).join(' ')} of ${innerWidth}×${innerHeight}`,
        );
    }
    return found;
  }, selector);
}
