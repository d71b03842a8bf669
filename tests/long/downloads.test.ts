import {execFile} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../build/testImages.mjs';
import {createDockerEngine} from '../../electron/docker/dockerExecutor';
import {isInstalled} from '../integration/docker/engineWays';
import {type LocalRegistry, localRegistry, noisyImage} from '../integration/docker/localRegistry';
import {seeded} from '../integration/runs/killPoints';

const run = promisify(execFile);
const never = new AbortController().signal;
const NOISE = `study-desk-cut-${process.pid}:v1`;
const WHOLE = 8e6;
const random = seeded(20261130);
/** Where connections break, in bytes of a layer, and how often. */
const CUTS = Array.from({length: 12}, () => ({
  bytes: Math.round(random() * 6e6),
  times: 1 + Math.floor(random() * 3),
}));

describe.skipIf(!(await isInstalled('docker-registry', '--version')))('a download', () => {
  const {executor, imageStore} = createDockerEngine();
  let registry: LocalRegistry;
  let image: string;

  beforeAll(async () => {
    await ensureTestImages();
    await noisyImage(NOISE, [1, 6, 1]);
    registry = await localRegistry({'core/noise:v1': NOISE});
    await run('docker', ['rmi', NOISE]);
    image = `${registry.host}/core/noise:v1`;
  }, 900_000);
  afterEach(async () => {
    registry.breakAfter(Infinity, 0);
    await run('docker', ['rmi', '--force', image]).catch(() => undefined);
  });
  afterAll(async () => {
    await executor.close();
    await registry.close();
  });

  it.each(CUTS)(
    'whose connection breaks after $bytes bytes, $times times, ends right or says so',
    async ({bytes, times}) => {
      registry.breakAfter(bytes, times);
      const pulled = await imageStore.pull(image, () => undefined, never);
      const [found] = (await imageStore
        .details([image], never)
        .then((answer) => (answer.ok ? answer.value : []))) as readonly {present: boolean}[];
      expect(found?.present).toBe(pulled.ok);
      if (!pulled.ok) expect(pulled.error.kind).toBe('network');
      else
        expect(await imageStore.newest(image, never)).toMatchObject({value: {state: 'up-to-date'}});
    },
    120_000,
  );

  it('that was stopped costs at most the whole again', async () => {
    registry.slowDownTo(1.5e6);
    const before = registry.servedBytes();
    const stop = new AbortController();
    const stopped = await imageStore.pull(
      image,
      ({downloadedBytes}) => {
        // the two layers of 1 MB have come whole by then, and half of the large one
        if (downloadedBytes > 5e6) stop.abort();
      },
      stop.signal,
    );
    expect(stopped).toMatchObject({error: {kind: 'cancelled'}});
    // what was under way has ended
    await delay(1000);
    const first = registry.servedBytes() - before;
    registry.slowDownTo(Infinity);
    expect(await imageStore.pull(image, () => undefined, never)).toEqual({ok: true, value: null});
    const second = registry.servedBytes() - before - first;
    // Docker 26.1 keeps nothing of it, not even the two layers that had come whole
    expect(second).toBeLessThan(WHOLE + 0.1e6);
  }, 120_000);
});
