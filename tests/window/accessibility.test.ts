import type {Locator} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {everyNth} from '../gateShare';
import {nodeOf, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {seriousViolations} from './seriousViolations';
import {diamond, writeStudy} from './windowStudy';

/** What a screen reader is given of a part of the window, in words. */
const spoken = (part: Locator): Promise<string> => part.ariaSnapshot();

describe.skipIf(noWindow).each(everyNth(['dark', 'light'] as const, 2))(
  'accessibility, %s',
  (theme) => {
    it('holds on the start page', async () => {
      const {page} = await launchDesk({theme});
      await page.getByRole('button', {name: 'Open a study'}).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('holds in an open study, in each list, view and panel, the settings, the keys and the palette', async () => {
      const {page} = await launchDesk({theme, dir: await writeStudy('reach', diamond)});
      await waitForState(page, 'make_cohort', 'never-run');
      await nodeOf(page, 'make_cohort').click();
      expect(await seriousViolations(page), 'graph').toEqual([]);
      expect(await spoken(page.getByRole('application', {name: 'Graph of the actions'}))).toContain(
        'button "make_cohort, Never run, python:v2, needs 0, needed by 2" [pressed]',
      );
      await page.keyboard.press('r');
      const plan = page.getByRole('tabpanel', {name: 'plan'});
      await plan.getByRole('button', {name: 'Run 1 job'}).waitFor();
      const inPlan = await spoken(plan);
      expect(inPlan).toContain('checkbox "Run make_cohort" [checked]');
      expect(inPlan).toContain('text: never run');
      await plan.getByRole('button', {name: 'Cancel'}).click();
      for (const keys of ['Control+,', '?', 'Control+k']) {
        await page.keyboard.press(keys);
        await page.getByRole('dialog').waitFor();
        expect(await seriousViolations(page), keys).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({state: 'detached'});
      }
      for (const tab of ['Table', 'Timeline', 'Outputs', 'History', 'Problems', 'Plan']) {
        await page.getByRole('tab', {name: new RegExp(`^${tab}`)}).click();
        await page.waitForTimeout(300);
        expect(await seriousViolations(page), tab).toEqual([]);
        if (tab === 'Table')
          expect(await spoken(page.getByRole('treegrid', {name: 'Actions'}))).toContain(
            'row "make_cohort Never run',
          );
      }
      await page.getByRole('button', {name: 'reach', exact: true}).click();
      await page.getByRole('menuitem', {name: 'Show project.yaml'}).click();
      await page.locator('.cm-content').click();
      await page.keyboard.type('wrong: 1\n');
      await page.getByText(/^Not saved · \d error/).waitFor();
      expect(await seriousViolations(page), 'project.yaml, edited').toEqual([]);

      await page.emulateMedia({forcedColors: 'active'});
      // colours change within 120 ms
      await page.waitForTimeout(300);
      expect(await seriousViolations(page), 'forced colours').toEqual([]);
      const groundOfTab = (selected: boolean) =>
        page
          .getByRole('tab', {selected})
          .first()
          .evaluate((tab) => getComputedStyle(tab).backgroundColor);
      expect(await groundOfTab(true)).not.toBe(await groundOfTab(false));
    });
  },
);
