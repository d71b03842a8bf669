import {describe, expect, it} from 'vitest';
import {longTest} from '../gateShare';
import {nodeOf, runAll, waitForState} from './deskActions';
import {launchDesk, noEngine, noWindow} from './launchDesk';
import {resizeDesk} from './layout';
import {layoutFaults} from './layoutFaults';
import {projectText, writeStudy} from './windowStudy';

/** An action that tells its error well before the end of its log, and one that needs it. */
const failing: Readonly<Record<string, string>> = {
  'project.yaml': projectText({
    fail_late: {
      run: 'python:v2 python analysis/fail_late.py',
      outputs: {moderately_sensitive: 'output/never.csv'},
    },
    use_it: {
      run: 'python:v2 cp output/never.csv output/copy.csv',
      needs: ['fail_late'],
      outputs: {moderately_sensitive: 'output/copy.csv'},
    },
  }),
  'analysis/fail_late.py': `for row in range(700):
    print("row", row)
print("ValueError: there is no region Nowhere")
for step in range(60):
    print("cleaning up", step)
raise SystemExit(1)
`,
};

/** Two actions that have nothing to do with each other, the first of some seconds. */
const twoRuns: Readonly<Record<string, string>> = {
  'project.yaml': projectText({
    take_time: {
      run: 'python:v2 python analysis/take_time.py',
      outputs: {moderately_sensitive: 'output/time.csv'},
    },
    copy_list: {
      run: 'python:v2 python analysis/copy_list.py',
      outputs: {moderately_sensitive: 'output/list.csv'},
    },
  }),
  'analysis/take_time.py': `import pathlib, time
time.sleep(8)
pathlib.Path("output").mkdir(exist_ok=True)
pathlib.Path("output/time.csv").write_text("a\\n1\\n")
`,
  'analysis/copy_list.py': `import pathlib
pathlib.Path("output").mkdir(exist_ok=True)
pathlib.Path("output/list.csv").write_text("a\\n1\\n")
`,
};

describe.skipIf(noWindow || noEngine)('the end of a run', () => {
  it('is told, and its first failure is selected with its log at the last error', async () => {
    const desk = await launchDesk({dir: await writeStudy('failing', failing)});
    const {page} = desk;
    await waitForState(page, 'fail_late', 'never-run');
    await runAll(page);
    const notices = page.getByRole('region', {name: 'Notifications'});
    await notices.getByText('Failed: 1 of 2, 1 blocked').waitFor({timeout: 60_000});
    await page.getByRole('contentinfo').getByText('Failed: 1 of 2, 1 blocked').waitFor();
    await waitForState(page, 'use_it', 'blocked');
    const error = page.getByRole('log').getByText('ValueError: there is no region Nowhere');
    await error.waitFor();
    const inView = async (): Promise<boolean> => {
      const [line, log] = [await error.boundingBox(), await page.getByRole('log').boundingBox()];
      if (line === null || log === null) return false;
      return line.y >= log.y - 1 && line.y + line.height <= log.y + log.height + 1;
    };
    await expect.poll(inView).toBe(true);

    await nodeOf(page, 'use_it').click();
    await page.getByRole('tab', {name: 'Log · use_it'}).waitFor();
    await page.keyboard.press('F4');
    await page.getByRole('tab', {name: 'Log · fail_late'}).waitFor();
    await notices.getByRole('button', {name: 'Dismiss'}).click();
    // the log's own tools leave the tabs and each other their room
    await resizeDesk(desk, 1280, 800, 1.5);
    expect(await layoutFaults(page)).toEqual([]);
    await resizeDesk(desk, 1280, 800);
    expect(await notices.getByRole('button').count()).toBe(0);

    // planned again: what never began has not failed
    await page.keyboard.press('Escape');
    await page.getByRole('group', {name: 'Run', exact: true}).getByRole('button').first().click();
    const jobs = page.getByRole('group', {name: 'Jobs in order'}).getByRole('listitem');
    await jobs.getByText(/^failed .*, needed by use_it$/).waitFor();
    await jobs.getByText(/^blocked /).waitFor();
  });
});

describe.skipIf(noWindow || noEngine)('a run planned while another is under way', () => {
  longTest('waits, is told of when the window is to close, and begins in its turn', async () => {
    const desk = await launchDesk({dir: await writeStudy('two-runs', twoRuns)});
    const {page, application} = desk;
    await waitForState(page, 'take_time', 'never-run');
    await nodeOf(page, 'take_time').click();
    await page.keyboard.press('r');
    await page.getByRole('button', {name: 'Run 1 job'}).click();
    await waitForState(page, 'take_time', 'running');
    await nodeOf(page, 'copy_list').click();
    await page.keyboard.press('r');
    await page.getByRole('button', {name: 'Queue 1 job'}).click();
    await page
      .getByRole('contentinfo')
      .getByText(/1 run waiting/)
      .waitFor();

    const asked = await application.evaluate(({dialog, BrowserWindow}) => {
      return new Promise<string>((resolve) => {
        dialog.showMessageBox = ((_window: unknown, options: {readonly detail: string}) => {
          resolve(options.detail);
          return Promise.resolve({response: 2, checkboxChecked: false});
        }) as typeof dialog.showMessageBox;
        BrowserWindow.getAllWindows()[0]?.close();
      });
    });
    expect(asked).toContain('1 run is waiting behind it');
    expect(asked).toContain('cancelled if you stop or quit');

    await waitForState(page, 'take_time', 'up-to-date');
    await waitForState(page, 'copy_list', 'up-to-date');
    // the log is that of the action the user chose, whatever ran in between
    expect(await page.getByRole('tab', {name: 'Log · copy_list'}).count()).toBe(1);
  });
});
