import {existsSync} from 'node:fs';
import {cp, mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {longTestIf} from '../gateShare';
import {waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {emptyFolder, projectText, writeStudy} from './windowStudy';

const CORPUS = new URL('../../../shared/corpus/projects/', import.meta.url).pathname;
const LARGEST = join(CORPUS, 'opensafely__disparities-comparison.project.yaml');

/** A cohort, twelve like models of it, and a report on two of them; no model's script is there. */
const models = projectText({
  make_cohort: {
    run: 'python:v2 python analysis/cohort.py',
    outputs: {highly_sensitive: 'output/cohort.csv'},
  },
  ...Object.fromEntries(
    Array.from({length: 12}, (_, index) => [
      `fit_model_older_adults_s${index + 1}_primary`,
      {
        run: `r:v2 analysis/model.R ${index + 1}`,
        needs: ['make_cohort'],
        outputs: {moderately_sensitive: `output/model_${index + 1}.csv`},
      },
    ]),
  ),
  report: {
    // its image has a long name, which must give way to how the action stands
    run: 'sqlrunner:latest analysis/report.sql',
    needs: ['fit_model_older_adults_s1_primary', 'fit_model_older_adults_s2_primary'],
    outputs: {minimally_sensitive: 'output/report.txt'},
  },
});

const details = (page: Page) => page.getByRole('complementary', {name: 'Details'});
const list = (page: Page) => page.getByRole('tree', {name: 'Actions by state'});

/** What can be read of the rows in sight, their names without what is only read out. */
function rowsInSight(page: Page, selector: string): Promise<readonly string[]> {
  return page.evaluate((wanted) => {
    const box = document.querySelector(wanted)?.getBoundingClientRect();
    return [
      ...document.querySelectorAll(`${wanted} [role=treeitem], ${wanted} [role=row]`),
    ].flatMap((row) => {
      const {top, bottom} = row.getBoundingClientRect();
      if (box === undefined || top < box.top || bottom > box.bottom) return [];
      const seen = row.cloneNode(true);
      if (!(seen instanceof Element)) return [];
      seen.querySelectorAll('.visually-hidden').forEach((hidden) => hidden.remove());
      return [seen.textContent ?? ''];
    });
  }, selector);
}

/** How nodes of the graph stand, where that is cut: their images give way to it. */
function cutStates(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-node] [class*="_reason_"]')].flatMap((words) =>
      words.scrollWidth > words.clientWidth ? [words.textContent ?? ''] : [],
    ),
  );
}

/** Names of the list that are cut where they stand, though they were shortened to fit. */
function cutNames(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('#left-list [role=treeitem] [data-tip]')].flatMap((name) =>
      name.scrollWidth > name.clientWidth ? [name.textContent ?? ''] : [],
    ),
  );
}

describe.skipIf(noWindow)('several actions at once', () => {
  it('are selected as a group, one by one and in a row, and run, marked and shown together', async () => {
    const {page} = await launchDesk({dir: await writeStudy('models', {'project.yaml': models})});
    await waitForState(page, 'report', 'never-run');
    const group = page.getByRole('button', {
      name: /^fit_model_older_adults_\*_primary, group of 12 actions/,
    });
    expect(await cutStates(page)).toEqual([]);

    // a click selects all of the group: how it stands, and what can be done with it
    await group.click();
    await details(page).getByRole('heading', {name: '12 actions selected'}).waitFor();
    await details(page).getByText('Never run', {exact: true}).waitFor();
    const twelve = details(page).getByRole('button', {name: 'Run 12 selected', exact: true});
    expect(await twelve.getAttribute('data-tip')).toContain('Run 12 selected and 1 they need.');
    expect(await group.getAttribute('data-selected')).toBe('true');
    // in the list too, where the names drop what all of them share
    const row = list(page).getByRole('treeitem', {name: /× 12/});
    expect(await row.getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('r');
    await page.getByRole('button', {name: 'Run 13 jobs', exact: true}).waitFor();
    // below one heading in the plan too, which Enter unfolds
    const planned = page.getByRole('group', {name: 'Jobs in order'});
    await planned
      .getByRole('button', {name: 'fit_model_older_adults_*_primary × 12', exact: true})
      .press('Enter');
    const whole = {name: 'fit_model_older_adults_s12_primary'};
    await planned.getByRole('button', whole).waitFor();
    await page.keyboard.press('p');

    // its arrow and Enter unfold it; Ctrl adds, Shift takes all in between
    await row.locator('[data-fold]').click();
    const names = await rowsInSight(page, '[role=tree][aria-label="Actions by state"]');
    expect(names.filter((name) => /^s\d+$/.test(name))).toEqual(
      expect.arrayContaining(['s1', 's2', 's3']),
    );
    const member = (index: number) =>
      list(page).getByRole('treeitem', {
        name: new RegExp(`^fit_model_older_adults_s${index}_primary`),
      });
    await member(2).click();
    await member(4).click({modifiers: ['Shift']});
    await details(page).getByRole('heading', {name: '3 actions selected'}).waitFor();
    await member(3).click({modifiers: ['Control']});
    await details(page).getByRole('heading', {name: '2 actions selected'}).waitFor();

    // the right button does the same with all of them
    await member(2).click({button: 'right'});
    const menu = page.getByRole('menu');
    expect(await menu.getByRole('menuitem').allTextContents()).toEqual([
      ...['Run 2 selectedR', 'Run these and 1 that depends on them'],
      'Rerun these and 1 they needShift R',
      ...['Mark as up to date…', 'Run on save', 'Show outputs', 'Copy 2 names'],
      ...['Copy as study-desk run', 'Copy as opensafely run'],
    ]);
    await menu.getByRole('menuitem', {name: 'Show outputs'}).click();
    await menu.waitFor({state: 'detached'});

    // the list of outputs is theirs alone, until its chip is pressed
    const outputs = page.getByRole('tree', {name: 'Outputs by tier'});
    const chip = page.getByRole('button', {name: 'Outputs of 2 actions'});
    await chip.waitFor();
    const heads = outputs.getByRole('treeitem', {level: 2});
    await expect.poll(() => heads.count()).toBe(2);
    await chip.click();
    await expect.poll(() => heads.count()).toBeGreaterThan(2);
    await page.getByRole('tab', {name: /^Actions/}).click();

    // a query narrows list, counts and main button alike, and says what it does not show
    const query = page.getByRole('combobox', {name: 'Find or filter actions'});
    await query.fill('*_s1*');
    // Enter goes to the first found; Escape would take the query away where nothing is suggested
    await page.keyboard.press('Enter');
    const main = page.getByRole('group', {name: 'Run', exact: true}).getByRole('button').first();
    await expect.poll(() => main.textContent()).toBe('Run 4 found');
    await page.getByRole('button', {name: 'More ways to run'}).press('Enter');
    await page.getByRole('menuitem', {name: 'Run 4 found'}).waitFor();
    await page.keyboard.press('Escape');
    await query.fill('nothing_like_it');
    await expect.poll(() => main.textContent()).toBe('No matching actions');
    expect(await main.isDisabled()).toBe(true);
    await query.fill('');

    // equal warnings are one row with the number of actions, errors and warnings are counted apart
    const tab = page.getByRole('tab', {name: /^Problems/});
    expect(await tab.textContent()).toBe('Problems1616 warnings');
    await tab.click();
    const rows = page.getByRole('tree', {name: 'Problems'}).getByRole('treeitem');
    await rows.filter({hasText: 'analysis/model.R'}).waitFor();
    expect(await rows.filter({hasText: 'analysis/model.R'}).textContent()).toContain('12 actions');
    expect(await rows.count()).toBe(5);
  });

  longTestIf(existsSync(LARGEST), 'can be told apart in the largest study', async () => {
    const dir = join(await emptyFolder(), 'disparities-comparison');
    await mkdir(dir);
    await cp(LARGEST, join(dir, 'project.yaml'));
    const {page} = await launchDesk({dir});
    await page.getByRole('tab', {name: /^Actions/}).waitFor();
    await list(page).getByText('Never run').first().waitFor({timeout: 30_000});
    const tree = '[role=tree][aria-label="Actions by state"]';
    await page.getByRole('treeitem', {name: /× 40/}).first().locator('[data-fold]').click();
    for (const view of [tree, '[role=treegrid][aria-label="Actions"]']) {
      if (view !== tree) await page.keyboard.press('t');
      const place = page.locator(view);
      await place.waitFor();
      // the table's names are written once its rows are there
      await page.waitForTimeout(1500);
      for (let pages = 0; pages < 6; pages += 1) {
        const rows = await rowsInSight(page, view);
        expect(rows.length).toBeGreaterThan(8);
        expect(await cutNames(page)).toEqual([]);
        // below a heading what its star stands for, which another heading may have too
        let heading = '';
        const below = rows.map((row) => {
          if (row.includes('×')) heading = row;
          return row === heading ? row : `${heading} ${row}`;
        });
        expect(below.length - new Set(below).size, rows.join('\n')).toBe(0);
        await place.evaluate((element) => element.scrollBy(0, element.clientHeight * 0.7));
        await page.waitForTimeout(120);
      }
    }
  });
});
