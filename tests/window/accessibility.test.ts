import type {Locator, Page} from 'playwright-core';
import {describe, expect, it} from 'vitest';
import {everyNth, firstOf} from '../gateShare';
import {nodeOf, startRun, waitForState} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {addPastRun} from './loggedStudy';
import {seriousViolations} from './seriousViolations';
import {diamond, trouble, writeStudy} from './windowStudy';

/** What a screen reader is given of a part of the window, in words. */
const spoken = (part: Locator): Promise<string> => part.ariaSnapshot();

/** What a job printed that failed. */
const PRINTED = [
  {text: 'Reading'},
  {text: 'FutureWarning: it will change', stderr: true},
  {text: "KeyError: 'age'", stderr: true},
  {text: 'Done', stderr: true},
] as const;

describe.skipIf(noWindow).each(everyNth(['dark', 'light'] as const, 2))(
  'accessibility, %s',
  (theme) => {
    it('holds on the start page', async () => {
      const {page} = await launchDesk({theme});
      await page.getByRole('button', {name: 'Open a study'}).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
    });

    it('holds in an open study, in each list, view and panel, the settings, the keys and the palette', async () => {
      const dir = await writeStudy('reach', diamond);
      await addPastRun(dir, 'run1', '2026-04-01T10:00:00.000Z', [
        {
          action: 'count_regions',
          failed: true,
          lines: PRINTED.length,
          line: (seq) => PRINTED[seq] ?? {text: ''},
        },
      ]);
      const {page} = await launchDesk({theme, dir});
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
      await nodeOf(page, 'count_regions').click();
      await page.getByRole('tab', {name: /^Log/}).click();
      const log = page.getByRole('log');
      await log.getByText('KeyError').waitFor();
      expect(await seriousViolations(page), 'log').toEqual([]);
      const inLog = await spoken(log);
      expect(inLog).toMatch(/"1 [\d:]+ Reading 2 /);
      expect(inLog).toContain('stderr, warning: FutureWarning');
      expect(inLog).toContain("stderr, error: KeyError: 'age'");
      expect(inLog).toContain('stderr: Done');
      await log.press('Control+a');
      expect(await page.evaluate(() => getSelection()?.toString())).not.toContain('stderr');
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

/** Notes in the page what moves from now on for as long as an eye could see it. */
const watchMotion = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const seen = new Set<string>();
    Object.assign(window, {motionSeen: seen});
    const look = (): void => {
      for (const each of document.getAnimations()) {
        const {activeDuration} = each.effect?.getComputedTiming() ?? {};
        const name = each instanceof CSSTransition ? each.transitionProperty : 'animation';
        if (Number(activeDuration) > 1) seen.add(name);
      }
      requestAnimationFrame(look);
    };
    look();
  });

const motionSeen = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => [...(Reflect.get(window, 'motionSeen') as ReadonlySet<string>)]); // watchMotion's

describe.skipIf(noWindow)('motion', () => {
  const cases = [
    ['is not there where the user wants none', 'reduce'],
    ['is there by default', 'no-preference'],
  ] as const;
  it.each(firstOf(cases, 1))('%s', async (_, reducedMotion) => {
    const {page} = await launchDesk({dir: await writeStudy('motion', trouble)});
    await page.emulateMedia({reducedMotion});
    await nodeOf(page, 'wait_long').waitFor();
    await watchMotion(page);
    await startRun(page, ['wait_long']);
    await waitForState(page, 'wait_long', 'running');
    await nodeOf(page, 'wait_long').click();
    for (const tab of ['Table', 'Log', 'Outputs', 'Graph']) {
      await page.getByRole('tab', {name: new RegExp(`^${tab}`)}).click();
      await page.mouse.move(0, 0);
    }
    for (const keys of ['Control+,', 'Control+k']) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog').waitFor();
      await page.getByRole('dialog').getByRole('button').first().hover();
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', {name: /^Stop/}).first().click();
    await waitForState(page, 'wait_long', 'cancelled');
    const seen = await motionSeen(page);
    if (reducedMotion === 'reduce') expect(seen).toEqual([]);
    else expect(seen).toEqual(expect.arrayContaining(['animation', 'color']));
  });
});
