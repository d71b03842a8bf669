import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages, PYTHON_IMAGE} from '../../build/testImages.mjs';
import {longTest} from '../gateShare';
import {folderOf, pythonStudy, runCli, writes} from './runCli';

const noEngine = Boolean(process.env['STUDY_DESK_NO_ENGINE']);

describe.skipIf(noEngine)('cleaning up', () => {
  const action = `left_${process.pid}`;
  const dir = pythonStudy({[action]: [[], `print("made")\n${writes(action, 'a\n1\n')}`]});
  const at = ['--project-dir', dir];
  const foreign = `foreign-${process.pid}`;
  // a registry, a cache and temporary folders of this test alone, as all that is left there may go
  const registry = `study-desk-clean-${process.pid}`;
  const [NEEDED, UNNEEDED] = [`${registry}/python:v2`, `${registry}/r:v1`];
  const room = folderOf({});
  const env = {DOCKER_REGISTRY: registry, XDG_CACHE_HOME: join(room, 'cache'), TMPDIR: room};

  beforeAll(async () => {
    await ensureTestImages();
    execFileSync('docker', ['tag', PYTHON_IMAGE, NEEDED]);
    // an empty image, which no container can be made of
    execFileSync('docker', ['import', '-', UNNEEDED], {input: Buffer.alloc(10_240)});
    execFileSync('docker', ['create', '--name', foreign, 'study-desk-test/busybox:v1', 'true']);
  }, 900_000);
  afterAll(() => {
    execFileSync('docker', ['rm', '--force', foreign]);
    execFileSync('docker', ['rmi', '--force', NEEDED, UNNEEDED], {stdio: 'ignore'});
    for (const each of [dir, room]) rmSync(each, {recursive: true, force: true});
  });

  it('shows first what earlier runs have left, and removes that and nothing else', async () => {
    // kept on purpose, and left by an interrupted `opensafely run`
    expect((await runCli(['run', action, '--debug', ...at], {env})).code).toBe(0);
    const bind = join(dir, 'metadata/volumes/abcdef');
    mkdirSync(bind, {recursive: true});
    writeFileSync(join(bind, 'data.csv'), 'a\n1\n');

    const left = join(room, 'study-desk-code-999999999-abcdef');
    mkdirSync(left);
    const yesterday = Date.now() / 1000 - 25 * 3600;
    utimesSync(left, yesterday, yesterday);
    // a restore of an earlier version that was killed
    const beside = `output/${action}.csv.0123456789abcdef.tmp`;
    writeFileSync(join(dir, beside), 'a\n');
    // one that may still be being written is left alone
    await delay(10_500);
    const asked = (await runCli(['doctor', '--json', ...at], {env})).json();
    expect(asked.find(({check}) => check === 'leftovers')).toMatchObject({
      result: 'warning',
      message: expect.stringContaining(`\`${beside}\` was left`) as unknown,
    });

    const shown = await runCli(['clean', '--dry-run', '--json', ...at], {env});
    expect(shown.code).toBe(0);
    expect(shown.json().map(({kind, id, loss}) => [kind, id, loss === null])).toEqual([
      ['container', expect.any(String), true],
      ['image', UNNEEDED, false],
      ['folder', 'metadata/volumes/abcdef', true],
      ['folder', left, true],
      ['file', beside, true],
      ['cache', 'metadata/study-desk/cache', false],
    ]);
    expect(shown.json()[2]).toMatchObject({bytes: 4});
    expect(existsSync(bind)).toBe(true);

    const done = await runCli(['clean', '--json', ...at], {env});
    expect(done.code).toBe(0);
    expect(done.json().map(({kind}) => kind)).toEqual([
      'container',
      'folder',
      'folder',
      'file',
      undefined,
    ]);
    expect(existsSync(bind)).toBe(false);
    expect(existsSync(left)).toBe(false);
    expect(readdirSync(join(dir, 'output'))).toEqual([`${action}.csv`]);
    const containers = execFileSync('docker', ['ps', '-a', '--format', '{{.Names}}']).toString();
    expect(containers).toContain(foreign);
    const again = await runCli(['clean', ...at], {env});
    expect(again.stdout).toContain('Nothing to clean up except what may still be useful.');
  });

  longTest(
    'removes what is of use only where all is asked for, and neither latest logs nor images that are not named',
    async () => {
      expect((await runCli(['run', action, '-f', ...at], {env})).code).toBe(0);
      const done = await runCli(['clean', '--all', '--json', ...at], {env});
      expect(done.code).toBe(0);
      expect(done.json().map(({kind, name}) => [kind, name])).toEqual([
        ['logs', 'Logs of 1 earlier attempt'],
        ['cache', 'Copies of earlier outputs'],
        [undefined, undefined],
      ]);
      expect(execFileSync('docker', ['images', '--quiet', UNNEEDED]).toString()).not.toBe('');
      expect(execFileSync('docker', ['images', '--quiet', NEEDED]).toString()).not.toBe('');
      const log = await runCli(['logs', action, ...at], {env});
      expect(log.stdout).toContain('made');
      expect((await runCli(['clean', '--all', ...at], {env})).stdout).toContain(
        'Nothing to clean up except what may still be useful.',
      );
      // what is needed can't be named, and what is named is all that goes
      const needed = await runCli(['clean', '--image', UNNEEDED, NEEDED, ...at], {env});
      expect(needed.code).toBe(2);
      expect(needed.stderr).toContain(`The image ${NEEDED} can't be cleaned up.`);
      const named = await runCli(['clean', '--json', '--image', UNNEEDED, ...at], {env});
      expect(named.json().map(({kind, name}) => [kind, name])).toEqual([
        ['image', UNNEEDED],
        [undefined, undefined],
      ]);
      expect(execFileSync('docker', ['images', '--quiet', UNNEEDED]).toString()).toBe('');
      expect((await runCli(['run', action, '-f', ...at], {env})).code).toBe(0);
    },
  );

  it('says that the engine is down, and cleans up the rest', async () => {
    const bind = join(dir, 'metadata/volumes/again');
    mkdirSync(bind, {recursive: true});
    const down = {DOCKER_HOST: 'unix:///nowhere/docker.sock'};
    const done = await runCli(['clean', '--dry-run', ...at], {env: down});
    expect(done.code).toBe(3);
    expect(done.stderr).toContain("doesn't answer");
  });
});
