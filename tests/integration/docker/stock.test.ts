import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../../build/testImages.mjs';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import type {Engine, StockItem} from '../../../electron/executor/executor';
import {hasPodman, type PodmanEngine, startPodman} from '../../contract/podmanEngine';

const run = promisify(execFile);
const IMAGE = 'study-desk-test/busybox:v1';
const podman = await hasPodman();

describe.each(['docker', ...(podman ? ['podman'] : [])])('what lies in %s', (program) => {
  const name = `study-desk-stock-${process.pid}`;
  let service: PodmanEngine | null = null;
  let engine: Engine;
  const call = (...args: string[]) => run(program, args);

  beforeAll(async () => {
    await ensureTestImages();
    if (program === 'podman') service = await startPodman([IMAGE]);
    engine = createDockerEngine(
      service === null ? {socketPath: '/var/run/docker.sock'} : {socketPath: service.socketPath},
    );
    await call('volume', 'create', name);
    await call('tag', IMAGE, `localhost/${name}:v1`);
    await call('create', '--name', name, '--volume', `${name}:/data`, IMAGE, 'true');
  }, 900_000);
  afterAll(async () => {
    await call('rm', '--force', name).catch(() => undefined);
    await call('volume', 'rm', '--force', name).catch(() => undefined);
    await call('rmi', `localhost/${name}:v1`).catch(() => undefined);
    await engine.executor.close();
    await service?.close();
  });

  const find = async (kind: StockItem['kind'], wanted: string): Promise<StockItem | undefined> => {
    const stock = await engine.stock.list();
    if (!stock.ok) throw new Error(stock.error.message);
    return stock.value.find((item) => item.kind === kind && item.name === wanted);
  };

  it('is listed by its names, with what is in use, and goes once nothing uses it', async () => {
    const container = await find('container', name);
    const volume = await find('volume', name);
    const image = await find('image', `localhost/${name}:v1`);
    if (container === undefined || volume === undefined || image === undefined)
      throw new Error('It was not listed.');
    expect(container).toMatchObject({inUse: false});
    expect(volume).toMatchObject({inUse: true});
    expect(image).toMatchObject({inUse: true, image: expect.any(String) as string});
    expect((await engine.stock.remove(volume, false)).ok).toBe(false);

    for (const item of [container, volume, image])
      expect(await engine.stock.remove(item, false)).toEqual({ok: true, value: null});
    expect(await find('container', name)).toBeUndefined();
    expect(await find('volume', name)).toBeUndefined();
    expect(await find('image', `localhost/${name}:v1`)).toBeUndefined();
    // the image goes by that name alone
    const left = await engine.imageStore.details([IMAGE], new AbortController().signal);
    expect(left).toMatchObject({ok: true, value: [{present: true}]});
  });
});
