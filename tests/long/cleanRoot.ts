import {execFile} from 'node:child_process';
import {existsSync} from 'node:fs';
import {copyFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';

const call = promisify(execFile);

/** Why a clean Debian can't be made here; null where it can. */
export const noCleanRoot: string | null =
  process.platform !== 'linux' || process.getuid?.() !== 0
    ? 'Only root on Linux can enter another root.'
    : !existsSync('/usr/sbin/debootstrap')
      ? 'debootstrap is not installed.'
      : null;

/** A clean Debian in a folder, with an ordinary user. */
export interface CleanRoot {
  readonly dir: string;
  /** Runs a shell command in it as root; rejects where it fails, with what it printed. */
  asRoot(command: string): Promise<string>;
  /** The same as the ordinary user, in their home. */
  asUser(command: string): Promise<string>;
  /** Ends what runs in it, and takes it apart. */
  remove(): Promise<void>;
}

const SERVICES_STAY_OFF = '#!/bin/sh\nexit 101\n';

/** Makes it with debootstrap, from Debian's packages on the network. */
export async function makeCleanRoot(dir: string): Promise<CleanRoot> {
  await call('debootstrap', ['--variant=minbase', 'trixie', dir], {maxBuffer: 1e8});
  await copyFile('/etc/resolv.conf', join(dir, 'etc/resolv.conf'));
  await writeFile(join(dir, 'usr/sbin/policy-rc.d'), SERVICES_STAY_OFF, {mode: 0o755});
  await call('mount', ['-t', 'proc', 'proc', join(dir, 'proc')]);
  // devices of its own: those of this computer are not for a test to take away
  await call('mount', ['-t', 'tmpfs', 'devices', join(dir, 'dev')]);
  for (const name of ['null', 'zero', 'random', 'urandom', 'tty'])
    await call('cp', ['-a', `/dev/${name}`, join(dir, 'dev', name)]);
  await call('ln', ['-s', '/proc/self/fd', join(dir, 'dev/fd')]);
  await call('mkdir', ['-m', '1777', join(dir, 'dev/shm')]);

  const inside = async (args: readonly string[]): Promise<string> => {
    const {stdout, stderr} = await call('chroot', [dir, ...args], {
      maxBuffer: 1e8,
      timeout: 600_000,
      env: {PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive'},
    });
    return stdout + stderr;
  };
  await inside([
    'useradd',
    '--create-home',
    '--base-dir',
    '/srv',
    '--shell',
    '/bin/bash',
    'researcher',
  ]);
  return {
    dir,
    asRoot: (command) => inside(['sh', '-ec', command]),
    asUser: (command) => inside(['su', '--login', 'researcher', '--command', command]),
    async remove() {
      await inside(['pkill', '-KILL', '-u', 'researcher']).catch(() => undefined);
      await call('umount', [join(dir, 'dev')]);
      await call('umount', [join(dir, 'proc')]);
      await call('rm', ['-rf', '--one-file-system', dir]);
    },
  };
}
