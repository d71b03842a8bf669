import {execFileSync} from 'node:child_process';
import {beforeAll, describe, expect, it} from 'vitest';
import {ensureToolImages, TOOL_REGISTRY} from '../../build/testImages.mjs';
import {launchDesk, noEngine, noWindow, type Desk} from './launchDesk';
import {projectText, writeStudy} from './windowStudy';

const env = {DOCKER_REGISTRY: TOOL_REGISTRY};

function toolsRunning(): string {
  return execFileSync('docker', ['ps', '-q', '--filter', 'label=study-desk.tool']).toString();
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

async function openTools({page}: Desk): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('jupyterlab');
  await page.keyboard.press('Enter');
}

describe.skipIf(noWindow || noEngine)('tools in the window', () => {
  beforeAll(() => ensureToolImages(), 900_000);

  it('launches JupyterLab, finds it again after a crash, and asks what becomes of it', async () => {
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
    const asked = await again.application.evaluate(async ({dialog, BrowserWindow}) => {
      const question = new Promise<string>((resolve) => {
        dialog.showMessageBox = (...args: readonly unknown[]) => {
          const [, {message}] = args as [unknown, {message: string}];
          resolve(message);
          return Promise.resolve({response: 1, checkboxChecked: false});
        };
      });
      BrowserWindow.getAllWindows()[0]?.close();
      return question;
    });
    expect(asked).toBe('JupyterLab still runs on this study.');
    await expect.poll(toolsRunning, {timeout: 10_000}).toBe('');
  });
});
