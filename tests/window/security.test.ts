import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {launchDesk, noWindow} from './launchDesk';

let asked: string[] = [];
let server: Server;

beforeEach(async () => {
  asked = [];
  server = createServer((request, answer) => {
    asked.push(request.url ?? '');
    answer.end('<title>elsewhere</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.close();
});

/** Address of a server on this computer that notes who asks it. */
function outside(): string {
  const {port} = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/outside`;
}

describe.skipIf(noWindow)('the page in the window', () => {
  it('has nothing of Node and only the one object of the contract, is refused what is not in that, and runs in a sandbox', async () => {
    const {page, application} = await launchDesk();
    const found = await page.evaluate(() => ({
      globals: [
        'require',
        'process',
        'module',
        'Buffer',
        'global',
        'electron',
        'ipcRenderer',
      ].filter((name) => name in window),
      contract: Object.keys(Reflect.get(window, 'studyDesk') as object).sort(),
    }));
    expect(found).toEqual({globals: [], contract: ['on', 'pathOfFile', 'request']});

    const refusals = await page.evaluate(async () => {
      const host = Reflect.get(window, 'studyDesk') as {
        request(name: string, arg: unknown): Promise<unknown>;
      };
      const attempt = async (name: string, arg: unknown): Promise<string> => {
        try {
          const answer = (await host.request(name, arg)) as {ok?: boolean};
          return answer.ok === false ? 'refused' : 'answered';
        } catch {
          return 'refused';
        }
      };
      return Promise.all([
        attempt('fs:read', {path: '/etc/passwd'}),
        attempt('outputs:read', {path: '../../etc/passwd'}),
        attempt('project:open', {dir: 7}),
        attempt('app:saveSettings', {settings: null}),
      ]);
    });
    expect(refusals).toEqual(['refused', 'refused', 'refused', 'refused']);

    const preferences = await application.evaluate(({BrowserWindow}) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      // not in Electron's types, though it is there for just this
      const read = contents as unknown as {getLastWebPreferences(): Record<string, unknown>};
      const {sandbox, contextIsolation, nodeIntegration, webSecurity} =
        read.getLastWebPreferences();
      return {sandbox, contextIsolation, nodeIntegration, webSecurity};
    });
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
  });

  it('reaches no network, runs no text as code, and stays where it is: no navigation, no new window', async () => {
    const {page, application} = await launchDesk();
    const outcome = await page.evaluate(async (address) => {
      const fetched = await fetch(address).then(
        () => 'answered',
        () => 'refused',
      );
      const image = new Image();
      const pictured = new Promise((resolve) => {
        image.onload = () => resolve('shown');
        image.onerror = () => resolve('refused');
      });
      image.src = address;
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.head.append(script);
      // text handed to a timer runs on the page's own account, not on the test's
      Reflect.apply(setTimeout, window, ['window.evaluated = true', 0]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return {
        fetched,
        pictured: await pictured,
        evaluated: 'evaluated' in window,
        injected: 'injected' in window,
      };
    }, outside());
    expect(outcome).toEqual({
      fetched: 'refused',
      pictured: 'refused',
      evaluated: false,
      injected: false,
    });
    expect(asked).toEqual([]);

    const before = page.url();
    await page.evaluate((address) => {
      window.open(address);
      location.href = address;
    }, outside());
    await page.waitForTimeout(1000);
    expect(page.url()).toBe(before);
    expect(application.windows()).toHaveLength(1);
    expect(asked).toEqual([]);
  });
});
