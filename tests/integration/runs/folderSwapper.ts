import {spawn} from 'node:child_process';
import {cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect} from 'vitest';
import {startCli, type CliEnd} from '../../cli/runCli';
import {writeStudy} from './studyFolders';

/** No command takes longer than that, whatever becomes of its folders. */
const LONGEST_MS = 90_000;

/** Exchanges two names in one step (Linux's renameat2), again and again, until its input ends; then they are as at first. */
const SWAPS = `
import ctypes, os, random, select, sys
libc = ctypes.CDLL(None, use_errno=True)
first, second = (os.fsencode(name) for name in sys.argv[1:3])
random.seed(int(sys.argv[3]))
swaps = 0
def swap():
    global swaps
    if libc.syscall(316, -100, first, -100, second, 2) != 0: return
    swaps += 1
print('ready', flush=True)
while not select.select([sys.stdin], [], [], random.random() * 0.004)[0]: swap()
if os.path.islink(first): swap()
print(swaps, flush=True)
`;

/** A folder of a study that is a link to another place half of the time. */
export interface FolderSwapper {
  /** Ends it, the folder being itself again; answers how often it was swapped. */
  stop(): Promise<number>;
}

/** Begins to swap a folder for a link to `outside`, at moments that the seed decides. */
export async function swapFolder(
  folder: string,
  outside: string,
  seed: number,
): Promise<FolderSwapper> {
  const link = `${folder}.swapped`;
  await symlink(outside, link);
  const child = spawn('python3', ['-c', SWAPS, folder, link, String(seed)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('ready')) resolve();
    });
  });
  return {
    async stop() {
      child.stdin.end();
      await ended;
      // a folder that was made anew after the link had been removed
      await rm(link, {recursive: true, force: true});
      return Number(said.split('\n')[1]);
    },
  };
}

/** Folders that lie in a study from its first run on. */
export const SWAPPED = [
  ...['analysis', 'output', 'metadata', 'metadata/study-desk'],
  ...['runs', 'cache', 'incoming', 'provenance', 'kept'].map(
    (each) => `metadata/study-desk/${each}`,
  ),
];

/** All that a command line does to a study's folders, one after the other. */
const COMMANDS = [
  ['run', 'run_all', '-f'],
  ['run', 'run_all', '--stale'],
  ['restore'],
  ['clean', '--all'],
  ['doctor'],
  ['run', 'run_all', '-f'],
];

/** What of somebody else lies where the link leads, by path. */
const FOREIGN: Readonly<Record<string, string>> = {
  'thesis.txt': 'mine',
  'photos/first.txt': 'mine too',
  '1-a/notes.log': 'and this',
};

/**
 * Swaps a folder of a study for a link to one outside it while the study is run, restored, cleaned and repaired: whatever
 * becomes of that, nothing of somebody else is touched there, nothing hangs, and the study works again afterwards.
 */
export async function expectSwapsHarmless(
  folder: string,
  seed: number,
  commands: readonly (readonly string[])[] = COMMANDS,
): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'study-desk-swap-'));
  const [dir, outside] = [join(root, 'study'), join(root, 'outside')];
  const call = async (args: readonly string[]): Promise<CliEnd> => {
    // what engine and user have of other studies is not this one's to clean
    const apart = {DOCKER_HOST: `unix://${root}/none.sock`, XDG_CACHE_HOME: join(root, 'cache')};
    const {child, end} = startCli([...args, '--project-dir', dir], {
      env: args[0] === 'clean' ? apart : {},
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    const ended = await end;
    clearTimeout(timer);
    expect(ended.code, `${args.join(' ')} hung`).not.toBeNull();
    // no trace of a bug
    expect(ended.stderr).not.toMatch(/^ {4}at /mu);
    return ended;
  };
  try {
    await writeStudy(dir, {
      a: {
        script: 'for n in 1 2 3 4 5 6 7 8; do echo $n > output/a$n.csv; done',
        outputs: {highly_sensitive: ["'output/a*.csv'"]},
      },
      b: {script: 'cat output/a*.csv > output/b.csv', needs: ['a']},
    });
    expect(await call(['run', 'run_all'])).toMatchObject({code: 0});
    await mkdir(join(dir, folder), {recursive: true});
    await cp(join(dir, folder), outside, {recursive: true});
    for (const [path, text] of Object.entries(FOREIGN)) {
      await mkdir(join(outside, path, '..'), {recursive: true});
      await writeFile(join(outside, path), text);
    }
    const swapper = await swapFolder(join(dir, folder), outside, seed);
    let swaps: number;
    try {
      for (const args of commands) await call(args);
    } finally {
      swaps = await swapper.stop();
    }
    for (const [path, text] of Object.entries(FOREIGN))
      expect(await readFile(join(outside, path), 'utf8').catch(String), path).toBe(text);
    const last = await call(['run', 'run_all', '-f']);
    expect(last.code, `${last.stdout}${last.stderr}`).toBe(0);
    return swaps;
  } finally {
    await rm(root, {recursive: true, force: true, maxRetries: 3});
  }
}
