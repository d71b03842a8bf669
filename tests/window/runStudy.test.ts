import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {nodeOf, openOutput, runAll, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

describe.skipIf(noWindow || noEngine)('a study in the window', () => {
  it('runs from the graph to outputs under their tiers, with its log as it is written', async () => {
    const dir = await writeStudy('vaccine-uptake', diamond);
    const {page} = await launchDesk({dir});
    await waitForState(page, 'make_cohort', 'never-run');
    await runAll(page);

    // the first line is there while the action still sleeps
    await page.getByRole('tab', {name: /^Log/}).click();
    await page.getByRole('log').getByText('Reading patients').waitFor();
    expect(await nodeOf(page, 'make_cohort').getAttribute('data-state')).toBe('running');
    // once it has ended, the log on screen is that of the next running job until one is chosen
    await nodeOf(page, 'make_cohort').click();
    await page.getByRole('log').getByText('Wrote 200 rows').waitFor();

    for (const action of ['make_cohort', 'count_regions', 'draw_regions', 'write_report'])
      await waitForState(page, action, 'up-to-date');

    await page.getByRole('tab', {name: /^Outputs/}).click();
    const rows = page.getByRole('tree', {name: 'Outputs by tier'}).getByRole('treeitem');
    const names = await rows.evaluateAll((all) => all.map((row) => row.textContent ?? ''));
    const at = (text: string): number => names.findIndex((name) => name.includes(text));
    const order = [
      'Highly sensitive',
      'cohort.csv',
      'Moderately sensitive',
      'table.csv',
      'Minimally sensitive',
      'report.txt',
    ].map(at);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(await readFile(join(dir, 'output/report.txt'), 'utf8')).toContain('North');
  });

  longTest('shows a table and a picture it has produced', async () => {
    const dir = await writeStudy('vaccine-uptake', diamond);
    const {page} = await launchDesk({dir});
    await waitForState(page, 'make_cohort', 'never-run');
    await runAll(page);
    await waitForState(page, 'write_report', 'up-to-date');

    await openOutput(page, 'table.csv');
    const table = page.getByRole('article', {name: 'output/table.csv'});
    await table.getByText('region', {exact: true}).waitFor();
    await table.getByText('East', {exact: true}).waitFor();
    await table.getByText('Moderately sensitive').waitFor();

    await openOutput(page, 'figure.png');
    const picture = page.getByRole('img', {name: 'output/figure.png'});
    await picture.waitFor();
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(64);
  });
});
