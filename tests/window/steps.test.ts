import {readFile, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {Locator} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {everyNth} from '../gateShare';
import {runCli} from '../cli/runCli';
import {countedSteps} from './countedSteps';
import {nodeOf, RUN_MS, startRun, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {resizeDesk} from './layout';
import {layoutFaults} from './layoutFaults';
import {diamondWithoutEngine, projectText, writeStudy} from './windowStudy';

/** An action that waits ten minutes, and one that needs it. */
const stoppable = {
  'project.yaml': projectText({
    wait: {
      run: 'python:v2 python analysis/wait.py',
      outputs: {moderately_sensitive: 'output/a.csv'},
    },
    copy: {
      run: "python:v2 python -c \"import shutil; shutil.copy('output/a.csv', 'output/b.csv')\"",
      needs: ['wait'],
      outputs: {moderately_sensitive: 'output/b.csv'},
    },
  }),
  'analysis/wait.py': `import os, time
time.sleep(600)
os.makedirs("output", exist_ok=True)
open("output/a.csv", "w").write("a")
`,
};

const WINDOWS = [
  {width: 1024, height: 700},
  {width: 1280, height: 800},
] as const;

/** The smaller window in the gate, where it is harder to have all in sight. */
const SIZES = everyNth(WINDOWS, 2);

/** 300 models of five cohorts, six outcomes and ten seasons. */
const manyModels = {
  'project.yaml': projectText(
    Object.fromEntries(
      ['infants', 'children', 'adults', 'older_adults', 'mothers'].flatMap((cohort) =>
        ['flu', 'rsv', 'covid', 'death', 'admission', 'stroke'].flatMap((outcome) =>
          Array.from({length: 10}, (_, at) => {
            const name = `fit_model_${cohort}_${outcome}_s${at + 1}`;
            const outputs = {moderately_sensitive: `output/${name}.csv`};
            return [name, {run: `python:v2 python analysis/fit.py output/${name}.csv`, outputs}];
          }),
        ),
      ),
    ),
  ),
  'analysis/fit.py': `import os
import sys

os.makedirs("output", exist_ok=True)
with open(sys.argv[1], "w") as file:
    file.write("term,estimate\\nage,1.02\\n")
`,
};

/** An action whose script fails of a name with its last letter missing. */
const failing = {
  'project.yaml': projectText({
    count_people: {
      run: 'python:v2 python analysis/count_people.py',
      outputs: {moderately_sensitive: 'output/people.txt'},
    },
  }),
  'analysis/count_people.py': `import os

os.makedirs("output", exist_ok=True)
people = 12
with open("output/people.txt", "w") as file:
    file.write(str(people))
print(people); total = peopl
`,
};

/** A table of 40 areas and, beside their names, eleven columns of numbers. */
const longTable = {
  'project.yaml': projectText({
    count_reviews_by_area: {
      run: 'python:v2 python analysis/count.py',
      outputs: {moderately_sensitive: 'output/reviews_by_area.csv'},
    },
  }),
  'analysis/count.py': `import os

os.makedirs("output", exist_ok=True)
years = [f"{what}_{year}" for year in range(2018, 2023) for what in ("reviewed", "percent")]
with open("output/reviews_by_area.csv", "w") as file:
    file.write(",".join(["area", "patients", *years]) + "\\n")
    for number in range(1, 41):
        cells = [f"Yorkshire and Humber {number}", 1080 + number, *[900 + number, 72.5] * 5]
        file.write(",".join(map(str, cells)) + "\\n")
`,
};

/** The text of the cells that are whole and uncovered in the window, row by row. */
const seenCells = (grid: Locator): Promise<readonly (readonly string[])[]> =>
  grid.evaluate((element) => {
    const space = element.getBoundingClientRect();
    const right = Math.min(innerWidth, space.left + element.clientWidth);
    const bottom = Math.min(innerHeight, space.top + element.clientHeight);
    const isSeen = (cell: Element): boolean => {
      const box = cell.getBoundingClientRect();
      const corners = [
        [box.left + 2, box.top + 2],
        [box.right - 2, box.bottom - 2],
      ] as const;
      return (
        box.right <= right &&
        box.bottom <= bottom &&
        cell.scrollWidth <= cell.clientWidth &&
        corners.every(([x, y]) => cell.contains(document.elementFromPoint(x, y)))
      );
    };
    return [...element.querySelectorAll('[role=row]')]
      .map((row) =>
        [...row.querySelectorAll('[role=gridcell]')]
          .filter(isSeen)
          .map((cell) => cell.textContent ?? ''),
      )
      .filter((cells) => cells.length > 0);
  });

/** Whether all of these lie whole inside the window. */
async function areInView(places: readonly Locator[], size: (typeof WINDOWS)[number]) {
  const boxes = await Promise.all(places.map((place) => place.boundingBox()));
  return boxes.every(
    (box) =>
      box !== null &&
      box.x >= 0 &&
      box.y >= 0 &&
      box.x + box.width <= size.width &&
      box.y + box.height <= size.height,
  );
}

describe.skipIf(noWindow)('the steps that a task takes', () => {
  it.each(SIZES)('what changed since the last run: 2, at $width × $height', async (size) => {
    const dir = await writeStudy('regions', diamondWithoutEngine);
    const run = () =>
      runCli(['run', 'run_all', '--stale', '--executor', 'process', '--project-dir', dir]);
    expect((await run()).code).toBe(0);
    const script = join(dir, 'analysis/count_regions.py');
    await writeFile(script, (await readFile(script, 'utf8')).replace('// 10 * 10', '// 5 * 5'));
    expect((await run()).code).toBe(0);

    const {page} = await launchDesk({dir, ...size});
    await page.getByRole('tab', {name: /^Outputs/}).waitFor();
    const steps = countedSteps(page);
    await steps.press('o');
    await steps.click(page.getByRole('button', {name: 'What changed since the last run'}));
    const row = page.getByRole('row', {name: /table\.csv .*cells changed in .*rows/});
    await row.waitFor();
    expect(steps.count()).toBe(2);

    const table = page.getByRole('table');
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual([
      'File',
      'Change',
      'Action',
    ]);
    expect(await areInView([table, ...(await table.getByRole('cell').all())], size)).toBe(true);
    expect((await row.boundingBox())?.height).toBeLessThan(36);
    await row.getByRole('img', {name: 'Moderately sensitive'}).waitFor();
  });

  it.skipIf(noEngine).each(SIZES)(
    'failing line edited, saved, rerun, green: 5, at $width × $height',
    async (size) => {
      const dir = await writeStudy('failing-line', failing);
      const run = await runCli(['run', 'run_all', '--project-dir', dir]);
      expect(run.code).not.toBe(0);
      const {page} = await launchDesk({dir, ...size});
      await page.getByText('1 action, 1 failed').waitFor();
      const steps = countedSteps(page);

      await steps.press('F4');
      await steps.click(
        page.getByRole('button', {name: 'analysis/count_people.py, line 7'}).first(),
      );
      const line = page.locator('.cm-line', {hasText: 'total = peopl'});
      await line.locator('.cm-lintRange-error').waitFor();
      await steps.click(line);
      await page.keyboard.type('e');
      await page.getByText('Not saved').first().waitFor();
      // its mark was about what stood there
      await expect.poll(() => line.locator('.cm-lintRange-error').count()).toBe(0);
      await steps.press('Control+s');
      await page.getByText(/^Saved/).waitFor();
      expect(await readFile(join(dir, 'analysis/count_people.py'), 'utf8')).toContain(
        'total = people\n',
      );
      await steps.click(page.getByRole('button', {name: 'Rerun count_people'}));

      const editor = page.getByRole('article', {name: 'analysis/count_people.py'});
      await editor.getByRole('img', {name: 'Up to date'}).waitFor({timeout: RUN_MS});
      expect(steps.count()).toBe(5);
      // the log is beneath, in no more than half of the height
      const log = await page.getByRole('log').boundingBox();
      expect(log?.height).toBeGreaterThan(40);
      expect(log?.height).toBeLessThan(size.height / 2);
    },
  );

  it.each(
    everyNth(
      [
        [WINDOWS[0], 12, 5],
        [WINDOWS[1], 16, 7],
      ] as const,
      2,
    ),
  )('row 7 of a table of 12 columns read: 2, at %o', async (size, rows, columns) => {
    const dir = await writeStudy('areas', longTable);
    const run = ['run', 'run_all', '--executor', 'process', '--project-dir', dir];
    expect((await runCli(run)).code).toBe(0);
    const {page} = await launchDesk({dir, ...size});
    await page.getByRole('tab', {name: /^Outputs/}).waitFor();

    const steps = countedSteps(page);
    await steps.press('o');
    await steps.click(page.getByRole('treeitem', {name: /^reviews_by_area\.csv/}));
    const grid = page.getByRole('grid', {name: 'Rows of the file'});
    await grid.getByRole('gridcell', {name: 'Yorkshire and Humber 7', exact: true}).waitFor();
    expect(steps.count()).toBe(2);

    const seen = await seenCells(grid);
    const whole = seen.filter((cells) => cells.length >= columns);
    expect(whole.length).toBeGreaterThanOrEqual(rows);
    const expected = ['Yorkshire and Humber 7', '1087', '907', '72.5', '907', '72.5', '907'];
    expect(seen[6]?.slice(0, columns)).toEqual(expected.slice(0, columns));
    // the name of the action is whole wherever it fits, though the Run button has to cut it
    expect(await layoutFaults(page)).toEqual([]);
  });

  it.skipIf(noEngine).each(SIZES)(
    'one of 300 found and run: 4, at $width × $height',
    async (size) => {
      const dir = await writeStudy('many-models', manyModels);
      const {page} = await launchDesk({dir, ...size});
      await page.getByText('300 actions, 300 never run').waitFor();
      const steps = countedSteps(page);

      await steps.press('/', 'fit_model_older_adults_rsv_s7');
      await steps.press('Enter');
      const run = page.getByRole('group', {name: 'Run', exact: true}).getByRole('button').first();
      await expect.poll(() => run.textContent()).toMatch(/^Run /);
      await steps.click(run);
      const plan = page.getByRole('button', {name: 'Run 1 job', exact: true});
      await plan.waitFor();
      await steps.click(plan);

      await page.getByText('300 actions, 299 never run').waitFor({timeout: RUN_MS});
      const done = page
        .getByRole('tree', {name: 'Actions by state'})
        .getByRole('treeitem', {name: /^fit_model_older_adults_rsv_s7.*Up to date/});
      await done.waitFor({timeout: RUN_MS});
      expect(steps.count()).toBeLessThanOrEqual(4);
    },
  );

  it.skipIf(noEngine).each(SIZES)(
    'a stopped run continued: 1, at $width × $height',
    async (size) => {
      const script = join(
        await writeStudy('post-covid-vaccine-outcomes', stoppable),
        'analysis/wait.py',
      );
      const dir = dirname(dirname(script));
      const desk = await launchDesk({dir, ...size});
      const {page} = desk;
      await startRun(page, ['wait', 'copy']);
      await waitForState(page, 'wait', 'running');
      // what comes while something runs takes nothing from the study's name, with text twice as large neither
      const name = page.locator('header h1 [data-name]');
      expect(await name.textContent()).toBe('post-covid-vaccine-outcomes');
      await resizeDesk(desk, size.width, size.height, 2);
      await expect.poll(() => name.textContent()).toBe('post-covid-vaccine-outcomes');
      expect(await layoutFaults(page)).toEqual([]);
      await resizeDesk(desk, size.width, size.height);
      await page.getByRole('button', {name: /^Stop 2 jobs/}).click();
      await page
        .getByText('Stopped: 0 of 2 succeeded, 1 cancelled, 1 not started')
        .first()
        .waitFor();
      await writeFile(script, stoppable['analysis/wait.py'].replace('600', '0'));

      const steps = countedSteps(page);
      const onward = page.getByRole('button', {name: 'Continue (2 jobs)'});
      expect(await areInView([onward], size)).toBe(true);
      await steps.click(onward);
      await page.getByText('Succeeded: 2 of 2').first().waitFor();
      expect(steps.count()).toBe(1);
      await page.getByRole('button', {name: /^Stop/}).waitFor({state: 'detached'});

      // one button to run is primary, also beside the details, and where a plan has its own
      const primary = page.locator('button[class*="_primary_"]', {hasText: /^Run /});
      await nodeOf(page, 'copy').click();
      await expect.poll(() => primary.allTextContents()).toEqual(['Run copy']);
      await page.keyboard.press('r');
      await expect.poll(() => primary.allTextContents()).toEqual(['Run 1 job']);
    },
  );
});
