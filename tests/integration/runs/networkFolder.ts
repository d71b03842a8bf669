import {execFile, execFileSync, spawn, type ChildProcess} from 'node:child_process';
import {chmod, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {promisify} from 'node:util';

const run = promisify(execFile);

const SFTP_SERVER = '/usr/lib/openssh/sftp-server';

/** Why no network folder can be had here; null where it can. This kernel may know no NFS: sshfs is one that needs none. */
export function noNetworkFolder(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it needs root on Linux';
  try {
    for (const program of ['sshfs', 'fusermount3', 'unshare', SFTP_SERVER])
      execFileSync('which', [program]);
    return null;
  } catch {
    return 'sshfs or the server of openssh-sftp-server is not installed';
  }
}

/** A process on another computer, with its own name, process numbers and connection to the folder. */
export interface FarProcess {
  readonly child: ChildProcess;
  /** What it has written to standard output and error so far. */
  said(): string;
  /** Resolves with its exit code; null where it was killed. */
  readonly end: Promise<number | null>;
  /** Stops the computer as sleep does, its connection with it, and wakes it. */
  sleep(yes: boolean): Promise<void>;
  /** Switches the computer off. */
  kill(): Promise<void>;
}

/** One folder on a server, which this computer and others have under the same path. */
export interface NetworkFolder {
  readonly path: string;
  /** Starts a program on a computer of that name. */
  start(computer: string, command: readonly string[], env?: NodeJS.ProcessEnv): FarProcess;
  remove(): Promise<void>;
}

/** Mounts one; each computer keeps what it knows of the files for `cacheSeconds`, sshfs by itself for 20. */
export async function networkFolder(cacheSeconds = 20): Promise<NetworkFolder> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-network-'));
  const [server, path, ssh] = [join(root, 'server'), join(root, 'disk'), join(root, 'ssh')];
  await mkdir(server);
  await mkdir(path);
  await writeFile(ssh, `#!/bin/sh\nexec ${SFTP_SERVER}\n`);
  await chmod(ssh, 0o755);
  const options = `ssh_command=${ssh},dcache_timeout=${cacheSeconds}`;
  const mount = ['sshfs', '-o', options, `server:${server}`, path];
  await run('sshfs', mount.slice(1));
  const far: FarProcess[] = [];
  return {
    path,
    start(computer, command, env = process.env) {
      const script = `hostname ${computer} && ${mount.join(' ')} && exec "$@"`;
      const own = ['--mount', '--uts', '--pid', '--fork', '--mount-proc', '--kill-child'];
      const child = spawn('unshare', [...own, 'sh', '-c', script, 'sh', ...command], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env,
      });
      const started = farProcess(child);
      far.push(started);
      return started;
    },
    async remove() {
      for (const each of far) await each.kill();
      await run('umount', ['--lazy', path]);
      await rm(root, {recursive: true, force: true});
    },
  };
}

function farProcess(child: ChildProcess): FarProcess {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text: Buffer) => (said += text.toString()));
  const end = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    said: () => said,
    end,
    async sleep(yes) {
      for (const pid of await descendants(child.pid ?? 0))
        process.kill(pid, yes ? 'SIGSTOP' : 'SIGCONT');
    },
    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await end;
    },
  };
}

/** All that a process has begun and that still is below it: of the child of `unshare` all in its set of numbers. */
async function descendants(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const found: number[] = [];
  for (const each of children.split(' ').filter((text) => text !== ''))
    found.push(Number(each), ...(await descendants(Number(each))));
  return found;
}

/** Waits until a process on another computer has said something. */
export async function untilSaid(far: FarProcess, text: string, seconds = 30): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (!far.said().includes(text)) {
    if (far.child.exitCode !== null || performance.now() > until)
      throw new Error(`It did not say "${text}":\n${far.said()}`);
    await delay(50);
  }
}
