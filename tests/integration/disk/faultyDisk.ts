import {execFile, fork, type ChildProcess} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, open, rm, truncate, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {build} from 'esbuild';

const run = promisify(execFile);

/** What the disk is to do from now on. */
export interface DiskOrder {
  /** Time that each read, write and flush takes more. */
  readonly delayMs: number;
  /** What ends with an error of the device. */
  readonly failing: 'nothing' | 'writes' | 'everything';
  /** Whether writes and flushes are noted. */
  readonly noting: boolean;
}

/** Bytes written to a place of the disk, and where they are noted; or the order to make all before it last. */
export type DiskStep =
  {readonly offset: number; readonly bytes: number; readonly at: number} | 'flush';

/** What the disk's process answers to an order. */
export interface DiskAnswer {
  /** Steps noted so far. */
  readonly position: number;
  /** All of them, once they are noted no more. */
  readonly steps: readonly DiskStep[];
}

/** A real file system (ext4, on a loop device) on a disk that can be made slow, broken, or be noted write by write. */
export interface FaultyDisk {
  /** Where it is mounted. */
  readonly dir: string;
  order(order: Partial<DiskOrder>): Promise<DiskAnswer>;
  /** Unmounts it and mounts a copy of the disk at the same place, as after a power cut. */
  mountImage(image: string): Promise<void>;
  /** Mounts it anew, whole, as after a fault that is mended. */
  remount(): Promise<void>;
  /** Unmounts what is mounted at its place. */
  unmount(): Promise<void>;
  /** A file that holds the disk as it was when `prepareNoting` ended. */
  readonly base: string;
  /** The bytes of noted writes. */
  readonly journal: string;
  /** Writes everything out, keeps a copy of the disk, and notes each write from then on. */
  prepareNoting(): Promise<void>;
  remove(): Promise<void>;
}

/** Why there can be no such disk here; null where there can. */
export function noFaultyDisk(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs root on Linux';
  if (!existsSync('/dev/fuse')) return 'the kernel has no FUSE (/dev/fuse)';
  if (!existsSync('/dev/loop-control')) return 'the kernel has no loop devices';
  return null;
}

/** Makes such a disk of so many megabytes, empty. */
export async function createFaultyDisk(megabytes: number): Promise<FaultyDisk> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-disk-'));
  const [dir, served] = [join(root, 'mounted'), join(root, 'served')];
  const [image, journal, base] = [join(root, 'image'), join(root, 'journal'), join(root, 'base')];
  for (const folder of [dir, served]) await mkdir(folder);
  await writeFile(image, '');
  await truncate(image, megabytes * 1024 ** 2);
  await run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image]);
  const child = fork(await bundleDisk(), [served, image, journal]);
  let order: DiskOrder = {delayMs: 0, failing: 'nothing', noting: false};
  let device: string | null = null;
  await nextAnswer(child);

  const give = async (next: Partial<DiskOrder>): Promise<DiskAnswer> => {
    order = {...order, ...next};
    const answered = nextAnswer(child);
    child.send(order);
    return answered;
  };
  const unmount = async (): Promise<void> => {
    await run('umount', [dir]).catch(() => run('umount', ['--lazy', dir]));
    if (device !== null) await run('losetup', ['--detach', device]);
    device = null;
  };
  const mountFrom = async (file: string, direct: boolean): Promise<void> => {
    const args = ['--find', '--show', ...(direct ? ['--direct-io=on'] : []), file];
    device = (await run('losetup', args)).stdout.trim();
    await run('mount', ['-t', 'ext4', device, dir]);
  };

  await mountFrom(join(served, 'disk'), true);
  return {
    ...{dir, base, journal, order: give, unmount},
    async mountImage(file) {
      await unmount().catch(() => undefined);
      await mountFrom(file, false);
    },
    async remount() {
      await give({delayMs: 0, failing: 'nothing'});
      await unmount();
      await mountFrom(join(served, 'disk'), true);
    },
    async prepareNoting() {
      await run('sync', ['-f', dir]);
      // with the file system stopped, so that the copy is of one moment
      await run('fsfreeze', ['--freeze', dir]);
      await run('cp', ['--sparse=always', image, base]);
      await give({noting: true});
      await run('fsfreeze', ['--unfreeze', dir]);
    },
    async remove() {
      await give({delayMs: 0, failing: 'nothing'});
      await unmount().catch(() => undefined);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await run('umount', [served]).catch(() => run('umount', ['--lazy', served]));
      // it ends by itself once it is unmounted
      if (child.connected) child.disconnect();
      await ended;
      await rm(root, {recursive: true, force: true, maxRetries: 3});
    },
  };
}

/**
 * Writes the disk as a power cut may leave it, after so many of the noted steps, over a copy of `base`: what was flushed
 * is there; of what was written since, each block is there where `keeps` answers so.
 */
export async function writeCut(
  disk: FaultyDisk,
  file: string,
  steps: readonly DiskStep[],
  position: number,
  keeps: () => boolean,
): Promise<void> {
  const flushed = steps.lastIndexOf('flush', position - 1);
  await run('cp', ['--sparse=always', disk.base, file]);
  const [image, journal] = [await open(file, 'r+'), await open(disk.journal, 'r')];
  try {
    for (const [index, step] of steps.slice(0, position).entries()) {
      if (step === 'flush') continue;
      for (let done = 0; done < step.bytes; done += BLOCK) {
        if (index > flushed && !keeps()) continue;
        const block = Buffer.alloc(Math.min(BLOCK, step.bytes - done));
        await journal.read(block, 0, block.length, step.at + done);
        await image.write(block, 0, block.length, step.offset + done);
      }
    }
  } finally {
    await Promise.all([image.close(), journal.close()]);
  }
}

/** What a disk writes whole. */
const BLOCK = 4096;

function nextAnswer(child: ChildProcess): Promise<DiskAnswer> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('The process of the disk has ended.'));
    child.once('exit', ended);
    child.once('message', (said) => {
      child.removeListener('exit', ended);
      resolve(said as DiskAnswer); // of our own making
    });
  });
}

async function bundleDisk(): Promise<string> {
  const outfile = join(process.cwd(), 'dist/tests', 'diskProcess.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'diskProcess.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });
  return outfile;
}
