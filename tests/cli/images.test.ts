import {execFileSync} from 'node:child_process';
import {existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {pythonStudy, runCli} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const TAG = `v${process.pid}`;

describe.skipIf(noEngine)('the images on the command line', () => {
  const dir = pythonStudy({act: [[], 'print("x")'], other: [[], 'print("y")']});
  const at = ['--project-dir', dir];
  const tar = join(dir, 'images.tar');

  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    rmSync(dir, {recursive: true, force: true});
    execFileSync('docker', ['rmi', '--force', `study-desk-images/python:v2`], {stdio: 'ignore'});
  });

  it('are listed with who needs them, and nobody but the engine is asked', async () => {
    const env = {DOCKER_REGISTRY: '127.0.0.1:9/none'};
    const listed = await runCli(['images', '--json', ...at], {env});
    expect(listed.code).toBe(0);
    expect(listed.json()).toMatchObject([
      {
        image: '127.0.0.1:9/none/python:v2',
        present: false,
        neededBy: ['act', 'other'],
        update: null,
      },
    ]);
    const asked = await runCli(['images', '--check', '--json', ...at], {env});
    expect(asked.code).toBe(1);
    expect(asked.json()).toMatchObject([{error: {kind: 'network'}}]);
  });

  it('go to a file and come back from it', async () => {
    const env = {DOCKER_REGISTRY: 'study-desk-images'};
    const name = 'study-desk-images/python:v2';
    const refused = await runCli(['images', '--save', tar, ...at], {env});
    expect(refused.code).toBe(1);
    expect(existsSync(tar)).toBe(false);
    execFileSync('docker', ['tag', 'study-desk-test/busybox:v1', name]);
    expect((await runCli(['images', '--save', tar, ...at], {env})).code).toBe(0);
    execFileSync('docker', ['rmi', name]);
    const loaded = await runCli(['images', '--load', tar, '--json', ...at], {env});
    expect(loaded.json()).toEqual([{loaded: name}]);
    const listed = await runCli(['images', '--json', ...at], {env});
    expect(listed.json()).toMatchObject([{image: name, present: true}]);
  });

  it('are not downloaded where there is no such image, or no registry', async () => {
    expect((await runCli(['pull', 'nonsense', ...at])).code).toBe(2);
    const env = {DOCKER_REGISTRY: '127.0.0.1:9/none'};
    const failed = await runCli(['pull', `r:${TAG}`, '--json', ...at], {env});
    expect(failed.code).toBe(1);
    expect(failed.json()[0]).toMatchObject({image: `127.0.0.1:9/none/r:${TAG}`, pulled: false});
  });
});
