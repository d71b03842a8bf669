import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {RequestArg} from '../../shared/contract/contract';
import {DEFAULT_LIMITS} from '../../shared/engine';
import {launchDesk, noWindow, type Desk} from './launchDesk';
import {startPrivateBus, whyNoBus, type PrivateBus} from './privateBus';
import {projectText, writeStudy} from './windowStudy';

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

function runOf(actions: readonly string[]): RequestArg<'plan:prepare'> {
  return {
    request: {
      actions,
      forceDependencies: false,
      includeStale: false,
      force: actions,
      takeOut: [],
    },
    options: {
      executor: 'process',
      concurrency: 1,
      limits: DEFAULT_LIMITS,
      continueOnError: false,
      letRunningFinish: false,
      debug: false,
      pull: false,
    },
  };
}

/** Runs actions to the end of their run. */
async function run({page}: Desk, ...actions: readonly string[]): Promise<void> {
  await page.evaluate(async (wanted) => {
    const host = Reflect.get(window, 'studyDesk') as {
      request(name: string, arg: unknown): Promise<{ok: boolean; value: unknown}>;
    };
    const ask = async (name: string, arg: unknown): Promise<unknown> => {
      const answer = await host.request(name, arg);
      if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer)}`);
      const {value} = answer;
      const crossed = value as {readonly text?: string} | null;
      return typeof crossed?.text === 'string' ? JSON.parse(crossed.text) : value;
    };
    const {id} = (await ask('plan:prepare', wanted)) as {readonly id: string};
    await ask('runs:start', {preparedId: id});
    for (;;) {
      const active = (await ask('runs:active', {})) as readonly string[];
      if (active.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }, runOf(actions));
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
    await desk.page
      .getByLabel('Tell when a run ends while the window is in the background')
      .uncheck();
    await desk.page.keyboard.press('Escape');
    await focus(desk, false);
    await run(desk, 'one');
    await expect.poll(last).toEqual({progress: null, count: null});
    expect(bus.notifications()).toHaveLength(2);
  });
});
