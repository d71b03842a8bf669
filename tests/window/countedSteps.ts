import type {Locator, Page} from 'playwright-core';

/** What a user does in a window, counted: a step is one press of a key or of the mouse, with the text typed right behind it. */
export interface CountedSteps {
  readonly press: (key: string, text?: string) => Promise<void>;
  readonly click: (target: Locator) => Promise<void>;
  /** How many there were. */
  readonly count: () => number;
}

/** Counts from 0; waiting and looking is no step. */
export function countedSteps(page: Page): CountedSteps {
  let steps = 0;
  return {
    async press(key, text) {
      steps += 1;
      await page.keyboard.press(key);
      if (text !== undefined) await page.keyboard.type(text);
    },
    async click(target) {
      // what would have to be scrolled to first takes more than one
      const box = await target.boundingBox();
      const size = await page.evaluate(() => ({width: innerWidth, height: innerHeight}));
      const isSeen =
        box !== null &&
        box.x >= 0 &&
        box.y >= 0 &&
        box.x + box.width <= size.width &&
        box.y + box.height <= size.height;
      if (!isSeen) throw new Error(`Out of sight: ${String(target)}`);
      steps += 1;
      await target.click();
    },
    count: () => steps,
  };
}
