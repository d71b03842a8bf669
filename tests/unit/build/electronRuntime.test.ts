import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {electronEnvironment, findElectron} from '../../../build/electronRuntime.mjs';
import {folderOfTest} from '../../temporary';

let folder: string;

beforeEach(() => {
  folder = folderOfTest();
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
});

async function pretendElectron(version: string): Promise<void> {
  const names = {
    darwin: 'Electron.app/Contents/MacOS/Electron',
    win32: 'electron.exe',
    linux: 'electron',
  };
  const name = names[process.platform as keyof typeof names];
  await mkdir(join(folder, name, '..'), {recursive: true});
  await writeFile(join(folder, name), '');
  await writeFile(join(folder, 'version'), `v${version}`);
}

describe('the Electron that ELECTRON_OVERRIDE_DIST_PATH names', () => {
  it('is taken, with its version', async () => {
    await pretendElectron('45.4.1');
    const found = await findElectron();
    expect(found).toMatchObject({distDir: folder, version: '45.4.1', developmentCopy: false});
    expect(electronEnvironment(found)).toEqual({ELECTRON_OVERRIDE_DIST_PATH: folder});
  });

  it('is known as the development copy, and the window is told so', async () => {
    await pretendElectron('25.1.1');
    const found = await findElectron();
    expect(found.developmentCopy).toBe(true);
    expect(electronEnvironment(found)).toMatchObject({STUDY_DESK_DEVELOPMENT_ELECTRON: '1'});
  });

  it('must be there', async () => {
    await expect(findElectron()).rejects.toThrow(/there is no Electron in it/);
  });
});
