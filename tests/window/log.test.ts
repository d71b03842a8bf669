import type {Locator, Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
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

const PRINTED = [
  '10 %\r50 %\r100 %',
  '\u001b[31mred\u001b[0m and plain',
  'Traceback (most recent call last):',
  '  File "/workspace/analysis/count_regions.py", line 6, in <module>',
  "KeyError: 'Column not found: stroke_date'",
];

/** A study of two runs, the second of which printed one line after the other by turns, and a log of opensafely run. */
async function studyWithLogs(): Promise<string> {
  const stamp = '2026-03-01T10:00:00.000000000Z';
  const dir = await writeStudy('logs', {
    ...diamond,
    'metadata/draw_regions.log': `${stamp} Error in ggplot\n\n\njob_definition_id: abc\nexit_code: 1\nstatus_message: Job exited with an error\n\noutputs:\n  output/figure.png  - moderately_sensitive\n`,
  });
  const cohort = (seq: number) => ({text: `patient ${seq}`, after: seq * 10});
  const counts = (seq: number) => ({
    text: PRINTED[seq - 295] ?? `count ${seq}`,
    stderr: seq >= 297,
    after: seq * 10 + 5,
  });
  for (const [id, at] of [
    ['run1', AT],
    ['run2', '2026-04-02T10:00:00.000Z'],
  ] as const)
    await addPastRun(dir, id, at, [
      {action: 'make_cohort', lines: 300, line: cohort},
      {action: 'count_regions', lines: 300, line: counts, failed: true},
    ]);
  return dir;
}

describe.skipIf(noWindow)('the logs of a study', () => {
  longTest(
    'name files that open at the line, and are read together, also one of opensafely run',
    async () => {
      const {page} = await launchDesk({dir: await studyWithLogs()});
      await nodeOf(page, 'count_regions').click();
      const log = page.getByRole('log', {name: 'Log of count_regions'});
      await log.getByText('KeyError').waitFor();
      expect((await linesInView(log)).at(-1)).toBe(300);
      expect(await log.getByText('100 %', {exact: true}).count()).toBe(1);
      expect(await log.locator('[data-colour="red"]').textContent()).toBe('red');

      await log.getByRole('link', {name: /count_regions.py/}).click();
      const code = page.getByRole('article', {name: 'analysis/count_regions.py'});
      await expect
        .poll(() => code.locator('.cm-activeLine').textContent())
        .toContain('open("output/table.csv", "w"');
      await page.keyboard.press('Escape');

      const choose = async (name: RegExp): Promise<void> => {
        await page.getByRole('button', {name: 'Compare logs'}).click();
        await page.getByRole('menuitem', {name}).click();
      };
      await choose(/^All 2 jobs of the run/);
      const merged = page.getByRole('log', {name: /^All 2 jobs/});
      await merged.getByText('KeyError').waitFor();
      await merged.focus();
      await page.keyboard.press('Home');
      await expect
        .poll(async () => (await merged.locator('[data-index]').allTextContents()).slice(0, 3))
        .toEqual([
          expect.stringMatching(/^1make_cohort.*patient 0$/),
          expect.stringMatching(/^2count_regions.*count 0$/),
          expect.stringMatching(/^3make_cohort.*patient 1$/),
        ]);
      await choose(/^Beside count_regions, attempt 1/);
      const beside = page.getByRole('log', {name: 'count_regions, attempt 1'});
      await beside.getByText('KeyError').waitFor();
      await expect.poll(() => linesInView(log).then((seen) => seen.at(-1))).toBe(300);
      expect((await linesInView(log)).length).toBeGreaterThan(3);

      await nodeOf(page, 'draw_regions').click();
      const card = page.getByRole('region', {name: 'End of metadata/draw_regions.log'});
      await card.getByText('Job exited with an error').waitFor();
      await page.getByRole('log').getByText('Error in ggplot').waitFor();
    },
  );
});
