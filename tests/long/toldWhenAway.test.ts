import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {RUN_MS, startRun} from '../window/deskActions';
import {launchDesk, noWindow, type Desk} from '../window/launchDesk';
import {startPrivateBus, whyNoBus, type PrivateBus} from '../window/privateBus';
import {projectText, writeStudy} from '../window/windowStudy';

const action = (name: string, needs: readonly string[], code: string) => ({
  run: `python:v2 python -c "${code}; open('output/${name}.txt', 'w')"`,
  needs,
  outputs: {moderately_sensitive: `output/${name}.txt`},
});

const STUDY = {
  'project.yaml': projectText({
    one: action('one', [], `import os; os.makedirs('output', exist_ok=True)`),
    two: action('two', ['one'], `import time; time.sleep(0.5)`),
    bad: action('bad', [], `import sys; sys.exit(3)`),
  }),
};

/** Runs actions to the end of their run. */
async function run({page}: Desk, ...actions: readonly string[]): Promise<void> {
  await startRun(page, actions);
  const active = (): Promise<readonly string[]> =>
    page.evaluate(async () => {
      const host = Reflect.get(window, 'studyDesk') as {
        request(name: string, arg: unknown): Promise<{value: readonly string[]}>;
      };
      return (await host.request('runs:active', {})).value;
    });
  await expect.poll(active, {timeout: RUN_MS}).toEqual([]);
}

function focus({application}: Desk, focused: boolean): Promise<boolean> {
  return application.evaluate(async ({BrowserWindow}, wanted) => {
    const [window] = BrowserWindow.getAllWindows();
    if (wanted) window?.focus();
    else window?.blur();
    for (let tries = 0; tries < 100 && window?.isFocused() !== wanted; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return window?.isFocused() === wanted;
  }, focused);
}

const missing = whyNoBus();

describe.skipIf(noWindow)('a run that ends while its window is in the background', () => {
  let bus: PrivateBus;
  beforeAll(async () => {
    if (missing === null) bus = await startPrivateBus();
  });
  afterAll(() => {
    if (missing === null) bus.stop();
  });

  it('is told by the desktop: once, with progress and a badge, and off in Settings', async (context) => {
    if (missing !== null) return context.skip(missing);
    const dir = await writeStudy('away', STUDY);
    const desk = await launchDesk({dir, env: bus.env});
    await desk.page.locator('[data-node="action:two"]').waitFor();
    const last = () => bus.launcher().at(-1);

    expect(await focus(desk, false)).toBe(true);
    await run(desk, 'one', 'two');
    await expect.poll(() => bus.notifications()).toHaveLength(1);
    expect(bus.notifications()[0]).toContain('"Succeeded: 2 of 2" "away"');
    await expect.poll(last).toEqual({progress: null, count: 1});
    expect(bus.launcher().map(({progress}) => progress)).toContain(0.5);

    expect(await focus(desk, true)).toBe(true);
    await expect.poll(last).toEqual({progress: null, count: null});
    await run(desk, 'one');
    await expect.poll(last).toEqual({progress: null, count: null});
    expect(bus.notifications()).toHaveLength(1);

    await focus(desk, false);
    await run(desk, 'bad');
    await expect.poll(() => bus.notifications()).toHaveLength(2);
    expect(bus.notifications()[1]).toContain('"Failed: 1 of 1" "away"');
    bus.click(2);
    await expect
      .poll(() =>
        desk.application.evaluate(({BrowserWindow}) =>
          BrowserWindow.getAllWindows().map((window) => window.isFocused()),
        ),
      )
      .toEqual([true]);

    await desk.page.keyboard.press('Control+,');
    await desk.page.getByRole('dialog').getByRole('tab', {name: 'Runs'}).click();
    await desk.page.getByLabel('Notify me when a run finishes in the background').uncheck();
    await desk.page.keyboard.press('Escape');
    await focus(desk, false);
    await run(desk, 'one');
    await expect.poll(last).toEqual({progress: null, count: null});
    expect(bus.notifications()).toHaveLength(2);
  });
});
