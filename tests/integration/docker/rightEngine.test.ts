import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, expect, it, vi} from 'vitest';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import type {EngineStatus} from '../../../shared/engine';
import {longTest} from '../../gateShare';

const never = new AbortController().signal;
let config: string;

beforeEach(async () => {
  config = await mkdtemp(join(tmpdir(), 'study-desk-context-'));
  vi.stubEnv('DOCKER_HOST', undefined);
  vi.stubEnv('DOCKER_CONTEXT', undefined);
  vi.stubEnv('DOCKER_CONFIG', config);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(config, {recursive: true});
});

/** What is told of the engine that the environment names. */
async function statusNow(): Promise<EngineStatus> {
  const {executor} = createDockerEngine();
  try {
    return await executor.status(never);
  } finally {
    await executor.close();
  }
}

/** Writes a context as `docker context create` does. */
async function writeContext(name: string, host: string): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = join(config, 'contexts/meta', id);
  await mkdir(folder, {recursive: true});
  const meta = {Name: name, Endpoints: {docker: {Host: host}}};
  await writeFile(join(folder, 'meta.json'), JSON.stringify(meta));
}

it('never takes the local engine for a Docker context that does not exist', async () => {
  expect(await statusNow()).toMatchObject({state: 'ready'});
  vi.stubEnv('DOCKER_CONTEXT', 'gone');
  expect(await statusNow()).toMatchObject({
    state: 'down',
    message: 'The Docker context "gone" does not exist, or cannot be read.',
  });
});

it('never takes the local engine for a Docker context that does not answer', async () => {
  await writeContext('dead', 'unix:///nowhere/docker.sock');
  await writeFile(join(config, 'config.json'), '{"currentContext": "dead"}');
  expect(await statusNow()).toMatchObject({
    state: 'down',
    message:
      'The container engine at unix:///nowhere/docker.sock (from the Docker context "dead") doesn\'t answer.',
  });
});

longTest('gives up an address that hangs after 5 s, and names it', async () => {
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => open.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port was given');
  const host = `tcp://127.0.0.1:${address.port}`;
  vi.stubEnv('DOCKER_HOST', host);
  try {
    const before = performance.now();
    expect(await statusNow()).toMatchObject({
      state: 'down',
      message: `The container engine at ${host} (from DOCKER_HOST) gives no answer within 5 s.`,
    });
    expect(performance.now() - before).toBeLessThan(6000);
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
  }
});
