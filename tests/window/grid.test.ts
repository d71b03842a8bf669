import {describe, expect, it} from 'vitest';
import {RUN_MS, runWithoutEngine} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {seriousViolations} from './seriousViolations';
import {projectText, writeStudy} from './windowStudy';

/** 24 models of three cohorts, two outcomes and four seasons, but one that is not there, and one that fits nowhere. */
const names = ['infants', 'adults', 'older_adults'].flatMap((cohort) =>
  ['flu', 'all_cause'].flatMap((outcome) =>
    [1, 2, 3, 4].map((season) => [cohort, outcome, `s${season}`] as const),
  ),
);
const actions = [...names.slice(1), ['pooled', 'flu', 's2'] as const].map(
  ([cohort, outcome, season], place) =>
    [
      `fit_${cohort}_${outcome}_${season}`,
      {
        run: `python:v2 python analysis/fit.py ${place} --cohort ${cohort} --outcome ${outcome} --season ${season}`,
        outputs: {moderately_sensitive: `output/${place}.csv`},
      },
    ] as const,
);
const study = {
  'project.yaml': projectText(Object.fromEntries(actions)),
  'analysis/fit.py': `import os
import sys

os.makedirs("output", exist_ok=True)
with open(f"output/{sys.argv[1]}.csv", "w") as file:
    file.write(f"term,estimate\\nage,{sys.argv[1]}\\nsex,7\\n")
`,
};

describe.skipIf(noWindow)('similar actions', () => {
  it('are a grid of what differs, selected with the keyboard, run and compared', async () => {
    const {page} = await launchDesk({dir: await writeStudy('variants', study)});
    const tab = page.getByRole('tab', {name: 'Grid'});
    await tab.waitFor();
    expect(await tab.getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', {name: /^fit_\*.*, group of 24 actions/}).click();
    await page.keyboard.press('v');

    const grid = page.getByRole('grid', {name: 'fit_* by what differs'});
    await grid.waitFor();
    expect(await grid.getByRole('columnheader').allTextContents()).toEqual([
      ...['cohort · outcome', 's1', 's2', 's3', 's4'],
    ]);
    expect(await grid.getByRole('rowheader').allTextContents()).toEqual([
      ...['infants · flu', 'infants · all_cause', 'adults · flu', 'adults · all_cause'],
      ...['older_adults · flu', 'older_adults · all_cause'],
    ]);
    const cell = (name: string) => grid.getByRole('gridcell', {name});
    await cell('infants · flu, s1, no action').waitFor();
    await cell('adults · all_cause, s3, fit_adults_all_cause_s3, Never run').waitFor();
    await page.getByRole('region', {name: 'Others of the group'}).getByRole('button').waitFor();
    await page.getByText('24 never run', {exact: true}).waitFor();

    // a rectangle of three by two with the missing one in its corner
    const details = page.getByRole('complementary', {name: 'Details'});
    await expect.poll(() => grid.evaluate((it) => it === document.activeElement)).toBe(true);
    for (const key of ['Control+Home', 'Shift+ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowDown'])
      await page.keyboard.press(key);
    await details.getByRole('heading', {name: '5 actions selected'}).waitFor();
    expect(await grid.locator('[role=gridcell][aria-selected=true]').count()).toBe(5);
    await page.getByRole('button', {name: 'Run 5 selected', exact: true}).first().waitFor();

    // a column by its name, a row, all
    await page.keyboard.press('Control+Space');
    await details.getByRole('heading', {name: '6 actions selected'}).waitFor();
    await grid.getByRole('rowheader', {name: 'adults · flu', exact: true}).click();
    await details.getByRole('heading', {name: '4 actions selected'}).waitFor();
    await page.keyboard.press('Control+a');
    await details.getByRole('heading', {name: '23 actions selected'}).waitFor();
    expect(await seriousViolations(page)).toEqual([]);

    // what the query leaves out is not selected
    await page.keyboard.press('/');
    await page.keyboard.type('fit_adults_*');
    // names that match are suggested, over the grid
    await page.getByRole('listbox').waitFor();
    await page.keyboard.press('Escape');
    await grid.getByRole('columnheader', {name: 'season s1'}).click();
    await details.getByRole('heading', {name: '2 actions selected'}).waitFor();
    await page.keyboard.press('Escape');

    // a run of two of them shows where they are, and what they made is compared
    await runWithoutEngine(page, ['fit_infants_flu_s2', 'fit_infants_flu_s3']);
    await cell('infants · flu, s2, fit_infants_flu_s2, Up to date').waitFor({timeout: RUN_MS});
    await cell('infants · flu, s2').click();
    await cell('infants · flu, s3').click({modifiers: ['Shift']});
    await cell('infants · flu, s3').click({button: 'right'});
    await page.getByRole('menuitem', {name: 'Compare outputs'}).click();
    const rows = page.getByRole('grid', {name: 'Rows of both versions'});
    await rows.getByRole('gridcell', {name: '0 | 1', exact: true}).waitFor();
    await page.getByText('1 cell different in 1 row').waitFor();
  });
});
