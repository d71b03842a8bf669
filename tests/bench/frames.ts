import type {Page} from 'playwright-core';
import {within} from './measurement';

/** The time between frames that 95 % of them keep while the user does something. */
export async function p95Frame(page: Page, act: () => Promise<void>): Promise<number> {
  const frames = await page.evaluateHandle(() => {
    const times: number[] = [];
    let last = performance.now();
    const state = {times, going: true};
    const tick = (now: number): void => {
      times.push(now - last);
      last = now;
      if (state.going) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    return state;
  });
  await act();
  return frames.evaluate((state) => {
    state.going = false;
    const sorted = state.times.slice(2).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)] ?? Infinity;
  });
}

/** Milliseconds from an act until `isDone` holds in the page, looked at in every frame. */
export async function msUntil(
  page: Page,
  isDone: (text: string) => boolean,
  text: string,
  act: () => Promise<unknown>,
): Promise<number> {
  const from = performance.now();
  await act();
  const done = page.waitForFunction(isDone, text, {polling: 'raf', timeout: 0});
  await within(`"${text}" in the window`, done);
  return performance.now() - from;
}
