import {mkdir, mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {mustRun} from './measurement';

/** Room for an image, and for the code of some jobs; what is not used takes none. */
const DISK_BYTES = 8 * 2 ** 30;

/**
 * Whether a folder is on ext4 without a journal, as in throw-away virtual machines. There the kernel does not use the
 * inode of a deleted file for a minute or more, and looks at each of them again for every new file: once thousands of
 * files have been removed, a new one costs up to ten times as much.
 */
export async function isUnjournalled(dir: string): Promise<boolean> {
  const found = (await mustRun('df', ['--output=fstype,source', dir])).trim().split('\n').at(-1);
  const [type, source = ''] = (found ?? '').trim().split(/\s+/);
  if (type !== 'ext4') return false;
  const journals = await readdir('/proc/fs/jbd2');
  return !journals.some((name) => name.startsWith(`${source.replace(/^\/dev\//, '')}-`));
}

/** Does something in a folder on ext4 with a journal, as researchers' computers have; it needs root's rights. */
export async function withJournalledDisk<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-journal-'));
  const disk = join(root, 'disk');
  const mounted = join(root, 'mounted');
  try {
    await mkdir(mounted);
    await mustRun('truncate', ['--size', String(DISK_BYTES), disk]);
    await mustRun('mkfs.ext4', ['-q', '-F', disk]);
    await mustRun('mount', ['-o', 'loop', disk, mounted]);
    try {
      return await work(mounted);
    } finally {
      await mustRun('umount', [mounted]);
    }
  } finally {
    await rm(root, {recursive: true, force: true});
  }
}
