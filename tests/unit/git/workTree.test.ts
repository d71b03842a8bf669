import {execFileSync} from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  realpath,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path, {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {findGitFolder} from '../../../electron/git/gitFolder';
import {repositoryFiles} from '../../../electron/git/repositoryFiles';
import {changesIn} from '../../../electron/git/workTree';
import {GIT_ALONE} from './gitAlone';

let dir: string;
beforeEach(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'work-tree-')));
});

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', dir, ...args], {encoding: 'utf8', env: GIT_ALONE});
}

async function put(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(join(dir, file)), {recursive: true});
  await writeFile(join(dir, file), content);
}

async function found(): Promise<readonly string[]> {
  const folder = await findGitFolder(dir);
  if (folder === null) throw new Error('no repository');
  const repository = {fs: repositoryFiles(folder), dir: folder.root, gitdir: folder.gitDir};
  const commit = git('rev-parse', 'HEAD').trim();
  const part = {folder, commit, prefix: '', isLeftOut: () => false};
  return (await changesIn(repository, part)).map(({path: file, change}) => `${change} ${file}`);
}

/** What git itself says, in our words. */
function byGit(): readonly string[] {
  const words: Readonly<Record<string, string>> = {'??': 'untracked', UU: 'conflicted'};
  return git('status', '--porcelain', '-uall', '--no-renames', '-z')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const code = line.slice(0, 2);
      const of = code.includes('D') ? 'deleted' : code.includes('A') ? 'added' : 'changed';
      return `${words[code] ?? of} ${line.slice(3)}`;
    })
    .sort((one, other) => (one.replace(/^\w+ /, '') < other.replace(/^\w+ /, '') ? -1 : 1));
}

const CASES: readonly (readonly [name: string, change: () => Promise<unknown>, count: number])[] = [
  ['nothing', async () => undefined, 0],
  ['another content of the same size', () => put('analysis/model.R', 'x <- 2\n'), 1],
  ['another time alone', () => utimes(join(dir, 'analysis/model.R'), new Date(), new Date()), 0],
  ['a mode', () => chmod(join(dir, 'analysis/model.R'), 0o755), 1],
  [
    'a link in the place of a file',
    async () => {
      await rm(join(dir, 'README.md'));
      await symlink('project.yaml', join(dir, 'README.md'));
    },
    1,
  ],
  ['another name', () => rename(join(dir, 'README.md'), join(dir, 'READ.md')), 2],
  [
    'a folder in the place of a file',
    async () => (await rm(join(dir, 'README.md')), put('README.md/a', 'a')),
    2,
  ],
  [
    'new files, ignored and not',
    async () => (await put('output/a.csv', ''), put('notes/a b.txt', '')),
    1,
  ],
  ['odd names', async () => (await put('é ü.R', ''), put('line\nend "quoted".R', '')), 2],
  ['a name that is no UTF-8', () => writeFile(Buffer.from(`${dir}/caf\xe9.R`, 'latin1'), ''), 1],
  [
    'staged files',
    async () => (
      await put('new.R', 'n'),
      git('add', 'new.R'),
      put('README.md', 'r'),
      git('add', '-A')
    ),
    2,
  ],
  [
    'a file that is only meant to be added',
    async () => (await put('new.R', 'n'), git('add', '-N', 'new.R')),
    1,
  ],
  [
    'an index of the fourth version',
    async () => (git('update-index', '--index-version', '4'), put('analysis/model.R', 'y')),
    1,
  ],
  [
    'a file that git is not to look at',
    async () => (git('update-index', '--skip-worktree', 'README.md'), rm(join(dir, 'README.md'))),
    0,
  ],
  [
    'a repository inside',
    async () => (await put('inner/a', 'a'), git('init', '-q', 'inner'), put('z', '')),
    1,
  ],
  [
    'what a merge could not join',
    async () => {
      git('checkout', '-q', '-b', 'other');
      await put('README.md', 'other\n');
      git('commit', '-qam', 'Other');
      git('checkout', '-q', 'main');
      await put('README.md', 'main\n');
      git('commit', '-qam', 'Main');
      expect(() => git('merge', '-q', 'other')).toThrow();
    },
    1,
  ],
];

describe('the changed files of a working tree', () => {
  const begin = async (): Promise<void> => {
    git('init', '-q', '-b', 'main');
    await put('project.yaml', 'version: 5\n');
    await put('analysis/model.R', 'x <- 1\n');
    await put('README.md', 'one\ntwo\n');
    await put('.gitignore', 'output/\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'Start');
  };

  it('are not those whose line ends alone differ, where git converts them', async () => {
    await begin();
    await put('README.md', 'one\r\ntwo\r\n');
    expect(await found()).toEqual(['changed README.md']);
    git('config', 'core.autocrlf', 'true');
    // git status names it until the index is written, git diff does not
    expect(git('diff', '--numstat')).toBe('');
    expect(await found()).toEqual([]);
  });

  it.each(CASES)('are those that git finds: %s', async (_name, change, count) => {
    await begin();
    await change();
    const lines = await found();
    // git shows a repository inside as a folder, and a name that is no UTF-8 in its own way
    const own = byGit().filter((line) => !line.endsWith('/'));
    expect(lines).toHaveLength(count);
    if (!own.join().includes('\ufffd')) expect(lines).toEqual(own);
  });
});
