import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {createCore} from '../../electron/core/createCore';
import {ensureTestImages, PYTHON_IMAGE} from '../../build/testImages.mjs';
import {pythonStudy, runCli} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);
const TAG = `v${process.pid}`;
/** A registry that is not there: its images are on this computer alone. */
const MOVED = 'study-desk-moved';

describe.skipIf(noEngine)('the images on the command line', () => {
  const dir = pythonStudy({act: [[], 'print("x")'], other: [[], 'print("y")']});
  const at = ['--project-dir', dir];
  const tar = join(dir, 'images.tar');

  beforeAll(() => ensureTestImages(), 900_000);
  afterAll(() => {
    rmSync(dir, {recursive: true, force: true});
    const made = ['study-desk-images/python:v2', `${MOVED}/python:v2`, `${MOVED}/python:v3`];
    execFileSync('docker', ['rmi', '--force', ...made], {stdio: 'ignore'});
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

  it('are tried on an action in a copy, compared cell by cell, and then changed in project.yaml', async () => {
    const script = [
      'edition = os.environ.get("EDITION", "1")',
      'open("output/fit-cells.csv", "w").write(f"name,value\\na,1\\nb,{edition}\\n")',
      'open("output/fit-same.csv", "w").write("a\\n1\\n")',
    ].join('\n');
    const study = pythonStudy({make: [[], 'print("x")'], fit: [[], script]});
    const env = {DOCKER_REGISTRY: MOVED};
    const file = join(study, 'project.yaml');
    const text = readFileSync(file, 'utf8').replace('output/fit.csv', 'output/fit-*.csv');
    writeFileSync(file, text);
    const docker = (...args: string[]): string =>
      execFileSync('docker', args, {encoding: 'utf8'}).trim();
    docker('tag', PYTHON_IMAGE, `${MOVED}/python:v2`);
    const container = docker('create', PYTHON_IMAGE, 'python');
    docker('commit', '--change', 'ENV EDITION=3', container, `${MOVED}/python:v3`);
    docker('rm', container);
    const call = ['try-image', 'fit', 'python:v3', '--project-dir', study, '--json'];

    const refused = await runCli(call, {env: {...env, STUDY_DESK_EXECUTOR: 'process'}});
    expect([refused.code, refused.json()]).toMatchObject([2, [{error: {kind: 'invalid-request'}}]]);
    const tried = await runCli(call, {env});
    expect([tried.code, tried.stderr]).toEqual([0, '']);
    expect(tried.json()).toMatchObject([
      {path: 'output/fit-cells.csv', change: 'changed', difference: {changedCells: 1, rows: 2}},
      {path: 'output/fit-same.csv', change: 'same'},
      {action: 'fit', from: 'python:v2', to: 'python:v3', succeeded: true, applied: false},
    ]);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(existsSync(join(study, 'output'))).toBe(false);
    // as the window asks for it
    const core = createCore({cacheDir: join(dir, 'cache'), registry: MOVED});
    const opened = await core.openStudy(study, {watch: false});
    const moved = opened.ok
      ? await opened.value.ready.moveImage({action: 'fit', image: 'python:v3'})
      : opened;
    expect(moved).toMatchObject({
      ok: true,
      value: {
        ...{from: 'python:v2', to: 'python:v3', succeeded: true},
        outputs: [
          {path: 'output/fit-cells.csv', words: expect.stringContaining('1 cell') as string},
          {path: 'output/fit-same.csv', words: 'same'},
        ],
      },
    });
    await core.close();
    const applied = await runCli([...call, '--apply'], {env});
    expect(applied.json().at(-1)).toMatchObject({applied: true});
    expect(readFileSync(file, 'utf8').match(/python:v\d/g)).toEqual(['python:v2', 'python:v3']);
    rmSync(study, {recursive: true, force: true});
  });

  it('are not downloaded where there is no such image, or no registry', async () => {
    expect((await runCli(['pull', 'nonsense', ...at])).code).toBe(2);
    const env = {DOCKER_REGISTRY: '127.0.0.1:9/none'};
    const failed = await runCli(['pull', `r:${TAG}`, '--json', ...at], {env});
    expect(failed.code).toBe(1);
    expect(failed.json()[0]).toMatchObject({image: `127.0.0.1:9/none/r:${TAG}`, pulled: false});
  });
});
