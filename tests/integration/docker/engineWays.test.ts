import {mkdir, mkdtemp, rm, symlink} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi} from 'vitest';
import {createDockerEngine} from '../../../electron/docker/dockerExecutor';
import {knownEngines, probeEngine} from '../../../electron/docker/findEngines';
import type {FoundEngine} from '../../../shared/engine';
import {ensureTestImages} from '../../../build/testImages.mjs';
import {specOf, start, studyWith} from '../../contract/jobOf';
import {hasPodman, startPodman} from '../../contract/podmanEngine';
import {isInstalled, makeCertificates, sshServer, tlsEngine, writeContext} from './engineWays';

let folder: string;
let config: string;

beforeAll(() => ensureTestImages(), 900_000);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'study-desk-ways-'));
  config = join(folder, 'docker');
  for (const name of ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS_VERIFY'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('DOCKER_CONFIG', config);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, {recursive: true});
});

async function probed(name: string): Promise<FoundEngine> {
  const found = await probeEngine(name);
  if (found === null) throw new Error(`No engine is called ${name}`);
  return found;
}

/** Runs a job in the engine of a name; answers what it printed. */
async function runIn(name: string): Promise<string> {
  const {executor} = createDockerEngine({name});
  const study = await studyWith({'main.py': 'print("in", open("main.py").name)'});
  const [runId, studyId] = [`ways-${process.pid}`, `ways-${process.pid}`];
  try {
    const spec = await specOf(study.dir, {args: ['python', 'main.py'], runId, studyId});
    const job = await start(executor, spec);
    let text = '';
    await job.logs((_stream, chunk) => {
      text += chunk.toString();
    });
    expect(await job.wait()).toMatchObject({ok: true, value: {exitCode: 0}});
    return text;
  } finally {
    await executor.removeRun(studyId, runId);
    await executor.close();
    await study.remove();
  }
}

it('finds the engine of this computer, with what it has and how fast it answers', async () => {
  expect(knownEngines()).toContainEqual({
    name: 'docker',
    title: expect.stringContaining('Docker') as string,
    address: 'unix:///var/run/docker.sock',
    status: {state: 'checking'},
    latencyMs: null,
  });
  const {status, latencyMs} = await probed('docker');
  expect(status).toMatchObject({
    state: 'ready',
    platform: expect.stringMatching(/^linux\//) as string,
  });
  expect(latencyMs).toBeGreaterThan(0);
});

it('asks the engine that was named, whatever DOCKER_HOST says', async () => {
  vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:9');
  expect((await probed('docker')).status.state).toBe('ready');
  expect((await probed('DOCKER_HOST')).status).toMatchObject({
    state: 'down',
    message: "The container engine at tcp://127.0.0.1:9 (DOCKER_HOST) doesn't answer.",
  });
});

it('never takes another engine for one that was chosen and does not answer', async () => {
  await writeContext(config, 'gone', {Host: 'unix:///nowhere/docker.sock'});
  const {executor} = createDockerEngine({name: 'gone'});
  try {
    expect(await executor.status(new AbortController().signal)).toMatchObject({
      state: 'down',
      trouble: 'stopped',
      message:
        "The container engine at unix:///nowhere/docker.sock (Docker context gone) doesn't answer.",
    });
  } finally {
    await executor.close();
  }
});

it.skipIf(!(await hasPodman()))('finds Podman by the socket of its service', async () => {
  const podman = await startPodman([]);
  try {
    await mkdir(join(folder, 'podman'));
    await symlink(podman.socketPath, join(folder, 'podman/podman.sock'));
    vi.stubEnv('XDG_RUNTIME_DIR', folder);
    const {status, address} = await probed('podman');
    expect(address).toBe(`unix://${folder}/podman/podman.sock`);
    expect(status).toMatchObject({state: 'ready', engine: 'podman'});
    expect(status.state === 'ready' && status.name).toMatch(/^Podman \d/);
  } finally {
    await podman.close();
  }
});

describe('an engine behind TLS', () => {
  it('runs jobs for a context with the right certificates, and for no other', async () => {
    const [certs, others] = [join(folder, 'certs'), join(folder, 'others')];
    await mkdir(certs);
    await mkdir(others);
    await Promise.all([makeCertificates(certs), makeCertificates(others)]);
    const engine = await tlsEngine(certs);
    try {
      const endpoint = {Host: `tcp://localhost:${engine.port}`};
      await writeContext(config, 'lab', endpoint, certs);
      await writeContext(config, 'stranger', endpoint, others);
      expect((await probed('lab')).status.state).toBe('ready');
      expect(await runIn('lab')).toContain('in main.py');
      expect((await probed('stranger')).status).toMatchObject({
        state: 'down',
        trouble: 'unreachable',
        message: expect.stringContaining('was not trusted') as string,
      });
    } finally {
      await engine.close();
    }
  });
});

const canServe = process.getuid?.() === 0 && (await isInstalled('/usr/sbin/sshd', '-V'));
if (!canServe)
  console.warn(
    'Engines behind ssh are NOT tried here: openssh-server is missing, or this is not root.',
  );

describe.skipIf(!canServe)('an engine behind ssh', () => {
  let server: Awaited<ReturnType<typeof sshServer>>;
  let serverFolder: string;
  beforeAll(async () => {
    serverFolder = await mkdtemp(join(tmpdir(), 'study-desk-sshd-'));
    server = await sshServer(serverFolder);
  });
  afterAll(async () => {
    await server.close();
    await rm(serverFolder, {recursive: true});
  });
  beforeEach(async () => {
    vi.stubEnv('PATH', `${server.bin}:${process.env['PATH'] ?? ''}`);
    await writeContext(config, 'far', {Host: 'ssh://lab'});
  });

  it('is refused where ssh does not know the computer, and that is said', async () => {
    expect((await probed('far')).status).toMatchObject({
      state: 'down',
      trouble: 'unreachable',
      message: "ssh doesn't know the computer lab yet, so Study Desk did not connect.",
      remedy: {kind: 'command', command: 'ssh lab'},
    });
  });

  it('runs jobs by the keys and settings of ssh', async () => {
    await server.trust();
    expect((await probed('far')).status).toMatchObject({state: 'ready', engine: 'far'});
    expect(await runIn('far')).toContain('in main.py');
  });

  it('says that the key is not let in', async () => {
    await server.lockOut();
    expect((await probed('far')).status).toMatchObject({
      state: 'down',
      trouble: 'no-permission',
      message: 'lab refused your ssh login.',
    });
  });
});
