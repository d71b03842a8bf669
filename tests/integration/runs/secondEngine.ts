import {execFile, spawn, type ChildProcess} from 'node:child_process';
import {mkdir, readdir, readFile, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);

/** An engine of our own beside the computer's one, that may be stopped or killed, or keep its data elsewhere. */
export interface SecondEngine {
  /** As DOCKER_HOST has it. */
  readonly host: string;
  /** Its process; null while it does not run. */
  pid(): number | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Ends it as a crash does; its containers live on, at least until it is started again. */
  kill(): Promise<void>;
  /** Makes it hang, and go on. */
  hang(yes: boolean): void;
  /** Copies an image from the computer's engine, and gives it further names. */
  copyImage(name: string, ...names: readonly string[]): Promise<void>;
  /** Ids of its containers, running or not. */
  containers(): Promise<readonly string[]>;
  /** Stops it, with whatever still runs in it, and removes all that it kept. */
  remove(): Promise<void>;
}

/** Docker that keeps everything below `root`, with `more` options; it needs dockerd and root's rights. */
export function createSecondEngine(root: string, more: readonly string[] = []): SecondEngine {
  const socket = join(root, 'docker.sock');
  const args = ['--data-root', join(root, 'data'), '--exec-root', join(root, 'exec')];
  args.push('--pidfile', join(root, 'docker.pid'), '-H', `unix://${socket}`);
  args.push('--bridge=none', '--iptables=false', ...more);
  // in a network of its own: without a bridge an engine deletes docker0, also that of the computer's engine
  return engineOf(root, socket, () =>
    spawn('unshare', ['--net', 'dockerd', ...args], {stdio: 'ignore'}),
  );
}

/** Podman's service, likewise; its containers have keepers of their own. */
export function createSecondPodman(root: string): SecondEngine {
  const socket = join(root, 'podman.sock');
  const args = ['--root', join(root, 'data'), '--runroot', join(root, 'exec')];
  // crun, its usual runtime, runs nothing under the mixed control groups of some virtual machines
  args.push('--cgroup-manager', 'cgroupfs', '--runtime', 'runc');
  args.push('system', 'service', '--time=0', `unix://${socket}`);
  return engineOf(root, socket, () => spawn('podman', args, {stdio: 'ignore'}));
}

function engineOf(root: string, socket: string, begin: () => ChildProcess): SecondEngine {
  const host = `unix://${socket}`;
  const docker = async (...args: readonly string[]): Promise<string> =>
    (await run('docker', ['-H', host, ...args])).stdout.trim();
  let running: ChildProcess | null = null;
  let end: ((signal: NodeJS.Signals) => Promise<void>) | null = null;
  const endBy = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = end;
    end = null;
    await ending?.(signal);
  };
  const engine: SecondEngine = {
    host,
    pid: () => running?.pid ?? null,
    async start() {
      await mkdir(root, {recursive: true});
      const started = begin();
      running = started;
      const ended = new Promise((resolve) => started.once('exit', resolve));
      end = async (signal) => {
        started.kill(signal);
        await ended;
      };
      for (;;) {
        const up = await docker('info').catch(() => null);
        if (up !== null) return;
        if (started.exitCode !== null) throw new Error(`It ended with ${started.exitCode}`);
        await delay(100);
      }
    },
    stop: () => endBy('SIGTERM'),
    async kill() {
      await endBy('SIGKILL');
      // Docker's own part is killed with it; where nothing takes note of that, a new one waits 10 s for the old one
      await rm(join(root, 'exec/containerd/containerd.pid'), {force: true});
    },
    hang: (yes) => {
      running?.kill(yes ? 'SIGSTOP' : 'SIGCONT');
    },
    async copyImage(name, ...names) {
      const file = join(root, 'image.tar');
      await run('docker', ['save', '-o', file, name]);
      await docker('load', '-i', file);
      for (const other of names) await docker('tag', name, other);
    },
    async containers() {
      return (await docker('ps', '--all', '--quiet', '--no-trunc'))
        .split('\n')
        .filter((id) => id !== '');
    },
    async remove() {
      if (end !== null) {
        const left = await engine.containers();
        if (left.length > 0) await docker('rm', '--force', ...left);
      }
      await engine.stop();
      await endKeepers(root);
      // what a killed engine had mounted is mounted still
      const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n');
      for (const mount of mounts.reverse()) {
        const place = mount.split(' ')[1] ?? '';
        if (place.startsWith(`${root}/`)) await run('umount', ['--lazy', place]);
      }
      await rm(root, {recursive: true, force: true, maxRetries: 5});
    },
  };
  return engine;
}

/** Ends the keepers of containers that a killed engine was just making, and does not know of any more. */
async function endKeepers(root: string): Promise<void> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/u.test(pid) || Number(pid) === process.pid) continue;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const isKeeper = /^[^\0]*(?:conmon|containerd-shim[^\0]*)\0/u.test(command);
    if (!isKeeper || !command.includes(`${root}/`)) continue;
    const children = await run('pgrep', ['-P', pid]).catch(() => ({stdout: ''}));
    for (const each of [pid, ...children.stdout.split('\n').filter((line) => line !== '')])
      try {
        process.kill(Number(each), 'SIGKILL');
      } catch {
        // it has ended meanwhile
      }
  }
}
