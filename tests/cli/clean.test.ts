import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {pythonStudy, runCli, writes} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);

describe.skipIf(noEngine)('cleaning up', () => {
  const action = `left_${process.pid}`;
  const dir = pythonStudy({[action]: [[], writes(action, 'a\n1\n')]});
  const at = ['--project-dir', dir];
  const foreign = `foreign-${process.pid}`;

  beforeAll(async () => {
    await ensureTestImages();
    execFileSync('docker', ['create', '--name', foreign, 'study-desk-test/busybox:v1', 'true']);
  }, 900_000);
  afterAll(() => {
    execFileSync('docker', ['rm', '--force', foreign]);
    rmSync(dir, {recursive: true, force: true});
  });

  it('shows first what earlier runs have left, and removes that and nothing else', async () => {
    // kept on purpose, and left by an interrupted `opensafely run`
    expect((await runCli(['run', action, '--debug', ...at])).code).toBe(0);
    const bind = join(dir, 'metadata/volumes/abcdef');
    mkdirSync(bind, {recursive: true});
    writeFileSync(join(bind, 'data.csv'), 'a\n1\n');

    const shown = await runCli(['clean', '--dry-run', '--json', ...at]);
    expect(shown.code).toBe(0);
    expect(shown.json().map(({kind, removed}) => [kind, removed])).toEqual([
      ['container', false],
      ['folder', false],
    ]);
    expect(shown.json()[1]).toMatchObject({id: 'metadata/volumes/abcdef', bytes: 4});
    expect(existsSync(bind)).toBe(true);

    const done = await runCli(['clean', '--json', ...at]);
    expect(done.code).toBe(0);
    expect(done.json().at(-1)).toMatchObject({bytesAfter: 0});
    expect(existsSync(bind)).toBe(false);
    const containers = execFileSync('docker', ['ps', '-a', '--format', '{{.Names}}']).toString();
    expect(containers).toContain(foreign);
    expect((await runCli(['clean', ...at])).stdout).toContain('Nothing is left over.');
  });

  it('says that the engine is down, and cleans up the rest', async () => {
    const bind = join(dir, 'metadata/volumes/again');
    mkdirSync(bind, {recursive: true});
    const env = {DOCKER_HOST: 'unix:///nowhere/docker.sock'};
    const done = await runCli(['clean', '--dry-run', ...at], {env});
    expect(done.code).toBe(3);
    expect(done.stderr).toContain('No container engine answers');
  });
});
