import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {chromium, type Browser} from 'playwright-core';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {displayEnvironment, noWindow} from './launchDesk';

const root = fileURLToPath(new URL('../../', import.meta.url));
const unpacked = join(root, 'release/linux-unpacked');

let child: ChildProcess | null = null;
let browser: Browser | null = null;
let folder: string | null = null;

afterEach(async () => {
  await browser?.close();
  child?.kill('SIGKILL');
  if (folder !== null) await rm(folder, {recursive: true, force: true, maxRetries: 5});
});

/** Starts the packaged program; its inspector is fused shut, so the page is reached through Chromium's own port. */
async function startPackaged(args: readonly string[]): Promise<Browser> {
  folder = await mkdtemp(join(tmpdir(), 'study-desk-packaged-'));
  const started = spawn(
    join(unpacked, 'study-desk'),
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${join(folder, 'user')}`,
      ...args,
    ],
    {env: {...process.env, ...(await displayEnvironment())}, stdio: ['ignore', 'ignore', 'pipe']},
  );
  child = started;
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    started.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      printed += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(printed)?.[1];
      if (found !== undefined) resolve(found);
    });
    started.once('exit', () => reject(new Error(`The packaged program ended:\n${printed}`)));
  });
  return chromium.connectOverCDP(address);
}

// what electron-builder makes for other systems is tried on those systems
describe.skipIf(noWindow || process.platform !== 'linux')('the packaged application', () => {
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['build/package.mjs'], {cwd: root});
  }, 300_000);

  it('holds bundles and the sample study, no sources and no packages', async () => {
    const {stdout} = await promisify(execFile)(
      process.execPath,
      ['node_modules/@electron/asar/bin/asar.js', 'list', join(unpacked, 'resources/app.asar')],
      {cwd: root},
    );
    const folders = new Set(
      stdout.split('\n').map((line) => line.split('/').slice(1, 3).join('/')),
    );
    folders.delete('');
    expect([...folders].sort()).toEqual(['dist', 'dist/host', 'dist/renderer', 'package.json']);
    expect(existsSync(join(unpacked, 'resources/sample/project.yaml'))).toBe(true);
    expect(existsSync(join(unpacked, 'resources/app'))).toBe(false);
  });

  it('opens the sample study', async () => {
    browser = await startPackaged(['--sample']);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.waitForEvent('page'));
    if (page === undefined) throw new Error('The packaged program has no window.');
    await page.locator('.react-flow__node').first().waitFor({timeout: 60_000});
    expect(await page.locator('.react-flow__node').count()).toBeGreaterThanOrEqual(6);
    expect(page.url()).toMatch(/^app:/);
  });
});
