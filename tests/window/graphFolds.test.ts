import type {Page} from 'playwright-core';
import type {} from '../../renderer/bridge/host';
import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {askHost, nodeOf} from './deskActions';
import {launchDesk, noWindow} from './launchDesk';
import {emptyFolder, projectText, writeStudy} from './windowStudy';

const MODELS = Array.from({length: 30}, (_, index) => `model_${index + 1}`);
const output = (name: string) => ({moderately_sensitive: `output/${name}.csv`});

/** Thirty like models between a cohort, single actions beside them, and a report after them. */
const study = {
  'project.yaml': projectText({
    make_cohort: {run: 'r:v2 analysis/cohort.R', outputs: output('cohort')},
    check_cohort: {
      run: 'r:v2 analysis/check.R',
      needs: ['make_cohort'],
      outputs: output('check'),
    },
    ...Object.fromEntries(
      MODELS.map((name, index) => [
        name,
        {
          run: `r:v2 analysis/model.R ${index}`,
          needs: ['make_cohort'],
          outputs: output(name),
        },
      ]),
    ),
    draw_cohort: {run: 'r:v2 analysis/draw.R', needs: ['make_cohort'], outputs: output('draw')},
    write_report: {run: 'r:v2 analysis/report.R', needs: MODELS, outputs: output('report')},
  }),
};

function groupIn(page: Page) {
  return page.getByRole('button', {name: /^model_\*, group of 30 actions/});
}

type Places = Readonly<Record<string, {readonly x: number; readonly y: number}>>;

/** Where each node is on the canvas, at 100 %, without its own size. */
function placesIn(page: Page): Promise<Places> {
  return page.locator('.react-flow__node').evaluateAll((nodes) =>
    Object.fromEntries(
      nodes.map((node) => {
        const {m41, m42} = new DOMMatrixReadOnly(getComputedStyle(node).transform);
        return [node.getAttribute('data-id') ?? '', {x: m41, y: m42}];
      }),
    ),
  );
}

function moved(places: Places, before: Places, action: string) {
  const [now, then] = [places[`action:${action}`], before[`action:${action}`]];
  if (now === undefined || then === undefined) throw new Error(`${action} is not on screen.`);
  return {x: Math.round(now.x - then.x), y: Math.round(now.y - then.y)};
}

describe.skipIf(noWindow)('groups of the graph', () => {
  it('unfold without a new layout: the rest moves aside, and back', async () => {
    const {page} = await launchDesk({dir: await writeStudy('aside', study)});
    await groupIn(page).waitFor();
    await page.evaluate(() => {
      let orders = 0;
      const post: unknown = Reflect.get(Worker.prototype, 'postMessage');
      Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
        orders += 1;
        if (typeof post === 'function') Reflect.apply(post, this, args);
      };
      Reflect.set(window, 'layoutOrders', () => orders);
    });
    const before = await placesIn(page);
    await groupIn(page).dblclick();
    await page.getByRole('listbox', {name: '30 actions of model_*'}).waitFor();
    const after = await placesIn(page);

    expect(moved(after, before, 'make_cohort')).toEqual({x: 0, y: 0});
    // in the group's own column above it stays, below it moves down; what is right of it moves right
    expect(moved(after, before, 'check_cohort')).toEqual({x: 0, y: 0});
    const below = moved(after, before, 'draw_cohort');
    expect(below.x).toBe(0);
    expect(below.y).toBeGreaterThan(100);
    const right = moved(after, before, 'write_report');
    expect(right.x).toBeGreaterThan(100);
    expect(right.y).toBe(0);
    expect(await page.evaluate('layoutOrders()')).toBe(0);

    await page.getByRole('button', {name: /^Fold model_\*/}).click();
    await groupIn(page).waitFor();
    expect(await placesIn(page)).toEqual(before);
  });

  longTest('stay as they were left when the application is started again', async () => {
    const dir = await writeStudy('again', study);
    const userDataDir = await emptyFolder();
    const first = await launchDesk({dir, userDataDir});
    await groupIn(first.page).dblclick();
    await expect.poll(() => keptFolds(first.page)).toEqual([[expect.any(String), false]]);
    await first.close();

    const second = await launchDesk({dir, userDataDir});
    await second.page.getByRole('listbox', {name: '30 actions of model_*'}).waitFor();
    await second.page.getByRole('button', {name: /^Fold model_\*/}).click();
    await expect.poll(() => keptFolds(second.page)).toEqual([]);
    await second.close();

    const third = await launchDesk({dir, userDataDir});
    await groupIn(third.page).waitFor();
  });

  it('and all nodes stay where they are when states change', async () => {
    const {page, application} = await launchDesk({dir: await writeStudy('states', study)});
    await groupIn(page).waitFor();
    const before = await placesIn(page);
    await application.evaluate(
      ({webContents}, actions) => {
        const failed = actions.map((action) => ({
          action,
          lastJob: {
            jobId: action,
            runId: 'made-up',
            state: 'failed',
            statusCode: 'nonzero_exit',
            message: '',
            startedAt: '2026-01-01T00:00:00Z',
            completedAt: '2026-01-01T00:00:01Z',
            exitCode: 1,
            peakMemoryBytes: null,
            cpuSeconds: null,
            outOfMemoryBytes: null,
            notCollected: 0,
            ranBy: 'study-desk',
          },
          outcome: 'failed',
          outputsPresent: false,
          outputCounts: {highly_sensitive: 0, moderately_sensitive: 0, minimally_sensitive: 0},
          provenance: {kind: 'never-run'},
          expectedSeconds: null,
        }));
        webContents.getAllWebContents()[0]?.send('statuses:changed', {
          crossedAs: 'text',
          text: JSON.stringify(failed),
        });
      },
      ['make_cohort', 'write_report', ...MODELS],
    );
    await page.locator('[data-node="action:write_report"][data-state="failed"]').waitFor();
    await page
      .getByRole('button', {name: /^model_\*, group .* 30 failed, took 30 s in all$/})
      .waitFor();
    expect(await placesIn(page)).toEqual(before);
  });

  longTest('and the view move at once where the user wants no motion', async () => {
    const {page} = await launchDesk({dir: await writeStudy('motion', study)});
    await page.emulateMedia({reducedMotion: 'reduce'});
    await nodeOf(page, 'write_report').click();
    const steps = await page.evaluate(async () => {
      const view = document.querySelector<HTMLElement>('.react-flow__viewport');
      const seen = new Set([view?.style.transform]);
      dispatchEvent(new KeyboardEvent('keydown', {key: 'z'}));
      for (let frame = 0; frame < 30; frame += 1) {
        await new Promise(requestAnimationFrame);
        seen.add(view?.style.transform);
      }
      return seen.size;
    });
    expect(steps).toBe(2);
  });
});

/** The folds kept with the study. */
async function keptFolds(page: Page): Promise<unknown> {
  const {value: json} = await askHost(page, 'view:load', {});
  return typeof json === 'string' ? (JSON.parse(json) as {folds: unknown}).folds : null;
}
