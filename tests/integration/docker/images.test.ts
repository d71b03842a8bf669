import {execFile} from 'node:child_process';
import {createReadStream, createWriteStream} from 'node:fs';
import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {promisify} from 'node:util';
import {afterAll, afterEach, beforeAll, describe, expect, it, vi} from 'vitest';
import {ensureTestImages} from '../../../build/testImages.mjs';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import type {PullProgress} from '../../../shared/engine';
import {longTest} from '../../gateShare';
import {isInstalled} from './engineWays';
import {type LocalRegistry, localRegistry, noisyImage} from './localRegistry';

const run = promisify(execFile);
const never = new AbortController().signal;
const {executor, imageStore} = createDockerEngine();
const NOISE = `study-desk-noise-${process.pid}:v1`;
const MEGABYTES = [1, 6, 1];

const has = await isInstalled('docker-registry', '--version');
if (!has) console.warn('Downloads are NOT tried here: docker-registry is missing.');

describe.skipIf(!has)('images from a registry', () => {
  let registry: LocalRegistry;
  let image: string;
  let folder: string;

  beforeAll(async () => {
    await ensureTestImages();
    await noisyImage(NOISE, MEGABYTES);
    registry = await localRegistry({'core/noise:v1': NOISE});
    await run('docker', ['rmi', NOISE]);
    image = `${registry.host}/core/noise:v1`;
    folder = await mkdtemp(join(tmpdir(), 'study-desk-images-'));
    vi.stubEnv('DOCKER_CONFIG', folder);
  }, 900_000);
  afterEach(async () => {
    registry.breakAfter(Infinity, 0);
    registry.wantLogin(null);
    await rm(join(folder, 'config.json'), {force: true});
    await run('docker', ['rmi', '--force', image]).catch(() => undefined);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await executor.close();
    await registry.close();
    await rm(folder, {recursive: true});
  });

  async function present(): Promise<boolean> {
    const found = await imageStore.details([image], never);
    return found.ok && found.value[0]?.present === true;
  }

  it('are downloaded with their bytes told, and are what the registry has', async () => {
    const told: PullProgress[] = [];
    const newest = await imageStore.newest(image, never);
    expect(newest).toMatchObject({ok: true, value: {state: 'not-here'}});
    expect(await imageStore.pull(image, (progress) => told.push(progress), never)).toEqual({
      ok: true,
      value: null,
    });
    const last = told.at(-1);
    expect(last?.phase).toBe('done');
    expect(last?.totalBytes).toBeGreaterThan(8e6);
    expect(last?.downloadedBytes).toBe(last?.totalBytes);
    for (const [index, {downloadedBytes}] of told.entries())
      expect(downloadedBytes).toBeGreaterThanOrEqual(told[index - 1]?.downloadedBytes ?? 0);
    const found = await imageStore.details([image], never);
    expect(found).toMatchObject({
      ok: true,
      value: [
        {present: true, architecture: 'amd64', digest: expect.stringMatching(/^sha256:/) as string},
      ],
    });
    expect(await imageStore.newest(image, never)).toMatchObject({value: {state: 'up-to-date'}});
    expect(await imageStore.local(registry.host, never)).toEqual({ok: true, value: [image]});
  });

  longTest('are tried again where the connection breaks, without what is finished', async () => {
    const before = registry.servedBytes();
    registry.breakAfter(2e6, 1);
    expect(await imageStore.pull(image, () => undefined, never)).toEqual({ok: true, value: null});
    // a break costs at most what had come of the one layer that is larger
    expect(registry.servedBytes() - before).toBeLessThan(8.5e6 + 2 * 2.5e6);
    expect(await present()).toBe(true);
  });

  it('stop at once when told to, and go on later', async () => {
    const stop = new AbortController();
    const stopped = await imageStore.pull(
      image,
      ({downloadedBytes}) => {
        if (downloadedBytes > 0.5e6) stop.abort();
      },
      stop.signal,
    );
    expect(stopped).toMatchObject({ok: false, error: {kind: 'cancelled'}});
    expect(await present()).toBe(false);
    expect(await imageStore.pull(image, () => undefined, never)).toEqual({ok: true, value: null});
  });

  it('are refused without login, and had with the one that docker login has kept', async () => {
    registry.wantLogin({username: 'ada', password: 'secret:one'});
    const refused = await imageStore.pull(image, () => undefined, never);
    expect(refused).toMatchObject({
      ok: false,
      error: {kind: 'network', message: 'The image registry refused the download.'},
    });
    const auth = Buffer.from('ada:secret:one').toString('base64');
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({auths: {[registry.host]: {auth}}}),
    );
    expect(await imageStore.pull(image, () => undefined, never)).toEqual({ok: true, value: null});
    expect(await imageStore.newest(image, never)).toMatchObject({value: {state: 'up-to-date'}});
  });

  it('are had with the login of a credential helper', async () => {
    registry.wantLogin({username: 'ada', password: 'of the helper'});
    const bin = join(folder, 'bin');
    await mkdir(bin);
    const reply = JSON.stringify({Username: 'ada', Secret: 'of the helper'});
    await writeFile(
      join(bin, 'docker-credential-here'),
      `#!/bin/sh\ncat >/dev/null\necho '${reply}'\n`,
    );
    await chmod(join(bin, 'docker-credential-here'), 0o755);
    vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
    await writeFile(
      join(folder, 'config.json'),
      JSON.stringify({credHelpers: {[registry.host]: 'here'}}),
    );
    expect(await imageStore.pull(image, () => undefined, never)).toEqual({ok: true, value: null});
  });

  it('that the registry has not are said to be missing', async () => {
    const name = `${registry.host}/core/noise:v9`;
    expect(await imageStore.pull(name, () => undefined, never)).toMatchObject({
      ok: false,
      error: {kind: 'image-missing'},
    });
    expect(await imageStore.newest(name, never)).toMatchObject({
      ok: false,
      error: {kind: 'network'},
    });
  });

  it('go by a file to a computer without network', async () => {
    const file = join(folder, 'images.tar');
    expect(await imageStore.save([image], never)).toMatchObject({
      ok: false,
      error: {kind: 'image-missing'},
    });
    await imageStore.pull(image, () => undefined, never);
    const saved = await imageStore.save([image], never);
    if (!saved.ok) throw new Error(saved.error.message);
    await pipeline(saved.value, createWriteStream(file));
    await run('docker', ['rmi', image]);
    expect(await imageStore.load(createReadStream(file), never)).toEqual({
      ok: true,
      value: [image],
    });
    expect(await present()).toBe(true);
    await writeFile(file, 'no tar');
    expect((await imageStore.load(createReadStream(file), never)).ok).toBe(false);
  });
});
