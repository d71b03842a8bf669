import {mkdir, mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createSecondEngine} from '../integration/runs/secondEngine';
import {action, bareRuns, IMAGE, secondsOfRun, withStudy, writeActions} from './benchStudy';
import {median, mustRun, type Measurement} from './measurement';

const ROUNDS = 5;
/** Room for the image, and for the code of some jobs. */
const DISK_BYTES = 8 * 2 ** 30;

/** What code that does not change costs each action. */
export async function bench(): Promise<readonly Measurement[]> {
  const unjournalled = await isUnjournalled();
  const small = await codeFiles(1000, 200);
  const large = await codeFiles(20, 10_000_000);
  if (!unjournalled)
    return [
      {...small, limit: 0.2},
      {...large, limit: 0.8},
    ];
  const onJournal = await withJournalledEngine(() => codeFiles(1000, 200));
  return [
    {...onJournal, name: `${onJournal.name}, engine on ext4 with a journal`, limit: 0.2},
    {...small, name: `${small.name}, engine on ext4 without a journal`, limit: null},
    {...large, limit: 0.8},
  ];
}

/** A chain of three actions over code that does not change: seconds an action above the floor. */
async function codeFiles(count: number, bytes: number): Promise<Measurement> {
  return withStudy(
    async (dir) => {
      for (let file = 0; file < count; file += 1)
        await writeFile(join(dir, 'analysis', `code_${file}.txt`), Buffer.alloc(bytes, file));
      const copy = (from: string, to: string, needs: readonly string[]) =>
        action(to, `cp ${from} ${to}.csv`, `${to}.csv`, needs);
      await writeActions(dir, [
        copy('analysis/code_0.txt', 'first', []),
        copy('first.csv', 'second', ['first']),
        copy('second.csv', 'third', ['second']),
      ]);
    },
    async (study) => {
      await secondsOfRun(study);
      const above: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const floor = await bareRuns(3, 1);
        above.push(((await secondsOfRun(study)) - floor) / 3);
      }
      return {
        name: `an action above bare docker run, with ${count} code files of ${bytes} bytes`,
        measured: median(above),
        limit: null,
        unit: 's',
      };
    },
  );
}

/**
 * Whether the engine keeps its data on ext4 without a journal, as throw-away virtual machines do. There the kernel
 * does not use the inode of a deleted file for a minute or more, and looks at each of them again for every new file:
 * files cost ten times as much after a container with a thousand files was removed.
 */
async function isUnjournalled(): Promise<boolean> {
  const dir = (await mustRun('docker', ['info', '--format', '{{.DockerRootDir}}'])).trim();
  const found = (await mustRun('df', ['--output=fstype,source', dir])).trim().split('\n').at(-1);
  const [type, source = ''] = (found ?? '').trim().split(/\s+/);
  if (type !== 'ext4') return false;
  const journals = await readdir('/proc/fs/jbd2');
  return !journals.some((name) => name.startsWith(`${source.replace(/^\/dev\//, '')}-`));
}

/** Does something with an engine that keeps its data on ext4 with a journal, as researchers' computers do. */
async function withJournalledEngine<T>(work: () => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-journal-'));
  const disk = join(root, 'disk');
  const mounted = join(root, 'mounted');
  const engine = createSecondEngine(mounted);
  const before = process.env['DOCKER_HOST'];
  try {
    await mkdir(mounted);
    await mustRun('truncate', ['--size', String(DISK_BYTES), disk]);
    await mustRun('mkfs.ext4', ['-q', '-F', disk]);
    await mustRun('mount', ['-o', 'loop', disk, mounted]);
    try {
      await engine.start();
      await engine.copyImage(IMAGE);
      process.env['DOCKER_HOST'] = engine.host;
      return await work();
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
      await engine.stop();
      await mustRun('umount', [mounted]);
    }
  } finally {
    await rm(root, {recursive: true, force: true});
  }
}
