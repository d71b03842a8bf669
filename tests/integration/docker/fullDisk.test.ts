import {execFile} from 'node:child_process';
import {mkdir, mkdtemp} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {ensureTestImages} from '../../../build/testImages.mjs';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {judgeProxies, proxiesOf} from '../../../electron/doctor/proxies';
import type {Engine} from '../../../electron/executor/executor';
import {createSecondEngine, type SecondEngine} from '../runs/secondEngine';
import {isInstalled} from './engineWays';
import {type LocalRegistry, localRegistry, noisyImage} from './localRegistry';

const run = promisify(execFile);
const never = new AbortController().signal;
const NOISE = `study-desk-full-${process.pid}:v1`;

describe.skipIf(!(await isInstalled('docker-registry', '--version')))('a download', () => {
  let registry: LocalRegistry;
  let second: SecondEngine;
  let engine: Engine;
  let image: string;
  let data: string;

  beforeAll(async () => {
    await ensureTestImages();
    await noisyImage(NOISE, [1, 12]);
    registry = await localRegistry({'core/noise:v1': NOISE});
    await run('docker', ['rmi', NOISE]);
    const root = await mkdtemp(join(tmpdir(), 'study-desk-full-'));
    data = join(root, 'data');
    await mkdir(data);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'none', data]);
    // the registry is reached without it
    const proxy = ['--http-proxy', 'http://me:secret@proxy.example.org:3128'];
    second = createSecondEngine(root, [...proxy, '--no-proxy', '127.0.0.1']);
    engine = createDockerEngine({host: second.host});
    await second.start();
    image = `${await registry.serveInside(second.pid() ?? 0)}/core/noise:v1`;
  }, 900_000);
  afterAll(async () => {
    await engine.executor.close();
    await second.remove();
    await registry.close();
  });

  it('goes by the engine’s own proxy, which the doctor tells without its login', async () => {
    const facts = await engine.host.look();
    if (!facts.ok) throw new Error(facts.error.message);
    expect(facts.value).toMatchObject({isLocal: true, holdsLimits: true});
    expect(facts.value.freeBytes).toBeLessThan(16 * 1024 ** 2);
    const [said] = judgeProxies(proxiesOf({}), facts.value.proxies);
    expect(said?.message).toContain('The engine goes through http://proxy.example.org:3128,');
  });

  it('that fills the engine’s disk says so, and goes on once there is room', async () => {
    const full = await engine.imageStore.pull(image, () => undefined, never);
    expect(full).toMatchObject({
      ok: false,
      error: {message: "The container engine's disk is full."},
    });
    const before = await engine.imageStore.details([image], never);
    expect(before).toMatchObject({ok: true, value: [{present: false}]});
    await run('mount', ['-o', 'remount,size=128m', data]);
    expect(await engine.imageStore.pull(image, () => undefined, never)).toEqual({
      ok: true,
      value: null,
    });
    const after = await engine.imageStore.details([image], never);
    expect(after).toMatchObject({ok: true, value: [{present: true}]});
  });
});
