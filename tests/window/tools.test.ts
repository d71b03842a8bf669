import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {ensureToolImages, TOOL_REGISTRY} from '../../build/testImages.mjs';
import {longTest} from '../gateShare';
import {inBrowser} from './inBrowser';
import {launchDesk, noEngine, noWindow, type Desk} from './launchDesk';
import {seriousViolations} from './seriousViolations';
import {projectText, writeStudy} from './windowStudy';

const env = {DOCKER_REGISTRY: TOOL_REGISTRY};

/** Ids of the containers beside any run of a study. */
function toolsOf(dir: string): string {
  const identity = readFileSync(join(dir, 'metadata/study-desk/study.json'), 'utf8');
  const {studyId} = JSON.parse(identity) as {readonly studyId: string}; // our own file
  const filters = ['label=study-desk.tool', `label=study-desk.study=${studyId}`];
  const args = filters.flatMap((filter) => ['--filter', filter]);
  return execFileSync('docker', ['ps', '-q', ...args]).toString();
}

/** Addresses that the application gives to a browser from now on, in its own process. */
async function noteAddresses({application}: Desk): Promise<() => Promise<readonly string[]>> {
  await application.evaluate(({shell}) => {
    const noted: string[] = [];
    Reflect.set(globalThis, 'notedAddresses', noted);
    shell.openExternal = async (address) => {
      noted.push(address);
    };
  });
  return () =>
    application.evaluate(() => Reflect.get(globalThis, 'notedAddresses') as readonly string[]);
}

/** Closes the window, and answers what is asked then by a button; what was asked. */
async function closeAndAnswer({application}: Desk, button: number): Promise<string> {
  return application.evaluate(async ({dialog, BrowserWindow}, response) => {
    const question = new Promise<string>((resolve) => {
      dialog.showMessageBox = (...args: readonly unknown[]) => {
        const [, {message}] = args as [unknown, {message: string}];
        resolve(message);
        return Promise.resolve({response, checkboxChecked: false});
      };
    });
    BrowserWindow.getAllWindows()[0]?.close();
    return question;
  }, button);
}

async function openTools({page}: Desk): Promise<void> {
  await page.getByRole('treeitem', {name: /^one/u}).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('jupyterlab');
  await page.keyboard.press('Enter');
}

describe.skipIf(noWindow || noEngine)('tools in the window', () => {
  beforeAll(() => ensureToolImages(), 900_000);

  longTest(
    'launches JupyterLab, finds it again after a crash, and asks what becomes of it',
    async () => {
      const dir = await writeStudy('lab', {
        'project.yaml': projectText({
          one: {run: 'python:v2 python one.py', outputs: {highly_sensitive: 'output/one.csv'}},
        }),
      });
      const desk = await launchDesk({dir, env});
      const addresses = await noteAddresses(desk);
      await openTools(desk);
      await desk.page.getByRole('button', {name: 'Launch JupyterLab'}).click();
      await desk.page.getByRole('button', {name: 'Stop JupyterLab'}).waitFor();
      await expect.poll(addresses).toHaveLength(1);
      const [entrance = ''] = await addresses();
      expect(entrance).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]+$/u);
      expect(await (await fetch(entrance)).text()).toContain('in /workspace');
      // it leads there once
      await expect(fetch(entrance)).rejects.toThrow();
      await desk.close();

      const again = await launchDesk({dir, env});
      await openTools(again);
      await again.page.getByRole('button', {name: 'Stop JupyterLab'}).waitFor();
      expect(await closeAndAnswer(again, 1)).toBe('JupyterLab is still running for this study.');
      await expect.poll(() => toolsOf(dir), {timeout: 10_000}).toBe('');
    },
  );

  it('opens a shell with what the action would be given, for keyboard and screen reader', async () => {
    const dir = await writeStudy('shell', {
      'project.yaml': projectText({
        one: {run: 'python:v2 python one.py', outputs: {highly_sensitive: 'output/one.csv'}},
      }),
      'one.py': 'print("as " + "typed")',
    });
    const desk = await launchDesk({dir});
    const {page} = desk;
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
    await page.getByRole('treeitem', {name: /^one/u}).click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('open a shell');
    await page.keyboard.press('Enter');
    const shell = page.getByRole('group', {name: 'Shell for one'});
    const screen = shell.locator('.xterm-rows');
    await expect.poll(() => screen.textContent(), {timeout: 20_000}).toMatch(/[$#] /u);
    await shell.getByRole('button', {name: 'Type command'}).click();
    await page.keyboard.press('Enter');
    await expect.poll(() => screen.textContent()).toContain('as typed');

    // colours of all kinds pass the page's policy, and letters are never the window's keys
    await page.keyboard.type(
      "printf '\\033[38;2;1;200;3mgreen\\033[0m \\033[31mred\\033[0m\\n'; rm one.py; ls",
    );
    await page.keyboard.press('Enter');
    const green = screen.getByText('green', {exact: true});
    await expect.poll(() => green.count()).toBe(1);
    expect(await green.evaluate((element) => getComputedStyle(element).color)).toBe(
      'rgb(0, 215, 0)',
    );
    const rows = await screen.locator('> div').count();
    await page.keyboard.type('stty size');
    await page.keyboard.press('Enter');
    await expect.poll(() => screen.textContent()).toContain(`${rows} `);
    expect(complaints).toEqual([]);

    expect(await seriousViolations(page)).toEqual([]);
    // what was written in it would be lost: the user stays
    if (!inBrowser) expect(await closeAndAnswer(desk, 1)).toBe('A shell for one is still open.');
    await shell.locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('F6');
    expect(await page.evaluate(() => document.activeElement?.closest('#shell') ?? null)).toBeNull();
    await page.keyboard.press('Shift+F6');
    await page.keyboard.type('exit 4');
    await page.keyboard.press('Enter');
    await shell.getByText('The shell has ended with exit code 4. Its copy is gone.').waitFor();
    expect(existsSync(join(dir, 'one.py'))).toBe(true);
    await shell.getByRole('button', {name: 'Close the shell'}).click();
    await expect.poll(() => page.getByRole('tab', {name: /^Shell/u}).count()).toBe(0);
    expect(toolsOf(dir)).toBe('');
  });
});
