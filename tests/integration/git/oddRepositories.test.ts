import {execFileSync} from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll, describe, expect, it} from 'vitest';
import {cloneStudy, newStudy} from '../../../electron/core/begin/newStudy';
import {checkOutBeside} from '../../../electron/core/commits/checkOutBeside';
import {readGitState} from '../../../electron/git/gitState';
import {ownGit} from '../../../electron/git/ownGit';
import {repositoryFault} from '../../../electron/git/repositoryFault';
import {lookAtRepository} from '../../../electron/git/repositoryLook';
import {firstOf} from '../../gateShare';
import {GIT_ALONE} from '../../unit/git/gitAlone';

const base = realpathSync(mkdtempSync(join(tmpdir(), 'odd-repositories-')));
afterAll(() => rmSync(base, {recursive: true, force: true}));

function git(dir: string, ...args: readonly string[]): string {
  const env = {...GIT_ALONE, GIT_ALLOW_PROTOCOL: 'file'};
  return execFileSync('git', ['-C', dir, ...args], {encoding: 'utf8', env, stdio: 'pipe'}).trim();
}

function put(dir: string, file: string, content: string): void {
  mkdirSync(dirname(join(dir, file)), {recursive: true});
  writeFileSync(join(dir, file), content);
}

/** A repository of three commits, packed and not, with a branch elsewhere. */
function repository(name: string): string {
  const dir = join(base, name);
  mkdirSync(dir);
  git(dir, 'init', '-q', '-b', 'main');
  for (const number of [1, 2, 3]) {
    put(dir, 'project.yaml', `version: '4.0' # ${number}\n`);
    put(dir, `analysis/part_${number}/a.py`, `a = ${number}\n`);
    git(dir, 'add', '-A');
    git(dir, 'commit', '-q', '-m', `Commit ${number}`);
    if (number === 2) git(dir, 'gc', '-q');
  }
  git(dir, 'update-ref', 'refs/remotes/origin/main', 'HEAD~2');
  git(dir, 'remote', 'add', 'origin', join(base, 'nowhere'));
  put(dir, 'analysis/part_1/a.py', 'a = 10\n');
  put(dir, 'new.py', 'new\n');
  return dir;
}

const whole = repository('whole');
const WAY = {
  ...{token: null, proxy: null},
  onProgress: () => undefined,
  signal: new AbortController().signal,
};
const CHANGED = ['analysis/part_1/a.py', 'new.py'];

/** The files that all looks agree on; null where none of them knows. */
async function changed(dir: string): Promise<readonly string[] | null> {
  const [state, tree, look] = await Promise.all([
    readGitState(dir),
    lookAtRepository({kind: 'tree', studyDir: dir}),
    lookAtRepository({kind: 'all', studyDir: dir, paths: []}),
  ]);
  if (state === null || tree === null || look === null) return null;
  expect(state.dirtyFilesUnknown).toBeUndefined();
  const files = tree.files.map(({path}) => path);
  expect(state.dirtyFiles).toEqual(files);
  // before the first commit there is nothing that a run on the server would miss
  if (look.commit !== null) expect(look.changes.map(({path}) => path)).toEqual(files);
  return files;
}

describe('a repository of an unusual kind', () => {
  const odd: readonly (readonly [
    name: string,
    make: (dir: string) => string,
    files: readonly string[] | null,
  ])[] = [
    [
      'a linked working tree',
      (dir) => {
        git(whole, 'worktree', 'add', '-q', dir, 'HEAD~1');
        put(dir, 'new.py', '');
        return dir;
      },
      ['new.py'],
    ],
    [
      'a shallow clone',
      (dir) => {
        git(base, 'clone', '-q', '--depth', '1', `file://${whole}`, dir);
        put(dir, 'project.yaml', 'other\n');
        return dir;
      },
      ['project.yaml'],
    ],
    [
      'a bare clone',
      (dir) => {
        git(base, 'clone', '-q', '--bare', whole, dir);
        return dir;
      },
      null,
    ],
    [
      'a submodule',
      (dir) => {
        git(base, 'init', '-q', dir);
        git(dir, 'submodule', '--quiet', 'add', whole, 'study');
        put(dir, 'study/new.py', '');
        return join(dir, 'study');
      },
      ['new.py'],
    ],
    [
      'a repository with a submodule',
      (dir) => {
        git(base, 'init', '-q', dir);
        git(dir, 'submodule', '--quiet', 'add', whole, 'code');
        git(dir, 'commit', '-q', '-m', 'With one');
        put(dir, 'code/new.py', '');
        put(dir, 'own.py', '');
        return dir;
      },
      ['own.py'],
    ],
    [
      'a study in a folder of a repository',
      (dir) => {
        cpSync(whole, dir, {recursive: true});
        return join(dir, 'analysis');
      },
      ['part_1/a.py'],
    ],
    [
      'one without a commit',
      (dir) => {
        git(base, 'init', '-q', dir);
        put(dir, 'a.py', '');
        return dir;
      },
      ['a.py'],
    ],
    [
      'one in a detached state',
      (dir) => {
        cpSync(whole, dir, {recursive: true});
        git(dir, 'checkout', '-q', '--detach');
        return dir;
      },
      CHANGED,
    ],
    [
      'one whose lock was left behind',
      (dir) => {
        cpSync(whole, dir, {recursive: true});
        put(dir, '.git/index.lock', '');
        return dir;
      },
      CHANGED,
    ],
    [
      'a partial clone',
      (dir) => {
        git(whole, 'config', 'uploadpack.allowFilter', 'true');
        git(base, 'clone', '-q', '--filter=blob:none', `file://${whole}`, dir);
        put(dir, 'new.py', '');
        return dir;
      },
      ['new.py'],
    ],
    [
      'one of another owner',
      (dir) => {
        cpSync(whole, dir, {recursive: true});
        if (process.getuid?.() === 0) chownSync(join(dir, '.git'), 65534, 65534);
        return dir;
      },
      CHANGED,
    ],
  ];
  it.each(odd)('is looked at as any other: %s', async (name, make, files) => {
    expect(await changed(make(join(base, name.replaceAll(' ', '-'))))).toEqual(files);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is refused by git in a sentence where it belongs to somebody else',
    async () => {
      const dir = join(base, 'foreign');
      cpSync(whole, dir, {recursive: true});
      for (const each of [dir, join(dir, '.git')]) chownSync(each, 65534, 65534);
      const answer = await ownGit(dir, ['switch', '-q', 'main']);
      expect(answer).toMatchObject({error: {why: /belongs to another user/}});
    },
  );

  it('is left alone in a sentence where there is no git', async () => {
    const {PATH} = process.env;
    process.env.PATH = base;
    try {
      const answer = await ownGit(whole, ['status']);
      expect(answer).toMatchObject({error: {message: 'There is no git on this computer.'}});
      expect(await changed(whole)).toEqual(CHANGED);
    } finally {
      process.env.PATH = PATH;
    }
  });
});

describe('a damaged repository', () => {
  const files = readdirSync(join(whole, '.git'), {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.sample'))
    .map((entry) => join(entry.parentPath, entry.name).slice(whole.length + 1))
    .sort();
  const ways: readonly ((file: string, random: () => number) => void)[] = [
    (file) => rmSync(file),
    (file) => writeFileSync(file, ''),
    (file) => writeFileSync(file, readFileSync(file).subarray(0, readFileSync(file).length >> 1)),
    (file, random) => {
      const bytes = readFileSync(file);
      for (let count = 0; count < 8; count += 1)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      writeFileSync(file, bytes);
    },
    (file, random) =>
      writeFileSync(file, Buffer.from(Array.from({length: 300}, () => random() * 256))),
    (file) => (rmSync(file), mkdirSync(file)),
  ];
  const damages = Array.from({length: 60}, (_, number) => number);

  it.each(firstOf(damages, 12))(
    'is said to be one, or looked at, and never hangs or changes: %i',
    async (number) => {
      let seed = number * 7919 + 17;
      const random = (): number => (seed = (seed * 48271) % 2147483647) / 2147483647;
      random();
      const dir = join(base, `damaged-${number}`);
      cpSync(whole, dir, {recursive: true});
      const file = files[Math.floor(random() * files.length)] ?? '';
      const target = join(dir, file);
      chmodSync(target, 0o644);
      ways[number % ways.length]?.(target, random);
      const before = contentOf(dir);
      const startedAt = performance.now();
      const state = await readGitState(dir);
      // a fault of git's files is an error, and nothing else
      await Promise.allSettled([
        lookAtRepository({kind: 'tree', studyDir: dir}),
        lookAtRepository({kind: 'apart', studyDir: dir, name: 'main~1'}),
        lookAtRepository({kind: 'all', studyDir: dir, paths: ['new.py']}),
      ]);
      expect(performance.now() - startedAt).toBeLessThan(8000);
      // a file is only said to be as the commit has it where that could be seen
      if (state !== null && state.dirtyFilesUnknown !== true && state.commit !== null)
        expect([file, state.dirtyFiles]).toEqual([file, expect.arrayContaining(['new.py'])]);
      expect(contentOf(dir)).toEqual(before);
      rmSync(dir, {recursive: true, force: true});
    },
  );
});

const HEAD = '.git/HEAD';
it.each<readonly [name: string, make: (dir: string) => void, why: RegExp]>([
  ['has no HEAD', (dir) => rmSync(join(dir, HEAD)), /\.git has no HEAD\.$/],
  ['has a HEAD of nothing', (dir) => put(dir, HEAD, ''), /HEAD leads to no commit\.$/],
  ['has a branch of nothing', (dir) => put(dir, '.git/refs/heads/main', 'x'), /leads to no commit/],
  [
    'has lost its folder',
    (dir) => (rmSync(join(dir, '.git'), {recursive: true}), put(dir, '.git', 'gitdir: /gone\n')),
    /\.git names \/gone, which is no repository\.$/,
  ],
  [
    'is of the newer kind',
    (dir) => {
      rmSync(join(dir, '.git'), {recursive: true});
      git(dir, 'init', '-q', '--object-format=sha256');
      git(dir, 'commit', '-q', '--allow-empty', '-m', 'One');
    },
    /^It is of the newer kind sha256, /,
  ],
  [
    'has a short index',
    (dir) => put(dir, '.git/index', 'DIRC\0\0\0\x02\0\0\0\x09'),
    /is damaged\.$/,
  ],
  [
    'holds a name that leads elsewhere',
    (dir) => (put(dir, 'a\\b', ''), git(dir, 'add', '-A'), git(dir, 'commit', '-q', '-m', 'One')),
    /^A commit holds a file called "a\\b"\.$/,
  ],
])(
  'a repository that %s is not taken for none, or for one without a commit',
  async (name, make, why) => {
    const dir = join(base, name.replaceAll(' ', '-'));
    cpSync(whole, dir, {recursive: true});
    make(dir);
    const fault = await lookAtRepository({kind: 'all', studyDir: dir, paths: []}).catch(
      repositoryFault,
    );
    expect(fault).toMatchObject({why: expect.stringMatching(why) as string});
  },
);

it('a name that is no UTF-8 is said to be one, and never written as another', async () => {
  const dir = join(base, 'latin');
  cpSync(whole, dir, {recursive: true});
  writeFileSync(Buffer.from(`${dir}/caf\xe9.txt`, 'latin1'), '');
  expect(await newStudy(`${dir}-new`, dir, WAY)).toMatchObject({
    error: {why: expect.stringMatching(/^Its name is in another encoding than UTF-8/) as string},
  });
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'Latin');
  expect(await checkOutBeside(dir, 'HEAD')).toMatchObject({
    error: {why: 'The commit holds a file called "caf\ufffd.txt".', hint: /git mv/},
  });
});

it.skipIf(process.getuid?.() !== 0)(
  'the user’s own git is asked where only it can clone, and what it says is no advice',
  async () => {
    const dir = join(base, 'foreign-clone');
    cpSync(whole, dir, {recursive: true});
    chownSync(join(dir, '.git'), 65534, 65534);
    expect(await cloneStudy(dir, `${dir}-2`, WAY)).toMatchObject({
      error: {message: `${dir} could not be cloned.`, why: /belongs to another user/},
    });
    expect(await cloneStudy(join(base, 'nowhere'), `${dir}-2`, WAY)).toMatchObject({
      error: {why: /^git says: repository .* does not exist$/},
    });
  },
);

/** Every file of a folder with its bytes. */
function contentOf(dir: string): readonly (readonly [file: string, content: string])[] {
  return readdirSync(dir, {recursive: true, withFileTypes: true})
    .filter((entry) => entry.isFile() && existsSync(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => [file, readFileSync(file).toString('base64')] as const);
}
