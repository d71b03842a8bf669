import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import type {Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {nodeOf, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {diamond, writeStudy} from './windowStudy';

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly {readonly target: readonly unknown[]}[];
}

/** What axe finds serious or critical, each with where. */
async function seriousViolations(page: Page): Promise<readonly string[]> {
  const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(await readFile(script, 'utf8'));
  const violations = await page.evaluate(async () => {
    const axe = Reflect.get(window, 'axe') as {
      run(context: Document, options: object): Promise<{violations: Violation[]}>;
    };
    // a node's spoken name begins with what is written on it, and goes on in words where it shows signs
    const rules = {'label-content-name-mismatch': {enabled: false}};
    return (await axe.run(document, {rules})).violations;
  });
  return violations
    .filter(({impact}) => impact === 'serious' || impact === 'critical')
    .map(({id, nodes}) => `${id}: ${nodes.map(({target}) => target.join(' ')).join(', ')}`);
}

describe.skipIf(noWindow).each(['light', 'dark'] as const)('accessibility, %s', (theme) => {
  it('holds on the start page', async () => {
    const {page} = await launchDesk({theme});
    await page.getByRole('button', {name: 'Open a study'}).waitFor();
    expect(await seriousViolations(page)).toEqual([]);
  });

  it('holds in an open study, in each list, view and panel', async () => {
    const {page} = await launchDesk({theme, dir: await writeStudy('reach', diamond)});
    await waitForState(page, 'make_cohort', 'never-run');
    await nodeOf(page, 'make_cohort').click();
    expect(await seriousViolations(page), 'graph').toEqual([]);
    for (const tab of ['Table', 'Timeline', 'Outputs', 'History', 'Problems', 'Plan']) {
      await page.getByRole('tab', {name: new RegExp(`^${tab}`)}).click();
      await page.waitForTimeout(300);
      expect(await seriousViolations(page), tab).toEqual([]);
    }
    await page.getByRole('button', {name: 'reach', exact: true}).click();
    await page.getByRole('menuitem', {name: 'Show project.yaml'}).click();
    await page.getByRole('button', {name: 'Edit', exact: true}).click();
    await page.keyboard.type('wrong: 1\n');
    await page.getByText(/^Not saved · \d error/).waitFor();
    expect(await seriousViolations(page), 'project.yaml, edited').toEqual([]);
  });

  it('holds in the settings, the keys and the palette', async () => {
    const {page} = await launchDesk({theme, dir: await writeStudy('reach', diamond)});
    await waitForState(page, 'make_cohort', 'never-run');
    for (const keys of ['Control+,', '?', 'Control+k']) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog').waitFor();
      expect(await seriousViolations(page), keys).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({state: 'detached'});
    }
  });
});
