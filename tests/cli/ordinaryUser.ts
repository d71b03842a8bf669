import {execFileSync, spawn} from 'node:child_process';
import {chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {bundledCli, callOf, type CliEnd} from './runCli';

/** Somebody who is not root, with a home of their own. */
export interface OrdinaryUser {
  readonly name: string;
  readonly home: string;
  /** A folder of theirs for what lasts as long as they are logged in. */
  readonly runtime: string;
  /** Makes a folder, and all in it, theirs. */
  own(dir: string): void;
  /** Lets them use Docker. */
  join(group: string): void;
  /** Calls the command line as they would. */
  cli(args: readonly string[], options?: CallOptions): Promise<CliEnd>;
  /** Calls another program as they would, to its end. */
  run(program: string, args: readonly string[], input?: Buffer): string;
  /** Starts Podman's service as theirs; answers its address. */
  startPodman(): Promise<string>;
  remove(): Promise<void>;
}

interface CallOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Rights that new files do not get, as a shell takes them. */
  readonly umask?: string;
}

/** Whether users can be made here: as root, on Linux. */
export function canMakeUsers(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    for (const program of ['useradd', 'runuser']) execFileSync('which', [program]);
    return true;
  } catch {
    return false;
  }
}

/** Makes one, with these variables in their environment; to be removed after the tests. */
export function makeUser(name: string, env: Readonly<Record<string, string>>): OrdinaryUser {
  const root = mkdtempSync(join(tmpdir(), 'study-desk-person-'));
  chmodSync(root, 0o755);
  const home = join(root, 'home');
  const runtime = join(root, 'run');
  execFileSync('useradd', ['--create-home', '--home-dir', home, '--shell', '/bin/sh', name]);
  const own = (dir: string): void => void execFileSync('chown', ['-R', `${name}:`, dir]);
  mkdirSync(runtime, {mode: 0o700});
  // crun, Podman's usual one, runs nothing under the mixed control groups of some virtual machines
  const containers = join(runtime, 'containers.conf');
  writeFileSync(containers, '[engine]\nruntime = "runc"\n');
  own(runtime);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_RUNTIME_DIR: runtime,
    CONTAINERS_CONF: containers,
    PODMAN_IGNORE_CGROUPSV1_WARNING: '1',
    ...env,
  };
  const asUser = ['-u', name, '--'];
  const services: ReturnType<typeof spawn>[] = [];

  return {
    ...{name, home, runtime, own},
    join: (group) => void execFileSync('usermod', ['-aG', group, name]),
    cli(args, {env: said = {}, umask = '022'} = {}) {
      // runuser sets a home of its own
      const variables = Object.entries({...environment, ...said}).map((each) => each.join('='));
      const shell = ['env', '-i', ...variables, 'sh', '-c', `umask ${umask}; exec "$@"`, 'sh'];
      const call = [...shell, process.execPath, bundledCli, ...args];
      return callOf(
        spawn('runuser', [...asUser, ...call], {
          cwd: root,
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      ).end;
    },
    run: (program, args, input) =>
      execFileSync('runuser', [...asUser, program, ...args], {
        cwd: root,
        env: environment,
        ...(input === undefined ? {} : {input}),
        stdio: ['pipe', 'pipe', 'ignore'],
      }).toString(),
    async startPodman() {
      const address = `unix://${join(runtime, 'podman.sock')}`;
      const args = ['podman', 'system', 'service', '--time=0', address];
      services.push(
        spawn('runuser', [...asUser, ...args], {cwd: root, env: environment, stdio: 'ignore'}),
      );
      for (let attempt = 0; attempt < 100; attempt += 1) {
        try {
          execFileSync('podman', ['--url', address, 'version'], {stdio: 'ignore'});
          return address;
        } catch {
          await delay(100);
        }
      }
      throw new Error('Podman did not answer within 10 s');
    },
    async remove() {
      for (const service of services) {
        const ended = new Promise((resolve) => service.once('exit', resolve));
        service.kill('SIGTERM');
        await ended;
      }
      // what keeps the user's namespaces open outlives the service
      const pause = readPid(join(runtime, 'libpod/tmp/pause.pid'));
      if (pause !== null) process.kill(pause);
      execFileSync('userdel', ['--force', name], {stdio: 'ignore'});
      rmSync(root, {recursive: true, force: true});
    },
  };
}

function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch {
    return null;
  }
}
