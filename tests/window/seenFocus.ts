import type {Page} from 'playwright-core';
import {expect} from 'vitest';

/** What has the keyboard, in words: its role or tag, and its name or text; `nothing` where that is the page itself. */
export function focusOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'nothing';
    const role = element.getAttribute('role') ?? element.tagName.toLowerCase();
    const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
    return `${role} ${name.trim().slice(0, 60)}`;
  });
}

/** Waits until what fits has the keyboard, and holds that a picture of the window shows it there. */
export async function expectSeenFocus(page: Page, what: RegExp): Promise<void> {
  await expect.poll(() => focusOf(page), {timeout: 20_000}).toMatch(what);
  await expect
    .poll(() => isSeenFocus(page), {message: `the keyboard is seen on ${String(what)}`})
    .toBe(true);
}

/** Whether the place that has the keyboard stands in the window and looks otherwise than without. */
async function isSeenFocus(page: Page): Promise<boolean> {
  const {x, y, right, bottom} = await page.evaluate(() => {
    const active = document.activeElement;
    const row = document.getElementById(active?.getAttribute('aria-activedescendant') ?? '');
    // a field shows it itself, a list by its row
    const shows = active instanceof HTMLInputElement ? active : (row ?? active);
    const box = (shows ?? document.body).getBoundingClientRect();
    return {
      x: Math.max(0, box.left - 6),
      y: Math.max(0, box.top - 6),
      right: Math.min(innerWidth, box.right + 6),
      bottom: Math.min(innerHeight, box.bottom + 6),
    };
  });
  if (right - x < 8 || bottom - y < 8) return false;
  const options = {clip: {x, y, width: right - x, height: bottom - y}};
  const seen = await page.screenshot(options);
  const element = await page.evaluateHandle(() => document.activeElement);
  await element.evaluate((active) => {
    // the window gives the keyboard back to who loses it, but not to who is left
    document.body.dispatchEvent(new PointerEvent('pointerdown', {bubbles: true}));
    if (active instanceof HTMLElement) active.blur();
  });
  const without = await page.screenshot(options);
  await element.evaluate((active) => {
    if (active instanceof HTMLElement) active.focus({preventScroll: true});
  });
  return !seen.equals(without);
}
