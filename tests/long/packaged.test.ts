import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {FuseV1Options, getCurrentFuseWire} from '@electron/fuses';
import {afterEach, beforeAll, describe, expect, it} from 'vitest';
import {openThroughPort, type StartedDesk} from '../../build/openThroughPort.mjs';
import {displayEnvironment, noWindow} from '../window/launchDesk';
import {emptyFolder} from '../window/windowStudy';

const root = fileURLToPath(new URL('../../', import.meta.url));
const unpacked = join(root, 'release/linux-unpacked');

let desk: StartedDesk | null = null;

afterEach(async () => {
  await desk?.close();
  desk = null;
});

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

  it('takes at most 320 MB, with our code at most 12 of them', async () => {
    const {stdout} = await promisify(execFile)('du', ['-s', '--block-size=1M', unpacked]);
    expect(Number.parseInt(stdout, 10)).toBeLessThanOrEqual(320);
    expect((await stat(join(unpacked, 'resources/app.asar'))).size).toBeLessThan(12_000_000);
  });

  it('is fused: it runs no other program, is not inspected, and starts nothing but its archive', async () => {
    const wire = await getCurrentFuseWire(join(unpacked, 'study-desk'));
    const state = (fuse: FuseV1Options): string => String.fromCharCode(wire[fuse] ?? 0);
    expect({
      node: state(FuseV1Options.RunAsNode),
      options: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: state(FuseV1Options.EnableNodeCliInspectArguments),
      archiveOnly: state(FuseV1Options.OnlyLoadAppFromAsar),
      integrity: state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
    }).toEqual({node: '0', options: '0', inspect: '0', archiveOnly: '1', integrity: '1'});
  });

  it('opens the sample study', async () => {
    desk = await openThroughPort({
      executable: join(unpacked, 'study-desk'),
      args: ['--sample', '--dir', join(await emptyFolder(), 'sample')],
      env: await displayEnvironment(),
    });
    const {page} = desk;
    await page.locator('.react-flow__node').first().waitFor({timeout: 60_000});
    expect(await page.locator('.react-flow__node').count()).toBeGreaterThanOrEqual(6);
    expect(page.url()).toMatch(/^app:/);
  });
});
