import type {Locator, Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {nodeOf} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {addPastRun} from './loggedStudy';
import {diamond, writeStudy} from './windowStudy';

/** More than a browser can scroll through line by line. */
const LINES = 2_300_000;
const AT = '2026-04-01T10:00:00.000Z';

/** A study whose last job printed a log of many lines, with a word in every 100,000th of them. */
async function studyWithLog(): Promise<string> {
  const dir = await writeStudy('logged', diamond);
  await addPastRun(dir, 'run1', AT, [
    {
      action: 'make_cohort',
      failed: true,
      lines: LINES,
      line: (seq) => ({text: `line ${seq}${seq % 100_000 === 99_999 ? ' with a needle' : ''}`}),
    },
  ]);
  return dir;
}

/** The numbers of the lines that are wholly in view, as they stand before them. */
async function linesInView(log: Locator): Promise<readonly number[]> {
  return log.evaluate((box) => {
    const {top, bottom} = box.getBoundingClientRect();
    return [...box.querySelectorAll('[data-index]')]
      .filter((row) => {
        const place = row.getBoundingClientRect();
        return place.top >= top - 1 && place.bottom <= bottom + 1;
      })
      .map((row) => Number(row.getAttribute('data-index')) + 1);
  });
}

async function scrollUp(page: Page, log: Locator, pixels: number): Promise<void> {
  await log.hover();
  await page.mouse.wheel(0, -pixels);
}

describe.skipIf(noWindow)('a long log', () => {
  it('opens at its end, is scrolled to any line, wrapped too, and searched', async () => {
    const {page} = await launchDesk({dir: await studyWithLog()});
    await nodeOf(page, 'make_cohort').click();
    const log = page.getByRole('log');
    await log.getByText(`line ${LINES - 1}`).waitFor();
    await expect.poll(() => linesInView(log).then((seen) => seen.at(-1))).toBe(LINES);

    // line by line at its end, which one pixel of the scrollbar is hundreds of lines away from
    await scrollUp(page, log, 18 * 3);
    await expect.poll(() => linesInView(log).then((seen) => seen.at(-1))).toBe(LINES - 3);
    await log.focus();
    await page.keyboard.press('Home');
    await log.getByText('line 0', {exact: true}).waitFor();
    expect((await linesInView(log))[0]).toBe(1);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => linesInView(log).then((seen) => seen[0])).toBe(2);
    await log.evaluate((box) => {
      box.scrollTop = (box.scrollHeight - box.clientHeight) / 2;
    });
    await expect
      .poll(() => linesInView(log).then((seen) => Math.abs((seen[0] ?? 0) - LINES / 2)))
      .toBeLessThan(2000);

    await page.getByRole('button', {name: 'Wrap'}).click();
    await log.focus();
    await page.keyboard.press('End');
    await expect.poll(() => linesInView(log).then((seen) => seen.at(-1))).toBe(LINES);
    await page.getByRole('button', {name: 'Wrap'}).click();

    await page.getByRole('button', {name: 'Find in log'}).click();
    const bar = page.getByRole('search', {name: 'Find in logs'});
    await bar.getByRole('searchbox').fill('a NEEDLE');
    await bar.getByText('1 of 23').waitFor();
    await log.getByText('line 99999 with a').waitFor();
    await page.keyboard.press('Enter');
    await bar.getByText('2 of 23').waitFor();
    await log.getByText('line 199999 with a').waitFor();
    expect(await linesInView(log)).toContain(200_000);

    await bar.getByRole('button', {name: 'Match case'}).click();
    await bar.getByText('Not found').waitFor();
    await bar.getByRole('button', {name: 'Match case'}).click();
    await bar.getByRole('button', {name: 'Regular expression'}).click();
    await bar.getByRole('searchbox').fill('^line 1\\d9999( |$)');
    await bar.getByText('1 of 10').waitFor();
    expect(await log.getByText('line 109999', {exact: true}).count()).toBe(1);
  });
});
