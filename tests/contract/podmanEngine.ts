import {execFile, spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** Podman, listening where only this test knows. */
export interface PodmanEngine {
  readonly socketPath: string;
  close(): Promise<void>;
}

/** Whether Podman can be held to the contract here: as root, so that it may set up containers without more ado. */
export async function hasPodman(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return isInstalled('podman');
}

function isInstalled(program: string): Promise<boolean> {
  return run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

/** Starts Podman's service, with these images taken over from Docker. */
export async function startPodman(images: readonly string[]): Promise<PodmanEngine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'study-desk-podman-'));
  for (const image of images) {
    const known = await run('podman', ['image', 'exists', image]).catch(() => null);
    if (known !== null) continue;
    const archive = path.join(folder, 'image.tar');
    await run('docker', ['save', '--output', archive, image]);
    await run('podman', ['load', '--quiet', '--input', archive]);
    await rm(archive);
  }
  const socketPath = path.join(folder, 'podman.sock');
  // crun, its usual one, runs nothing under the mixed control groups of some virtual machines
  const runtime = (await isInstalled('runc')) ? ['--runtime=runc'] : [];
  const service = spawn(
    'podman',
    [...runtime, 'system', 'service', '--time=0', `unix://${socketPath}`],
    {stdio: 'ignore'},
  );
  const ended = new Promise((resolve) => service.once('exit', resolve));
  const close = async (): Promise<void> => {
    service.kill('SIGTERM');
    await ended;
    await rm(folder, {recursive: true, force: true});
  };
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const up = await run('podman', ['--url', `unix://${socketPath}`, 'version']).catch(() => null);
    if (up !== null) return {socketPath, close};
    await delay(100);
  }
  await close();
  throw new Error('Podman did not answer within 10 s');
}
