import {execFileSync} from 'node:child_process';
import {mkdir, mkdtemp, realpath, rm, unlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {readGitState} from '../../../electron/git/gitState';
import {GIT_ALONE} from './gitAlone';

let study: string;
beforeEach(async () => {
  study = await realpath(await mkdtemp(join(tmpdir(), 'git-state-')));
});

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', study, ...args], {encoding: 'utf8', env: GIT_ALONE}).trim();
}

async function put(path: string, content: string): Promise<void> {
  await mkdir(join(study, path, '..'), {recursive: true});
  await writeFile(join(study, path), content);
}

async function commitStudy(): Promise<string> {
  git('init', '-q', '-b', 'main');
  await put('project.yaml', 'version: 5\n');
  await put('analysis/model.R', 'x <- 1\n');
  await put('.gitignore', 'output/*\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  return git('rev-parse', 'HEAD');
}

describe('the git state of a study', () => {
  it('is null where there is no repository', async () => {
    await put('project.yaml', 'version: 5\n');
    expect(await readGitState(study)).toBeNull();
    expect(await readGitState(join(study, 'missing'))).toBeNull();
  });

  it('is branch and commit, with nothing changed', async () => {
    const commit = await commitStudy();
    expect(await readGitState(study)).toMatchObject({branch: 'main', commit, dirtyFiles: []});
  });

  it('lists what is changed, added and deleted, and nothing ignored', async () => {
    await commitStudy();
    await put('analysis/model.R', 'x <- 2, a longer line\n');
    await put('analysis/new.R', 'y\n');
    await put('output/table.csv', 'a\n');
    await unlink(join(study, 'project.yaml'));
    const state = await readGitState(study);
    expect(state?.dirtyFiles).toEqual(['analysis/model.R', 'analysis/new.R', 'project.yaml']);
    expect(state?.dirtyFiles.slice().sort()).toEqual(
      git('status', '--porcelain', '-uall')
        .split('\n')
        .map((line) => line.replace(/^\s*\S+\s+/, ''))
        .sort(),
    );
  });

  it('leaves out metadata/, ignored or not', async () => {
    await commitStudy();
    await put('metadata/model.log', 'log');
    await put('metadata/study-desk/runs/1.json', '{}');
    expect((await readGitState(study))?.dirtyFiles).toEqual([]);
  });

  it('shows how far it is from the branch elsewhere, a merge under way and what it could not join', async () => {
    await commitStudy();
    git('branch', 'other');
    const elsewhere = await mkdtemp(join(tmpdir(), 'git-elsewhere-'));
    git('clone', '-q', '--bare', study, elsewhere);
    git('remote', 'add', 'origin', elsewhere);
    git('fetch', '-q', 'origin');
    const before = await readGitState(study);
    expect(before?.glance).toMatchObject({
      ...{upstream: {name: 'origin/main', ahead: 0, behind: 0}, underWay: null, untracked: 0},
    });
    expect(Date.parse(before?.glance?.fetchedAt ?? '')).toBeGreaterThan(0);
    await put('analysis/model.R', 'x <- 2\n');
    git('commit', '-qam', 'Two');
    git('checkout', '-q', 'other');
    await put('analysis/model.R', 'x <- 3\n');
    await put('été.txt', 'more\n');
    git('add', '-A');
    git('commit', '-qm', 'Three');
    git('checkout', '-q', 'main');
    expect(() => git('merge', '-q', 'other')).toThrow();
    await put('new.txt', 'new\n');
    expect((await readGitState(study))?.glance).toMatchObject({
      upstream: {name: 'origin/main', ahead: 1, behind: 0},
      ...{underWay: 'merge', conflicted: ['analysis/model.R'], untracked: 1},
    });
    await rm(elsewhere, {recursive: true});
  });

  it('has no branch while HEAD is detached', async () => {
    const commit = await commitStudy();
    git('checkout', '-q', '--detach');
    expect(await readGitState(study)).toMatchObject({branch: null, commit});
  });

  it('has no commit on a branch without any, and every file is new', async () => {
    git('init', '-q', '-b', 'main');
    await put('project.yaml', 'version: 5\n');
    await put('.gitignore', 'output/*\n');
    await put('output/x.csv', 'a\n');
    await put('analysis/model.R', 'x\n');
    await put('metadata/a.log', 'x\n');
    const state = await readGitState(study);
    expect(state).toMatchObject({branch: 'main', commit: null});
    expect(state?.dirtyFiles.slice().sort()).toEqual([
      '.gitignore',
      'analysis/model.R',
      'project.yaml',
    ]);
  });

  it('is read in a linked working tree', async () => {
    await commitStudy();
    const main = study;
    git('branch', 'other');
    const tree = join(main, '..', `${main.split('/').pop()}-tree`);
    git('worktree', 'add', '-q', tree, 'other');
    study = tree;
    git('commit', '-q', '--allow-empty', '-m', 'Second');
    await put('analysis/model.R', 'changed at length\n');
    expect(await readGitState(study)).toMatchObject({
      branch: 'other',
      commit: git('rev-parse', 'HEAD'),
      dirtyFiles: ['analysis/model.R'],
    });
    await rm(tree, {recursive: true});
  });

  it('is relative to a study inside a larger repository', async () => {
    await commitStudy();
    await put('studies/asthma/project.yaml', 'version: 5\n');
    await put('studies/asthma/metadata/a.log', 'x\n');
    await put('studies/asthma-two/project.yaml', 'version: 5\n');
    const state = await readGitState(join(study, 'studies/asthma'));
    expect(state?.dirtyFiles).toEqual(['project.yaml']);
  });

  it('is read from packed refs and objects', async () => {
    const commit = await commitStudy();
    git('gc', '-q');
    git('pack-refs', '--all');
    expect(await readGitState(study)).toMatchObject({branch: 'main', commit, dirtyFiles: []});
  });

  it('says that the files are not known where the index is damaged', async () => {
    const commit = await commitStudy();
    await writeFile(join(study, '.git/index'), 'damaged');
    expect(await readGitState(study)).toEqual({
      branch: 'main',
      commit,
      dirtyFiles: [],
      dirtyFilesUnknown: true,
    });
  });

  it('is null for a .git that is none', async () => {
    await put('.git', 'gitdir: /nowhere/at/all\n');
    expect(await readGitState(study)).toBeNull();
    await rm(join(study, '.git'));
    await mkdir(join(study, '.git'));
    expect(await readGitState(study)).toBeNull();
  });

  it('is null where it is no longer wanted', async () => {
    await commitStudy();
    expect(await readGitState(study, AbortSignal.abort())).toBeNull();
  });

  it('changes nothing in the repository', async () => {
    await commitStudy();
    await put('analysis/new.R', 'y\n');
    const before = execFileSync('sh', ['-c', 'find .git -type f -exec sha1sum {} + | sort'], {
      cwd: study,
    });
    await readGitState(study);
    const after = execFileSync('sh', ['-c', 'find .git -type f -exec sha1sum {} + | sort'], {
      cwd: study,
    });
    expect(after.toString()).toBe(before.toString());
  });
});
